"""The copy at Mux that a lesson was made to play last, as the audit tells."""

from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, literal_column, or_, select

from core.db.tables import assets, audit
from core.lesson_story import GIVES, GIVES_IF_NAMED

PLAYED: ColumnElement[str] = audit.c.after["mux_asset_id"].as_string()
# A switch that names no copy, as one of a row that lacks our columns, says nothing of which.
GAVE = and_(audit.c.action.in_(GIVES), or_(audit.c.action.not_in(GIVES_IF_NAMED), PLAYED.is_not(None)))
NEWEST = select(PLAYED).where(GAVE).order_by(audit.c.id.desc()).limit(1)
OF_ONE = NEWEST.where(audit.c.subject == bindparam("subject", type_=Text))
LAST = assets.alias("last")


def last_status(lesson_id: ColumnElement[str]) -> ColumnElement[str | None]:
    """How it stands at Mux; one look into an index of the audit for each lesson."""
    is_its_own = audit.c.subject == literal_column("'lessons '", Text).op("||")(lesson_id)
    known = NEWEST.with_only_columns(LAST.c.status).select_from(audit.outerjoin(LAST, LAST.c.id == PLAYED))
    return known.where(is_its_own).scalar_subquery()


class LastCopies:
    """The part of `LessonRecords` about it."""

    _connection: Connection

    def last_copy(self, lesson_id: str) -> str | None:
        found = self._connection.scalar(OF_ONE, {"subject": f"lessons {lesson_id}"})
        return str(found) if found else None
