"""`mux_admin.intents`: what was asked of Mux, written before it is asked."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Update, and_, func, or_, select, update
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import insert

from core.db.rows import intent_of, uuid_or_none
from core.db.straight import run
from core.db.tables import intents, items
from core.errors import NotFound
from core.records import Intent

_new = insert(intents).from_select(
    ["id", "item_id", "batch_id", "created_at"],
    select(
        bind("intent_id", type_=intents.c.id.type),
        items.c.id,
        items.c.batch_id,
        bind("now", type_=intents.c.created_at.type),
    ).where(items.c.id == bind("item_id")),
)
OPEN = _new.on_conflict_do_update(
    index_elements=["item_id"],
    index_where=intents.c.closed_at.is_(None),
    set_={"item_id": _new.excluded.item_id},  # changes nothing, but lets RETURNING show the one that is open
).returning(intents)
GET = select(intents).where(intents.c.id == bind("intent_id"))
LOCK = GET.with_for_update(key_share=True)
ALL_LOST = (
    select(intents)
    .where(intents.c.lost_at.is_not(None), intents.c.closed_at.is_(None))
    .order_by(intents.c.lost_at)
)


def _set(**values: Any) -> Update:
    return update(intents).where(intents.c.id == bind("intent_id")).values(**values)


POSTED = _set(posted_at=bind("now"))
WITHDRAWN = _set(posted_at=None)
LOST = _set(lost_at=bind("now"), losses=intents.c.losses + 1).where(intents.c.lost_at.is_(None))
LOOKED = _set(looks=intents.c.looks + 1).returning(intents)
ABSENT = _set(posted_at=None, lost_at=None, looks=0).where(
    intents.c.asset_id.is_(None), intents.c.closed_at.is_(None)
)
CLOSE = _set(closed_at=func.now()).where(intents.c.closed_at.is_(None))
CLOSE_CANCELLED = (
    update(intents)
    .where(
        intents.c.closed_at.is_(None),
        intents.c.item_id == items.c.id,
        items.c.batch_id == bind("batch"),
        items.c.state == "cancelled",
    )
    .values(closed_at=func.now())
)
ANSWER = _set(asset_id=bind("asset"), lost_at=None).where(
    or_(
        intents.c.asset_id == bind("asset"),
        and_(intents.c.asset_id.is_(None), intents.c.closed_at.is_(None)),
    )
)


class SqlIntents:
    """Fills `Intents`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, item_id: UUID, *, now: datetime) -> Intent:
        row = run(self._connection, OPEN, intent_id=uuid4(), item_id=item_id, now=now).fetchone()
        if row is None:
            raise NotFound("There is no such item.")
        return intent_of(row)

    def posted(self, intent_id: UUID, *, now: datetime) -> None:
        run(self._connection, POSTED, intent_id=intent_id, now=now)

    def withdrawn(self, intent_id: UUID) -> None:
        run(self._connection, WITHDRAWN, intent_id=intent_id)

    def lost(self, intent_id: UUID, *, now: datetime) -> None:
        run(self._connection, LOST, intent_id=intent_id, now=now)

    def looked(self, intent_id: UUID) -> Intent:
        row = run(self._connection, LOOKED, intent_id=intent_id).fetchone()
        if row is None:
            raise NotFound("There is no such intent.")
        return intent_of(row)

    def absent(self, intent_id: UUID) -> None:
        run(self._connection, ABSENT, intent_id=intent_id)

    def answer(self, intent_id: UUID, asset_id: str) -> bool:
        return run(self._connection, ANSWER, intent_id=intent_id, asset=asset_id).rowcount == 1

    def close(self, intent_id: UUID) -> None:
        run(self._connection, CLOSE, intent_id=intent_id)

    def close_cancelled(self, batch_id: int) -> None:
        run(self._connection, CLOSE_CANCELLED, batch=batch_id)

    def get(self, intent_id: UUID, *, lock: bool = False) -> Intent | None:
        row = run(self._connection, LOCK if lock else GET, intent_id=intent_id).fetchone()
        return None if row is None else intent_of(row)

    def all_lost(self) -> list[Intent]:
        return [intent_of(row) for row in run(self._connection, ALL_LOST)]

    def by_passthrough(self, passthrough: str | None) -> Intent | None:
        intent_id = uuid_or_none(passthrough)
        return None if intent_id is None else self.get(intent_id)
