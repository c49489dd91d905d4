"""`mux_admin.former_versions`, and which rows of the school's name an asset."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from core.db.hostfacts import in_json
from core.db.hostrows import host_rows
from core.db.known_columns import KnownColumns
from core.db.tables import former_versions, pending_facts
from core.lesson_former import Former, FormerRow, Plays, Why
from core.source import Location

c = former_versions.c
ONE = and_(c.lesson_id == bindparam("lesson", type_=Text), c.what == bindparam("named", type_=Text))
_new = insert(former_versions)
KEEP = _new.on_conflict_do_update(
    index_elements=[c.lesson_id, c.what],
    set_={"at": _new.excluded.at, "expires_at": _new.excluded.expires_at},
)
FALLS_BACK = text("""
SELECT before ->> 'mux_asset_id' FROM switches
WHERE table_name = 'lessons' AND row_id = :lesson_id AND put_back_at IS NULL
    AND after ->> 'mux_asset_id' = :asset_id
ORDER BY id DESC LIMIT 1
""")
ORIGINAL = text("""
SELECT EXISTS (
    SELECT FROM asset_sources AS used JOIN sources ON sources.id = used.source_id
    WHERE used.asset_id = :asset_id AND sources.bucket = :bucket AND sources.key = :key
        AND sources.gone_at IS NULL AND sources.etag = used.etag
)
""")


class FormerRecords:
    """The part of `LessonRecords` about earlier versions, on one connection."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns

    def keep_former(self, former: Former) -> None:
        values = {
            "lesson_id": former.lesson_id,
            "what": former.plays.what,
            "asset_id": former.plays.asset_id,
            "address": former.plays.address,
            "rows": [_in_json(row) for row in former.rows],
            "at": former.at,
            "person": former.person,
            "why": former.why.value,
            "expires_at": former.expires_at,
        }
        self._connection.execute(KEEP, values)

    def formers(self, lesson_id: str, *, limit: int = 30) -> Sequence[Former]:
        newest = select(former_versions).where(c.lesson_id == lesson_id).order_by(c.at.desc(), c.what)
        return [_former(row) for row in self._connection.execute(newest.limit(limit)).mappings()]

    def former(self, lesson_id: str, what: str) -> Former | None:
        found = self._connection.execute(
            select(former_versions).where(ONE).with_for_update(), {"lesson": lesson_id, "named": what}
        )
        row = found.mappings().first()
        return None if row is None else _former(row)

    def forget_former(self, lesson_id: str, what: str) -> None:
        self._connection.execute(delete(former_versions).where(ONE), {"lesson": lesson_id, "named": what})

    def expired_formers(self, *, before: datetime, limit: int = 50) -> Sequence[tuple[str, str]]:
        over = select(c.lesson_id, c.what).where(c.expires_at < before).order_by(c.expires_at).limit(limit)
        return [(row.lesson_id, row.what) for row in self._connection.execute(over)]

    def is_kept_former(self, asset_id: str) -> bool:
        kept = select(c.what).where(c.asset_id == asset_id)
        return bool(self._connection.scalar(select(kept.exists())))

    def others_kept(self, asset_id: str, *, but: str) -> int:
        others = select(func.count()).where(c.asset_id == asset_id, c.lesson_id != but)
        return self._connection.scalar(others) or 0

    def rows_on(self, asset_id: str) -> Sequence[tuple[str, str]]:
        p = pending_facts.c
        waits = select(p.table_name, p.row_id).where(p.facts["mux_asset_id"].as_string() == asset_id)
        found = {(row[0], row[1]) for row in self._connection.execute(waits)}
        for table in ("lessons", "videos"):
            rows = host_rows(self._schema, table, self._columns.of(self._connection, table))
            if rows.has("id", "mux_asset_id"):
                naming = select(rows.text("id")).where(rows.clause.c.mux_asset_id == asset_id)
                with self._columns.noticing():
                    found |= {(table, row_id) for row_id in self._connection.scalars(naming)}
        return sorted(found)

    def falls_back_to(self, lesson_id: str, asset_id: str) -> str | None:
        found = self._connection.scalar(FALLS_BACK, {"lesson_id": lesson_id, "asset_id": asset_id})
        return str(found) if found else None

    def is_original(self, asset_id: str, location: Location) -> bool:
        where = {"asset_id": asset_id, "bucket": location.bucket, "key": location.key}
        return bool(self._connection.scalar(ORIGINAL, where))


def _in_json(row: FormerRow) -> dict[str, Any]:
    return {
        "table": row.table,
        "row_id": row.row_id,
        "facts": in_json(row.facts),
        "places": in_json(row.places),
    }


def _former(row: Any) -> Former:
    return Former(
        lesson_id=row["lesson_id"],
        plays=Plays(asset_id=row["asset_id"], address=row["address"]),
        rows=tuple(FormerRow(**one) for one in row["rows"]),
        at=row["at"],
        person=row["person"],
        why=Why(row["why"]),
        expires_at=row["expires_at"],
    )
