"""Copies at Mux that take the place of others: the items that make them, and what they serve."""

from uuid import UUID

from sqlalchemy import Connection, Select, and_, exists, func, select, text, update
from sqlalchemy import bindparam as bind

from core.asset import Asset, AssetStatus, Policy
from core.batch import BatchState, ItemState
from core.bulk import Order
from core.db.moves import wake
from core.db.rows import (
    ASSET,
    INTENT,
    ITEM,
    SOURCE,
    SOURCE_FIELDS,
    Row,
    asset_of,
    intent_of,
    item_of,
    labelled,
    source_of,
)
from core.db.standing import refresh
from core.db.straight import run
from core.db.tables import asset_sources as uses
from core.db.tables import assets, batches, discards, intents, items, sources
from core.migration import Options
from core.records import Item
from core.work import Remake

OLD = "o_"
_old, _new = assets.alias("old"), assets.alias("new")
_serves = (
    select(func.min(uses.c.source_id))
    .where(uses.c.asset_id == items.c.from_asset, uses.c.released_at.is_(None))
    .scalar_subquery()
)
_is_original = exists().where(
    uses.c.asset_id == items.c.from_asset,
    uses.c.source_id == sources.c.id,
    uses.c.etag == sources.c.etag,
    uses.c.released_at.is_(None),
)
REMAKE: Select[tuple[object, ...]] = (
    select(
        *labelled(items.c, ITEM),
        *labelled([sources.c[name] for name in SOURCE_FIELDS], SOURCE),
        *labelled(intents.c, INTENT),
        *labelled(_old.c, OLD),
        *labelled(_new.c, ASSET),
        batches.c.state.label("batch_state"),
        batches.c.options,
    )
    .select_from(items)
    .join(batches, batches.c.id == items.c.batch_id)
    .join(_old, _old.c.id == items.c.from_asset)
    .outerjoin(sources, and_(sources.c.id == _serves, sources.c.gone_at.is_(None), _is_original))
    .outerjoin(intents, and_(intents.c.item_id == items.c.id, intents.c.closed_at.is_(None)))
    .outerjoin(_new, _new.c.id == func.coalesce(items.c.asset_id, intents.c.asset_id))
    .where(items.c.id == bind("item_id"))
)
REMADE = (
    select(assets)
    .join(items, items.c.asset_id == assets.c.id)
    .where(
        items.c.from_asset == bind("old"),
        items.c.state == ItemState.ROLLED_BACK.value,
        assets.c.status == AssetStatus.READY.value,
        assets.c.policy == bind("opens"),
        ~exists().where(discards.c.asset_id == assets.c.id),
    )
    .order_by(items.c.since.desc())
    .limit(1)
)
LAST = (
    select(items)
    .where(items.c.lesson_id == bind("lesson"), items.c.from_asset.is_not(None))
    .order_by(items.c.batch_id.desc())
    .limit(1)
)
MADE_OF = update(items).where(items.c.id == bind("item")).values(etag=bind("version"))
RELEASE = text("""
UPDATE asset_sources SET released_at = now() WHERE asset_id = :old AND released_at IS NULL
RETURNING source_id, etag, sha256
""")
ADOPT = text("""
INSERT INTO asset_sources (asset_id, source_id, etag, sha256, adopted_at)
VALUES (:new, :source_id, :etag, :sha256, now())
""")


class RemakeRows:
    """Fills `Remakes`."""

    _connection: Connection

    def wake(self, asset_id: str) -> list[int]:
        return wake(self._connection, asset_id)

    def made_of(self, item_id: UUID, etag: str) -> None:
        run(self._connection, MADE_OF, item=item_id, version=etag)

    def last_remake(self, lesson_id: str) -> Item | None:
        row = run(self._connection, LAST, lesson=lesson_id).fetchone()
        return None if row is None else item_of(row)

    def remade(self, asset_id: str, policy: Policy) -> Asset | None:
        row = run(self._connection, REMADE, old=asset_id, opens=policy.value).fetchone()
        return None if row is None else asset_of(row)

    def hand_over(self, old_id: str, new_id: str) -> None:
        served = self._connection.execute(RELEASE, {"old": old_id}).mappings().all()
        for row in served:
            self._connection.execute(ADOPT, {"new": new_id, **row})
        refresh(self._connection, [row["source_id"] for row in served])


def remake(connection: Connection, item_id: UUID) -> Remake | None:
    """The item with all that a step needs; None where it is about anything else."""
    row = run(connection, REMAKE, item_id=item_id).fetchone()
    order = None if row is None else Order.from_json(row["options"].get("order"))
    return None if row is None or order is None else _remake(row, order)


def _remake(row: Row, order: Order) -> Remake:
    return Remake(
        item=item_of(row, ITEM),
        title=row[f"{ITEM}title"] or "",
        batch_state=BatchState(row["batch_state"]),
        options=Options.from_json(row["options"]),
        order=order,
        old=asset_of(row, OLD),
        source=source_of(row, SOURCE) if row[f"{SOURCE}id"] else None,
        intent=intent_of(row, INTENT) if row[f"{INTENT}id"] else None,
        asset=asset_of(row, ASSET) if row[f"{ASSET}id"] else None,
    )
