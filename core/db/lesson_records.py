"""What is kept of one lesson and its video: events, audit, who else plays the copy, what lies beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, and_, any_, bindparam, delete, func, or_, select, text, update

from core.db.audits import audit_row
from core.db.events import event_row
from core.db.former_versions import FormerRecords
from core.db.hostrows import host_rows
from core.db.known_columns import known_columns
from core.db.last_copies import LastCopies
from core.db.leftovers import LeftoverRows
from core.db.library_rows import WAITS
from core.db.tables import audit, lesson_resources, webhook_events
from core.db.uploads import IN_ORDER
from core.records import AuditRow, EventRow

e, r = webhook_events.c, lesson_resources.c
ABOUT = e.object_id == any_(bindparam("objects", type_=ARRAY(Text)))
OF_SUBJECTS = audit.c.subject == any_(bindparam("subjects", type_=ARRAY(Text)))
FIRST_EVENTS = select(e.type, func.min(e.created_at)).where(ABOUT).group_by(e.type)
INPUT_REASONS = text("""
SELECT data -> 'non_standard_input_reasons' FROM webhook_events
WHERE object_id = :asset_id AND data ? 'non_standard_input_reasons' ORDER BY created_at DESC LIMIT 1
""")
# All of a lesson's are locked first, in one order, so that two who move them at once do not undo each other.
LOCK = select(r.id).where(r.lesson_id == bindparam("lesson")).order_by(r.id).with_for_update()
ARRANGE = text("""
UPDATE lesson_resources SET place = wanted.place
FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS wanted (id, place)
WHERE lesson_resources.id = wanted.id AND lesson_id = :lesson
""")


class SqlLessonRecords(FormerRecords, LastCopies, LeftoverRows):
    """Fills `LessonRecords`."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def events(self, object_ids: Sequence[str], *, number: int, size: int) -> tuple[Sequence[EventRow], int]:
        named = {"objects": list(object_ids)}
        newest = select(webhook_events).where(ABOUT).order_by(e.created_at.desc(), e.received_at.desc(), e.id)
        page = newest.limit(size).offset((number - 1) * size)
        rows = [event_row(row) for row in self._connection.execute(page, named).mappings()]
        count = select(func.count()).select_from(webhook_events).where(ABOUT)
        return rows, self._connection.scalar(count, named) or 0

    def first_events(self, object_ids: Sequence[str]) -> Mapping[str, datetime]:
        rows = self._connection.execute(FIRST_EVENTS, {"objects": list(object_ids)})
        return {row[0]: row[1] for row in rows}

    def input_reasons(self, asset_id: str) -> Mapping[str, str]:
        found = self._connection.scalar(INPUT_REASONS, {"asset_id": asset_id})
        return {str(name): str(said) for name, said in found.items()} if isinstance(found, dict) else {}

    def audits(self, subjects: Sequence[str], *, number: int, size: int) -> tuple[Sequence[AuditRow], int]:
        named = {"subjects": list(subjects)}
        newest = select(audit).where(OF_SUBJECTS).order_by(audit.c.id.desc())
        page = newest.limit(size).offset((number - 1) * size)
        rows = [audit_row(row) for row in self._connection.execute(page, named).mappings()]
        count = select(func.count()).select_from(audit).where(OF_SUBJECTS)
        return rows, self._connection.scalar(count, named) or 0

    def lessons_on(self, asset_id: str, *, but: str, limit: int) -> Sequence[tuple[str, str]]:
        rows = host_rows(self._schema, "lessons", self._columns.of(self._connection, "lessons"))
        if not rows.has("id"):
            return []
        waits = and_(WAITS.c.table_name == "lessons", WAITS.c.row_id == rows.text("id"))
        late = WAITS.c.facts["mux_asset_id"].as_string() == asset_id
        query = select(rows.text("id"), func.coalesce(rows.text("title"), ""))
        query = query.select_from(rows.clause.outerjoin(WAITS, waits)).where(rows.text("id") != but)
        query = query.where(or_(rows.text("mux_asset_id") == asset_id, func.coalesce(late, False)))
        with self._columns.noticing():
            found = self._connection.execute(query.order_by(rows.clause.c.id).limit(limit))
            return [(row[0], row[1]) for row in found]

    def resource_ids(self, lesson_id: str) -> Sequence[UUID]:
        self._connection.execute(LOCK, {"lesson": lesson_id})
        ordered = select(r.id).where(r.lesson_id == lesson_id).order_by(*IN_ORDER)
        return list(self._connection.scalars(ordered))

    def arrange(self, lesson_id: str, resource_ids: Sequence[UUID]) -> None:
        self._connection.execute(ARRANGE, {"lesson": lesson_id, "ids": list(resource_ids)})

    def rename(self, lesson_id: str, resource_id: UUID, name: str) -> bool:
        is_it = and_(r.id == resource_id, r.lesson_id == lesson_id)
        renamed = update(lesson_resources).where(is_it).values(name=name)
        return self._connection.execute(renamed).rowcount == 1

    def remove(self, lesson_id: str, resource_id: UUID) -> bool:
        is_it = and_(r.id == resource_id, r.lesson_id == lesson_id)
        return self._connection.execute(delete(lesson_resources).where(is_it)).rowcount == 1
