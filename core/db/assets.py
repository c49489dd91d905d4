"""The mirror of Mux's assets, and which source each serves."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Executable, case, func, select, text, update
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import insert

from core import asset as rules
from core.asset import Asset, AssetStatus, Policy
from core.db.rows import asset_of
from core.db.standing import refresh
from core.db.straight import run
from core.db.tables import asset_sources as uses
from core.db.tables import assets, sources
from core.db.thumbnails import SqlThumbnails
from core.migration import KEEPS_COPY

ALIVE = assets.c.status != AssetStatus.DELETED.value
IN_USE = uses.c.released_at.is_(None)

GET = select(assets).where(assets.c.id == bind("asset_id"))
LOCK = GET.with_for_update(key_share=True)
NEWEST_ALIVE = select(assets).where(ALIVE, ~assets.c.test).order_by(assets.c.created_at.desc()).limit(1)
ADD = insert(assets).on_conflict_do_nothing(index_elements=["id"])
CHANGE = update(assets).where(assets.c.id == bind("asset_id"))
_adoption = insert(uses).from_select(
    ["asset_id", "source_id", "etag", "sha256", "adopted_at"],
    select(
        bind("asset", type_=uses.c.asset_id.type),
        sources.c.id,
        bind("version", type_=uses.c.etag.type),
        case((sources.c.etag == bind("version"), sources.c.sha256)),
        func.now(),
    ).where(sources.c.id == bind("source")),
)
ADOPT = _adoption.on_conflict_do_update(
    index_elements=["source_id", "etag"],
    index_where=IN_USE,
    set_={"etag": _adoption.excluded.etag},  # changes nothing, but lets RETURNING show the one in use
).returning(uses.c.asset_id)
RELEASE_DELETED = (
    update(uses)
    .where(
        uses.c.source_id == bind("source"),
        uses.c.etag == bind("version"),
        IN_USE,
        uses.c.asset_id == assets.c.id,
        ~ALIVE,
    )
    .values(released_at=func.now())
)
RELEASE = (
    update(uses)
    .where(uses.c.asset_id == bind("asset"), uses.c.source_id == bind("source"), IN_USE)
    .values(released_at=func.now())
)
ADOPTED = (
    select(assets)
    .join(uses, uses.c.asset_id == assets.c.id)
    .where(uses.c.source_id == bind("source"), uses.c.etag == bind("version"), IN_USE, ALIVE)
)
SERVING = (
    select(assets)
    .join(uses, uses.c.asset_id == assets.c.id)
    .where(
        uses.c.sha256 == bind("sha256"),
        IN_USE,
        assets.c.status == AssetStatus.READY.value,
        assets.c.policy == bind("policy"),
        ~assets.c.test,
    )
    .order_by(assets.c.created_at)
    .limit(1)
)
# A join by hash: `<> ALL` would compare each asset with each id before PostgreSQL 15.
HELD = text("""
SELECT assets.id, seen.id IS NOT NULL AS seen
FROM assets
LEFT JOIN (SELECT DISTINCT unnest(CAST(:seen AS text[])) AS id) AS seen ON seen.id = assets.id
WHERE status <> 'deleted' AND test = :test AND coalesce(created_at, seen_at) < :created_before
ORDER BY assets.id
""")
TWINS = text("""
WITH candidates AS (
    SELECT id, created_at,
        CASE
            WHEN passthrough ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN passthrough::uuid
        END AS made_by
    FROM assets WHERE id = ANY(:among) AND status <> 'deleted'
)
SELECT id FROM candidates
WHERE EXISTS (SELECT FROM intents WHERE intents.id = made_by)
    AND NOT EXISTS (
        SELECT FROM asset_sources AS used WHERE used.asset_id = candidates.id AND used.released_at IS NULL
    )
    AND NOT EXISTS (SELECT FROM intents WHERE intents.asset_id = candidates.id AND closed_at IS NULL)
    -- An open intent that has no asset yet may be about to take this one.
    AND NOT EXISTS (
        SELECT FROM intents WHERE intents.id = made_by AND closed_at IS NULL AND intents.asset_id IS NULL
    )
    AND NOT EXISTS (
        SELECT FROM items WHERE items.asset_id = candidates.id
            AND (state NOT IN ('failed', 'cancelled') OR (state = 'failed' AND trouble = ANY(:keeps_copy)))
    )
