"""What the engine asks about items: all that one step needs, and which items have gone silent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, and_, func, select, update
from sqlalchemy import bindparam as bind

from core.batch import ALIVE, BatchState, ItemState
from core.db.move_statements import CONTENT_LOCK
from core.db.remakes import remake
from core.db.rows import (
    ASSET,
    INTENT,
    ITEM,
    SOURCE,
    SOURCE_FIELDS,
    asset_of,
    intent_of,
    item_of,
    labelled,
    source_of,
)
from core.db.straight import run
from core.db.tables import assets, batches, intents, items, sources
from core.migration import Options
from core.records import Item
from core.work import Move, Work

SOURCE_COLUMNS = [sources.c[name] for name in (*SOURCE_FIELDS, "is_public")]
WORK = (
    select(
        *labelled(items.c, ITEM),
        *labelled(SOURCE_COLUMNS, SOURCE),
        *labelled(intents.c, INTENT),
        *labelled(assets.c, ASSET),
        batches.c.state.label("batch_state"),
        batches.c.options,
    )
    .select_from(items)
    .join(batches, batches.c.id == items.c.batch_id)
    .join(sources, sources.c.id == items.c.source_id)
    .outerjoin(intents, and_(intents.c.item_id == items.c.id, intents.c.closed_at.is_(None)))
    .outerjoin(assets, assets.c.id == func.coalesce(items.c.asset_id, intents.c.asset_id))
    .where(items.c.id == bind("item_id"))
)
LOCK = select(items.c.id).where(items.c.id == bind("item_id")).with_for_update(key_share=True)

SENT = [state.value for state in ALIVE - {ItemState.QUEUED}]
LAST_SIGN = func.greatest(items.c.since, items.c.asked_at)
SILENT = (
    select(items)
    .where(items.c.state.in_(SENT), bind("before") > LAST_SIGN)
    .order_by(LAST_SIGN)
    .limit(bind("most"))
)
ALIVE_ON = select(
    select(items.c.id)
    .where(items.c.asset_id == bind("asset_id"), items.c.state.in_([state.value for state in ALIVE]))
    .exists()
)
SAME_CONTENT_IN_FLIGHT = select(
    select(items.c.id)
    .join(sources, sources.c.id == items.c.source_id)
    .join(intents, and_(intents.c.item_id == items.c.id, intents.c.closed_at.is_(None)))
    .where(
        sources.c.sha256 == bind("sha256"),
        items.c.id != bind("but"),
        items.c.state.in_([state.value for state in ALIVE]),
        ~items.c.test,
        intents.c.posted_at.is_not(None),
    )
    .exists()
)


def work(connection: Connection, item_id: UUID, *, lock: bool) -> Work | None:
    """The item with what it is made from, options, open intent and asset; locked, a second asker waits."""
    if lock:  # by itself: what is joined to a row that had to be waited for would be as it was before
        run(connection, LOCK, item_id=item_id)
    row = run(connection, WORK, item_id=item_id).fetchone()
    if row is None:
        return remake(connection, item_id)
    return Move(
        item=item_of(row, ITEM),
        batch_state=BatchState(row["batch_state"]),
        options=Options.from_json(row["options"]),
        source=source_of(row, SOURCE),
        is_public=row[f"{SOURCE}is_public"],
        intent=intent_of(row, INTENT) if row[f"{INTENT}id"] else None,
        asset=asset_of(row, ASSET) if row[f"{ASSET}id"] else None,
    )


def silent(connection: Connection, *, before: datetime, limit: int) -> list[Item]:
    rows = connection.execute(SILENT, {"before": before, "most": limit})
    return [item_of(row) for row in rows.mappings()]


def asked(connection: Connection, item_ids: Sequence[UUID], *, now: datetime) -> None:
    connection.execute(update(items).where(items.c.id.in_(item_ids)).values(asked_at=now))


def alive_on(connection: Connection, asset_id: str) -> bool:
    return bool(connection.scalar(ALIVE_ON, {"asset_id": asset_id}))


def same_content_in_flight(connection: Connection, sha256: str, *, but: UUID) -> bool:
    """The lock lasts as long as the transaction: of two equal items that ask, the second sees the first's
    posted intent."""
    connection.execute(CONTENT_LOCK, {"sha256": sha256})
    return bool(connection.scalar(SAME_CONTENT_IN_FLIGHT, {"sha256": sha256, "but": but}))
