"""`mux_admin.batches` and `items`: the engine's state."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy import bindparam as bind

from core.access import Person
from core.asset import Asset, Policy
from core.batch import BatchKind, BatchState, ItemState, Progress
from core.batch_list import BatchFilter, BatchSort, Line, StillFailed
from core.db import batch_list, copies, freezing, moves, progress, renewing, reports, settling, steps, undoing
from core.db.rows import batch_of
from core.db.straight import run
from core.db.tables import batches, items
from core.errors import NotFound
from core.migration import Options, SkipReason, Trouble
from core.outlook import Holdup
from core.records import Batch, ChangeRow, Item, ItemRow
from core.selection import Choice
from core.work import Work
from core.worklist import Claimed

GET = select(batches).where(batches.c.id == bind("batch_id"))
RUNNING = select(batches.c.id).where(batches.c.state == BatchState.RUNNING.value).order_by(batches.c.id)
BIND = update(items).where(items.c.id == bind("item_id")).values(asset_id=bind("asset"))
ON_ASSET = select(items.c.id).where(items.c.asset_id == bind("asset")).order_by(items.c.id)


class SqlBatches:
    """Fills `Batches`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begun(self, once: str) -> Batch | None:
        return freezing.begun(self._connection, once)

    def freeze(
        self, *, name: str, kind: BatchKind, options: Options, choice: Choice, by: Person, once: str = ""
    ) -> Batch:
        return freezing.freeze(
            self._connection, name=name, kind=kind, options=options, choice=choice, by=by.name, once=once
        )

    def get(self, batch_id: int, *, lock: bool = False) -> Batch | None:
        row = run(self._connection, settling.LOCK if lock else GET, batch_id=batch_id).fetchone()
        return batch_of(row) if row else None

    def newest(self, *, limit: int = 50) -> list[tuple[Batch, Progress]]:
        return self.page(BatchFilter(), BatchSort.NEWEST, number=1, size=limit)

    def page(self, filter: BatchFilter, sort: BatchSort, *, number: int, size: int) -> list[Line]:
        return batch_list.page(self._connection, filter, sort, number=number, size=size)

    def count(self, filter: BatchFilter) -> int:
        return batch_list.count(self._connection, filter)

    def still_failed(self, *, starter: str | None = None) -> list[StillFailed]:
        return batch_list.still_failed(self._connection, starter=starter)

    def progress(self, batch_id: int) -> Progress:
        far = progress.progress_of(self._connection, [batch_id])
        if batch_id in far:
            return far[batch_id]
        raise NotFound(f"There is no batch {batch_id}.")

    def tail_s(self, batch_id: int) -> float:
        return progress.tail_s(self._connection, batch_id)

    def holdup(self, batch_id: int) -> Holdup:
        return progress.holdup(self._connection, batch_id)

    def set_state(self, batch_id: int, then: BatchState, *, reason: str | None = None) -> Batch:
        return settling.set_state(self._connection, batch_id, then, reason=reason)

    def hold(self, batch_id: int, *, until: datetime, reason: str) -> None:
        settling.hold(self._connection, batch_id, until=until, reason=reason)

    def unhold(self, batch_id: int) -> None:
        settling.unhold(self._connection, batch_id)

    def claim(self, batch_id: int, *, in_flight: int, now: datetime) -> Claimed:
        return moves.claim(self._connection, batch_id, in_flight=in_flight, now=now)

    def work(self, item_id: UUID, *, lock: bool = False) -> Work | None:
        return steps.work(self._connection, item_id, lock=lock)

    def move(
        self,
        item_id: UUID,
        then: ItemState,
        *,
        trouble: Trouble | None = None,
        reason: str | None = None,
        asset_id: str | None = None,
        not_before: datetime | None = None,
        count: bool = False,
    ) -> bool:
        return moves.move(
            self._connection,
            item_id,
            then,
            trouble=trouble,
            reason=reason,
            asset_id=asset_id,
            not_before=not_before,
            count=count,
        )

    def renew(self, batch_id: int, *, item_ids: Sequence[UUID] | None = None) -> Mapping[UUID, ItemState]:
        return renewing.renew(self._connection, batch_id, item_ids=item_ids)

    def overtaken(self, source_id: int) -> None:
        renewing.overtaken(self._connection, source_id)

    def ask_back(self, batch_id: int, undo_id: UUID, *, item_ids: Sequence[UUID] | None = None) -> list[UUID]:
        return undoing.ask(self._connection, batch_id, undo_id, item_ids=item_ids)

    def asked_back(self, batch_id: int, undo_id: UUID, *, after: UUID | None, limit: int) -> list[UUID]:
        return undoing.asked(self._connection, batch_id, undo_id, after=after, limit=limit)

    def rolling_back(self, batch_id: int) -> int:
        return undoing.under_way(self._connection, batch_id)

    def plays(self, source_id: int, asset_id: str) -> bool:
        return undoing.plays(self._connection, source_id, asset_id)

    def not_rolled_back(self, batch_id: int) -> dict[Trouble, int]:
        return undoing.refused(self._connection, batch_id)

    def refuse_back(self, item_id: UUID, *, trouble: Trouble, reason: str) -> None:
        undoing.refuse(self._connection, item_id, trouble=trouble, reason=reason)

    def bind(self, item_id: UUID, asset_id: str) -> None:
        run(self._connection, BIND, item_id=item_id, asset=asset_id)

    def on_asset(self, asset_id: str) -> list[UUID]:
        return list(self._connection.scalars(ON_ASSET, {"asset": asset_id}))

    def note(self, item_id: UUID, *, trouble: Trouble | None, reason: str) -> None:
        moves.note(self._connection, item_id, trouble=trouble, reason=reason)

    def move_all(
        self,
        batch_id: int,
        now: ItemState,
        then: ItemState,
        *,
        item_ids: Sequence[UUID] | None = None,
        reason: str | None = None,
    ) -> int:
        return moves.move_all(self._connection, batch_id, now, then, item_ids=item_ids, reason=reason)

    def settle(self, batch_id: int) -> BatchState:
        return settling.settle(self._connection, batch_id)

    def items(
        self, batch_id: int, *, state: str = "", trouble: str = "", number: int = 1, size: int = 50
    ) -> list[ItemRow]:
        return reports.item_rows(
            self._connection, batch_id, state=state, trouble=trouble, number=number, size=size
        )

    def all_items(self, batch_id: int) -> Iterator[ItemRow]:
        return reports.all_item_rows(self._connection, batch_id)

    def item_ids(self, batch_id: int, states: Iterable[ItemState]) -> list[UUID]:
        return reports.item_ids(self._connection, batch_id, states)

    def troubles(self, batch_id: int) -> dict[Trouble, int]:
        return reports.troubles(self._connection, batch_id)

    def skips(self, batch_id: int) -> dict[SkipReason, int]:
        return reports.skips(self._connection, batch_id)

    def history(self, batch_id: int, *, limit: int = 100) -> list[ChangeRow]:
        return reports.history(self._connection, batch_id, limit=limit)

    def running(self) -> list[int]:
        return list(self._connection.scalars(RUNNING))

    def silent(self, *, before: datetime, limit: int = 500) -> list[Item]:
        return steps.silent(self._connection, before=before, limit=limit)

    def asked(self, item_ids: Sequence[UUID], *, now: datetime) -> None:
        steps.asked(self._connection, item_ids, now=now)

    def alive_on(self, asset_id: str) -> bool:
        return steps.alive_on(self._connection, asset_id)

    def ready_copy(self, item_id: UUID, *, policy: Policy) -> Asset | None:
        return copies.ready_copy(self._connection, item_id, policy=policy)

    def same_content_in_flight(self, sha256: str, *, but: UUID) -> bool:
        return steps.same_content_in_flight(self._connection, sha256, but=but)