ORDER BY created_at, id
""")
SOURCES_OF = select(uses.c.source_id).where(uses.c.asset_id == bind("asset"), IN_USE).order_by(uses.c.id)
OF_THE_SIGHT = frozenset({"playback_ids", "tells_no_files"})
FACTS = tuple(field.name for field in fields(Asset) if field.name not in OF_THE_SIGHT)
PLAYED_BY = CHANGE.values(playback_id=bind("playback"), policy=bind("opens"))
LISTS = ("error_messages", "tracks", "static_renditions")


class SqlAssets(SqlThumbnails):
    """Fills `Assets`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fold(self, asset: Asset, *, at: datetime) -> Asset:
        row = run(self._connection, LOCK, asset_id=asset.id).fetchone()
        if row is None and run(self._connection, ADD, **_columns(asset, at)).rowcount:
            return asset
        # Somebody else may have added it between the two statements; then it is there to be locked now.
        old = row or run(self._connection, LOCK, asset_id=asset.id).fetchone()
        assert old is not None
        return self._change(asset_of(old), asset, at=max(at, old["seen_at"]))

    def _change(self, old: Asset, new: Asset, *, at: datetime) -> Asset:
        joined = rules.fold(old, new)
        run(self._connection, CHANGE, **_columns(joined, at), asset_id=old.id)
        if joined.status is AssetStatus.DELETED is not old.status:
            refresh(self._connection, self.sources_of(old.id))
        return joined

    def get(self, asset_id: str) -> Asset | None:
        return self._one(GET, asset_id=asset_id)

    def played_by(self, asset_id: str, playback_id: str, policy: Policy) -> Asset:
        run(self._connection, PLAYED_BY, asset_id=asset_id, playback=playback_id, opens=policy.value)
        row = run(self._connection, GET, asset_id=asset_id).fetchone()
        assert row is not None, "whoever calls has it locked"
        return asset_of(row)

    def adopt(self, asset_id: str, source_id: int, etag: str) -> bool:
        wanted = {"asset": asset_id, "source": source_id, "version": etag}
        adopted = self._adopt(wanted)
        if adopted != asset_id and run(self._connection, RELEASE_DELETED, **wanted).rowcount:
            adopted = self._adopt(wanted)
        refresh(self._connection, [source_id])
        return adopted == asset_id

    def _adopt(self, wanted: dict[str, Any]) -> str | None:
        """Adopt unless another asset is; returns the one that is now."""
        row = run(self._connection, ADOPT, **wanted).fetchone()
        return row["asset_id"] if row else None

    def release(self, asset_id: str, source_id: int) -> None:
        run(self._connection, RELEASE, asset=asset_id, source=source_id)
        refresh(self._connection, [source_id])

    def adopted(self, source_id: int, etag: str) -> Asset | None:
        return self._one(ADOPTED, source=source_id, version=etag)

    def serving(self, sha256: str, *, policy: Policy) -> Asset | None:
        return self._one(SERVING, sha256=sha256, policy=policy.value)

    def sources_of(self, asset_id: str) -> list[int]:
        return [row["source_id"] for row in run(self._connection, SOURCES_OF, asset=asset_id)]

    def twins(self, among: Sequence[str]) -> list[str]:
        values = {"among": list(among), "keeps_copy": sorted(KEEPS_COPY)}
        return [row["id"] for row in run(self._connection, TWINS, **values)]

    def alive_but(
        self, seen_ids: Sequence[str], *, created_before: datetime, test: bool = False
    ) -> tuple[list[str], int]:
        values = {"seen": list(seen_ids), "created_before": created_before, "test": test}
        held = run(self._connection, HELD, **values).fetchall()
        return [row["id"] for row in held if not row["seen"]], len(held)

    def lock(self, asset_id: str) -> Asset | None:
        return self._one(LOCK, asset_id=asset_id)

    def newest_alive(self) -> Asset | None:
        return self._one(NEWEST_ALIVE)

    def _one(self, statement: Executable, **values: Any) -> Asset | None:
        row = run(self._connection, statement, **values).fetchone()
        return None if row is None else asset_of(row)


def _columns(asset: Asset, at: datetime) -> dict[str, Any]:
    lists = {name: Jsonb(getattr(asset, name)) for name in LISTS}
    return {**{name: getattr(asset, name) for name in FACTS}, **lists, "seen_at": at}
