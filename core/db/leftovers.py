"""Copies at Mux of ours that no row of the school's names, and that nothing else needs."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, and_, func, select, text, true

from core.batch import ALIVE, ItemState
from core.db.hostrows import host_rows
from core.db.known_columns import KnownColumns
from core.db.tables import assets
from core.leftover import Leftover, Leftovers
from core.migration import KEEPS_COPY
from core.upload import PASSTHROUGH
from core.uploadstate import ALIVE as COMING

BUSY = [*sorted(ALIVE), ItemState.AWAITING_SCHEMA]
# Made by an upload or an intent of ours. Old uploads are forgotten, the word before their id is not.
OURS = text("""
(
    starts_with(assets.passthrough, :of_uploads)
    OR EXISTS (SELECT FROM intents WHERE intents.id = CASE
        WHEN assets.passthrough ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN assets.passthrough::uuid
    END)
)
""")
FREE = text("""
NOT EXISTS (SELECT FROM discards WHERE discards.asset_id = assets.id)
AND NOT EXISTS (SELECT FROM former_versions WHERE former_versions.asset_id = assets.id)
AND NOT EXISTS (SELECT FROM pending_facts WHERE facts ->> 'mux_asset_id' = assets.id)
AND NOT EXISTS (SELECT FROM intents WHERE intents.asset_id = assets.id AND closed_at IS NULL)
AND NOT EXISTS (
    SELECT FROM items WHERE items.asset_id = assets.id
        AND (state = ANY(:busy) OR (state = 'failed' AND trouble = ANY(:keeps_copy)))
)
AND NOT EXISTS (SELECT FROM items WHERE items.from_asset = assets.id AND state = ANY(:busy))
AND NOT EXISTS (SELECT FROM uploads WHERE uploads.asset_id = assets.id AND state = ANY(:coming))
""")
VALUES = {
    "of_uploads": PASSTHROUGH,
    "busy": [str(state) for state in BUSY],
    "keeps_copy": sorted(KEEPS_COPY),
    "coming": sorted(COMING),
}
LINES = text("""
SELECT assets.id AS asset_id, assets.created_at AS made_at, assets.duration_s,
    assets.video_quality AS quality,
    coalesce(upload.lesson_title, source.title, item.title, '') AS title,
    coalesce(upload.filename, source.key, '') AS file,
    coalesce(switch.row_id, upload.lesson_id, item.lesson_id) AS lesson_id
FROM unnest(CAST(:ids AS text[])) WITH ORDINALITY AS wanted (id, place)
JOIN assets ON assets.id = wanted.id
LEFT JOIN LATERAL (
    SELECT lesson_title, filename, lesson_id FROM uploads
    WHERE uploads.id = CASE WHEN passthrough ~ '^upload:[0-9a-f-]{36}$' THEN substr(passthrough, 8)::uuid END
) AS upload ON true
LEFT JOIN LATERAL (
    SELECT title, key FROM asset_sources AS used JOIN sources ON sources.id = used.source_id
    WHERE used.asset_id = assets.id ORDER BY used.id DESC LIMIT 1
) AS source ON true
LEFT JOIN LATERAL (
    SELECT id, title, lesson_id FROM items WHERE items.asset_id = assets.id ORDER BY since DESC LIMIT 1
) AS item ON true
LEFT JOIN LATERAL (
    SELECT row_id FROM switches WHERE item_id = item.id AND table_name = 'lessons' ORDER BY id DESC LIMIT 1
) AS switch ON true
ORDER BY wanted.place
""")
a = assets.c


class LeftoverRows:
    """Fills `LeftoverCopies` on one connection."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns

    def leftovers(self, *, limit: int) -> Leftovers:
        with self._columns.noticing():
            found = self._connection.execute(
                select(a.id, a.video_quality, a.duration_s)
                .where(self._is_one())
                .order_by(a.duration_s.desc().nulls_last(), a.id),
                VALUES,
            ).all()
        seconds: dict[str, float] = {}
        for row in found:
            quality = row.video_quality or ""
            seconds[quality] = seconds.get(quality, 0.0) + (row.duration_s or 0.0)
        lines = self._connection.execute(LINES, {"ids": [row.id for row in found[:limit]]}).mappings()
        return Leftovers(lines=[Leftover(**line) for line in lines], count=len(found), seconds=seconds)

    def is_leftover(self, asset_id: str) -> bool:
        with self._columns.noticing():
            found = select(func.count()).select_from(assets).where(a.id == asset_id, self._is_one())
            return bool(self._connection.scalar(found, VALUES))

    def _is_one(self) -> ColumnElement[bool]:
        return and_(a.status == "ready", ~a.test, OURS, FREE, *self._named_by_none())

    def _named_by_none(self) -> Iterator[ColumnElement[bool]]:
        """By its id and by the one that it plays by, in the tables that have such a column."""
        for table in ("lessons", "videos"):
            rows = host_rows(self._schema, table, self._columns.of(self._connection, table))
            for name, own in (("mux_asset_id", a.id), ("mux_playback_id", a.playback_id)):
                if rows.has(name):
                    naming = select(true()).select_from(rows.clause).where(rows.clause.c[name] == own)
                    yield ~naming.correlate(assets).exists()
