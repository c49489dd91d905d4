"""Batches whose items are lessons, as a protocol that `core/db/` fills; their states are the worklist's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from core.access import Person
from core.batch import BatchKind, BatchState
from core.bulk import Lessons, Order, Totals
from core.migration import Options
from core.records import Batch, Item
from core.remake import Remakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """All that a step on a lesson's item needs, read at once."""

    item: Item
    title: str
    batch_state: BatchState
    kind: BatchKind
    order: Order

    @property
    def lesson_id(self) -> str:
        return self.item.lesson_id or ""

    @property
    def intent(self) -> None:
        """Nothing is made at Mux that could be made twice."""


class Bulk(Remakes, Protocol):
    """`mux_admin.batches` and `items` of lessons, and the columns of `lessons` that are the school's own."""

    def totals(self, kind: BatchKind, order: Order, lessons: Lessons) -> Totals:
        """What an order comes to. Raises `InvalidInput` where the school has no such column."""

    def freeze(
        self,
        kind: BatchKind,
        order: Order,
        lessons: Lessons,
        *,
        name: str,
        options: Options,
        by: Person,
        once: str = "",
    ) -> Batch:
        """Make a running batch and its items by `insert … select`; what is not to be changed becomes a
        skipped item with its `SkipReason`."""

    def change(self, item_id: UUID, *, lock: bool = False) -> Change | None:
        """The item with all that a step needs; None where there is none, or it is about a source. `lock`
        keeps others off it until the commit."""

    def plays_for_others(self, asset_id: str, owner_id: str) -> bool:
        """Whether a lesson that this person did not make plays from the asset."""

    def rows_playing(self, playback_id: str) -> Sequence[tuple[str, str]]:
        """Table and id of every row of the school's that plays by this playback id, also where that waits for
        its column, in the order in which rows are locked."""

    def repointed(self, table: str, row_id: str, old_id: str, facts: Mapping[str, Any]) -> None:
        """The row plays the same copy by another playback id: a way back from Mux has to know of it."""

    def write(self, change: Change, column: str, value: str) -> Mapping[str, Any] | None:
        """Write a column of the lesson and keep what stood there for a way back; returns that, None where
        there is no such lesson (any more)."""
