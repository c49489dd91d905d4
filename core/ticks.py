"""Ticks in a long list: they survive paging, sorting and refresh, and "all" costs no more than one."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Literal, Self, TypeVar

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Ticks(Generic[Id]):
    """Ticked rows: these ids, or every matching row except these ids."""

    mode: Literal["some", "all"] = "some"
    ids: frozenset[Id] = frozenset()

    def __contains__(self, row_id: Id) -> bool:
        return (row_id in self.ids) == (self.mode == "some")

    def with_page(self, shown: Iterable[Id], ticked: Collection[Id]) -> Self:
        """Fold one page's ticks in: `shown` are the ids on the page, `ticked` those that are ticked."""
        on = frozenset(ticked)
        off = frozenset(shown) - on
        named, left = (on, off) if self.mode == "some" else (off, on)
        return replace(self, ids=(self.ids - left) | named)

    def count(self, matching: int) -> int:
        """How many rows are ticked when `matching` rows match the filter."""
        return len(self.ids) if self.mode == "some" else max(0, matching - len(self.ids))
