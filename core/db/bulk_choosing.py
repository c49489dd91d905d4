"""Which lessons an order is about and which of them it leaves out, as conditions on the school's tables."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Insert, and_, case, false, func, insert, literal, not_, select

from core.batch import ALIVE, BatchKind, ItemState
from core.bulk import AT_MUX, WRITES, Lessons, Order
from core.db import bulk_lacking
from core.db.freezing import item_id
from core.db.hostmatching import Condition
from core.db.library_lines import is_one_of
from core.db.library_rows import ASSET, Shelf
from core.db.remaking import NEEDLESS, but_one
from core.db.tables import items
from core.errors import InvalidInput
from core.lesson import PUBLISHED
from core.library import LibraryFilter
from core.migration import SkipReason
from core.playback import Provider

LONGEST_TITLE = 300
BUSY = select(items.c.lesson_id).where(
    items.c.lesson_id.is_not(None), items.c.state.in_([state.value for state in ALIVE])
)


def needed(kind: BatchKind, shelf: Shelf) -> None:
    """Raise `InvalidInput` where the school's table lacks what the kind writes."""
    columns = ["id", *([WRITES[kind]] if kind in WRITES else [])]
    if lacking := [name for name in columns if not shelf.lessons.has(name)]:
        raise InvalidInput(
            f"The school's lessons have no column {lacking[0]}.", hint="Nothing can be changed there."
        )


def chosen(shelf: Shelf, lessons: Lessons) -> Condition:
    """The lessons that an action works on, of those that the reader may see."""
    named = is_one_of(shelf.lessons, "id", sorted(lessons.picked.ids))
    if lessons.picked.mode == "some":
        return and_(shelf.matching(LibraryFilter(), lessons.reader), named)
    return and_(shelf.matching(lessons.filter, lessons.reader), not_(named))


def skip(kind: BatchKind, order: Order, shelf: Shelf) -> ColumnElement[str | None]:
    """Why a lesson is left out; NULL where it is not."""
    why = case(
        (not_(_is_theirs(order, shelf)), SkipReason.NOT_YOURS.value),
        (shelf.lessons.text("id").in_(BUSY), SkipReason.MOVING.value),
        _needless(kind, order, shelf),
        *_opened(kind, order, shelf),
        *(NEEDLESS if kind is BatchKind.NORMALISE else []),
        else_=None,
    )
    return but_one(why, shelf) if kind is BatchKind.NORMALISE else why


def _needless(kind: BatchKind, order: Order, shelf: Shelf) -> tuple[Condition, str]:
    """When there is nothing to do, and how that is said."""
    if kind in AT_MUX:
        return not_(shelf.plays_from(Provider.MUX)), SkipReason.NOT_AT_MUX.value
    return _is_so(kind, order, shelf), SkipReason.ALREADY.value


def _opened(kind: BatchKind, order: Order, shelf: Shelf) -> list[tuple[Condition, str]]:
    if kind is BatchKind.CAPTIONS:
        return list(bulk_lacking.reasons(order, shelf))
    if kind is not BatchKind.POLICY:
        return []
    return [(func.coalesce(ASSET.c.policy == order.wanted, false()), SkipReason.ALREADY.value)]


def _is_theirs(order: Order, shelf: Shelf) -> Condition:
    if order.owner_id is None:
        return and_(shelf.lessons.clause.c.id.is_not(None))
    return func.coalesce(shelf.lessons.is_id("creator_id", "maker", order.owner_id), false())


def _is_so(kind: BatchKind, order: Order, shelf: Shelf) -> Condition:
    """Whether the lesson is as wanted already; anything that is not published counts as a draft."""
    now = func.coalesce(shelf.lessons.text(WRITES[kind]), literal(""))
    return now != PUBLISHED if kind is BatchKind.UNPUBLISH else now == order.wanted


def manifest(
    batch_id: int, kind: BatchKind, order: Order, shelf: Shelf, lessons: Lessons, bound: Mapping[str, Any]
) -> Insert:
    """All items of a batch by one statement, the newest lesson first."""
    own, why = shelf.lessons, skip(kind, order, shelf)
    position = func.row_number().over(order_by=own.clause.c.id.desc())
    rows = select(
        item_id(position),
        literal(batch_id),
        own.text("id"),
        func.left(own.text("title"), LONGEST_TITLE),
        position,
        literal(False),
        case((why.is_(None), ItemState.QUEUED.value), else_=ItemState.SKIPPED.value),
        why,
        literal(""),
        func.now(),
    ).select_from(shelf.rows)
    names = ["id", "batch_id", "lesson_id", "title", "position", "test", "state", "reason", "etag", "since"]
    if kind is BatchKind.NORMALISE:
        rows = rows.add_columns(case((why.is_(None), ASSET.c.id)))
        names.append("from_asset")
    return insert(items).from_select(names, rows.where(chosen(shelf, lessons)).params(dict(bound)))
