"""The engine's worklist, as a protocol that `core/db/` fills: batches with their items."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.access import Person
from core.asset import Asset, Policy
from core.batch import BatchKind, BatchState, ItemState, Progress
from core.batch_list import BatchFilter, BatchSort, Line, StillFailed
from core.migration import Options, SkipReason, Trouble
from core.outlook import Holdup
from core.records import Batch, ChangeRow, Item, ItemRow
from core.selection import Choice
from core.way_back import WayBack
from core.work import Work


@dataclass(frozen=True, slots=True)
class Claimed:
    """Items that are begun now, and what their batch does to them."""

    kind: BatchKind
    item_ids: Sequence[UUID] = ()


class Batches(WayBack, Protocol):
    """`mux_admin.batches` and `items`: the engine's state."""

    def begun(self, once: str) -> Batch | None:
        """The batch that was started under this word, if it was. From here to the end of the transaction
        nobody else starts one."""

    def freeze(
        self, *, name: str, kind: BatchKind, options: Options, choice: Choice, by: Person, once: str = ""
    ) -> Batch:
        """Make a running batch and its items by `insert … select`; what cannot be moved becomes a skipped
        item with its `SkipReason`. A source that is alive in another batch is skipped as MOVING."""

    def get(self, batch_id: int, *, lock: bool = False) -> Batch | None:
        """None where there is no such batch; locked, nobody else moves it before this transaction ends."""

    def newest(self, *, limit: int = 50) -> list[tuple[Batch, Progress]]:
        """The newest first, each with its progress."""

    def progress(self, batch_id: int) -> Progress:
        """Its items by state, and the times that a rate needs."""

    def tail_s(self, batch_id: int) -> float:
        """Median seconds from POST to the end over the newest finished items; 0 while none is."""

    def holdup(self, batch_id: int) -> Holdup:
        """What a batch that stands still waits for."""

    def set_state(self, batch_id: int, then: BatchState, *, reason: str | None = None) -> Batch:
        """Lock the batch row, check the move, write it and its history line."""

    def hold(self, batch_id: int, *, until: datetime, reason: str) -> None:
        """Claim nothing of a running batch before `until`, and say why."""

    def unhold(self, batch_id: int) -> None:
        """What held the batch up is over."""

    def claim(self, batch_id: int, *, in_flight: int, now: datetime) -> Claimed:
        """Move queued, due items to submitting until `in_flight` are; none unless the batch is running.

        Takes the batch row's lock, so that two workers never claim the same item.
        """

    def work(self, item_id: UUID, *, lock: bool = False) -> Work | None:
        """The item with all that a step needs; `lock` keeps others off it until the commit."""

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
        """Check the move against `ITEM_MOVES`, write it with its history line. False: it is there already.

        `count` adds one to the attempts; `trouble` and `reason` replace what stood there (None clears).
        """

    def renew(self, batch_id: int, *, item_ids: Sequence[UUID] | None = None) -> Mapping[UUID, ItemState]:
        """Have failed items (all, or these) start again; returns where each of them is now.

        QUEUED: from the start, attempts, asset and trouble forgotten, and the etag taken from the source as
        it is now. VERIFYING: its copy is ready and is checked again. SKIPPED: another batch moved the source.
        FAILED still: another batch moves the source at present.
        """

    def overtaken(self, source_id: int) -> None:
        """The source is on Mux now: items that failed to bring it there, in whatever batch, are skipped."""

    def bind(self, item_id: UUID, asset_id: str) -> None:
        """Name the item's asset without a move."""

    def on_asset(self, asset_id: str) -> list[UUID]:
        """Items, in whatever state, whose asset this is."""

    def note(self, item_id: UUID, *, trouble: Trouble | None, reason: str) -> None:
        """Say something about an item that stays in its state, with a history line."""

    def move_all(
        self,
        batch_id: int,
        now: ItemState,
        then: ItemState,
        *,
        item_ids: Sequence[UUID] | None = None,
        reason: str | None = None,
    ) -> int:
        """Move every item (of `item_ids`, where given) that is in state `now`, in one statement.

        An item whose source moves in another batch by now stays where it is. Returns how many moved.
        """

    def settle(self, batch_id: int) -> BatchState:
        """Close the batch when nothing is alive; pause it when its failure budget is spent."""

    def items(
        self, batch_id: int, *, state: str = "", trouble: str = "", number: int = 1, size: int = 50
    ) -> list[ItemRow]:
        """The page `number` (from 1) of `size` items, in one state or of one cause where they are said."""

    def all_items(self, batch_id: int) -> Iterator[ItemRow]:
        """Every item, streamed, for the report."""

    def item_ids(self, batch_id: int, states: Iterable[ItemState]) -> list[UUID]:
        """Items of a batch in one of these states."""

    def troubles(self, batch_id: int) -> dict[Trouble, int]:
        """Failed items by cause."""

    def skips(self, batch_id: int) -> dict[SkipReason, int]:
        """How many items were skipped, by reason."""

    def page(self, filter: BatchFilter, sort: BatchSort, *, number: int, size: int) -> list[Line]:
        """Page `number` (from 1) of the batches that match, each with its progress."""

    def count(self, filter: BatchFilter) -> int:
        """How many match, on all pages."""

    def still_failed(self, *, starter: str | None = None) -> list[StillFailed]:
        """Batches with items that failed and that no later batch has brought about, the newest first; with
        `starter`, as in `BatchFilter`."""

    def history(self, batch_id: int, *, limit: int = 100) -> list[ChangeRow]:
        """What changed last on its items, newest first."""

    def running(self) -> list[int]:
        """Ids of running batches."""

    def silent(self, *, before: datetime, limit: int = 500) -> list[Item]:
        """Alive items beyond queued that have neither changed nor been asked about since `before`, the
        longest silent first."""

    def asked(self, item_ids: Sequence[UUID], *, now: datetime) -> None:
        """The sweep goes after these now: next time the others have their turn."""

    def alive_on(self, asset_id: str) -> bool:
        """Whether an item that is under way holds the asset."""

    def ready_copy(self, item_id: UUID, *, policy: Policy) -> Asset | None:
        """An asset at Mux that was verified for the item's source in the item's version: the adopted one, or
        one that a rollback kept and that was made under this policy and the same options."""

    def same_content_in_flight(self, sha256: str, *, but: UUID) -> bool:
        """Whether another alive item with the same bytes has a posted intent.

        Takes an advisory lock on the content until the transaction ends, so that of two equal items only
        one can pass and post.
        """
