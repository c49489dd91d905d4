"""The orders of the library, and what lies behind a lesson in one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, false, func, or_

from core.db.hostmatching import Condition
from core.db.hosttext import INTEGERS
from core.db.library_rows import ASSET, Shelf
from core.library import LibraryFilter, LibrarySort

NUMBERS = (*INTEGERS, "numeric", "real", "double precision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One value that an order goes by, and whether rows for which it is not known come last or first; None
    where it is always known."""

    value: ColumnElement[Any]
    is_down: bool = False
    unknown_last: bool | None = None

    @property
    def clause(self) -> ColumnElement[Any]:
        """For `order by`; what PostgreSQL does by itself is not said, so that an index can serve."""
        ordered = self.value.desc() if self.is_down else self.value.asc()
        if self.unknown_last in (None, not self.is_down):
            return ordered
        return ordered.nulls_last() if self.unknown_last else ordered.nulls_first()

    @property
    def turned(self) -> "Key":
        unknown_last = None if self.unknown_last is None else not self.unknown_last
        return replace(self, is_down=not self.is_down, unknown_last=unknown_last)


def keys(shelf: Shelf, sort: LibrarySort) -> tuple[Key, ...]:
    """Where lessons are numbered, the number says which is newer, and has an index."""
    rows, is_down = shelf.lessons.clause.c, sort in (LibrarySort.NEWEST, LibrarySort.LONGEST)
    number = Key(value=rows.id, is_down=is_down)
    if sort is LibrarySort.TITLE:
        return (Key(value=func.lower(shelf.lessons.text("title")), unknown_last=True), number)
    if sort is LibrarySort.LONGEST:
        return (Key(value=_length(shelf), is_down=True, unknown_last=True), number)
    if shelf.lessons.found["id"].base_type in INTEGERS or not shelf.lessons.has("created_at"):
        return (number,)
    return (Key(value=rows.created_at, is_down=is_down, unknown_last=is_down), number)


def rows(shelf: Shelf, filter: LibraryFilter, sort: LibrarySort) -> FromClause:
    """Lessons, and what stands beside them only where filter or order ask for it: a page that is told by the
    key alone is then read from the key's index, and not from the table."""
    beside = (filter.search, filter.provider, filter.state, filter.captions, filter.quality)
    return shelf.rows if any(beside) or sort is LibrarySort.LONGEST else shelf.lessons.clause


def behind(keys: Sequence[Key], values: Sequence[Any]) -> Condition:
    """The lessons that come after the one with these values."""
    (first, *rest), (value, *others) = keys, values
    if not rest:
        return _later(first, value)
    same = first.value.is_(None) if value is None else first.value == value
    return or_(_later(first, value), and_(same, behind(rest, others)))


def _later(key: Key, value: Any) -> Condition:
    if value is None:
        return false() if key.unknown_last else key.value.is_not(None)
    later = key.value < value if key.is_down else key.value > value
    return or_(later, key.value.is_(None)) if key.unknown_last else later


def _length(shelf: Shelf) -> ColumnElement[Any]:
    own = shelf.lessons.found.get("duration")
    if own is None or own.base_type not in NUMBERS:
        return ASSET.c.duration_s
    return func.coalesce(ASSET.c.duration_s, func.nullif(shelf.lessons.clause.c.duration, 0))
