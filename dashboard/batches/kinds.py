"""The words of each kind of batch: what its items are called, and what they are when they are done."""

from collections.abc import Mapping

from core.batch import BatchKind, ItemState
from core.bulk import DONE
from core.records import Batch
from dashboard import formats, words
from dashboard.words import Term

LESSON: Mapping[ItemState, Term] = {
    **words.ITEM,
    ItemState.SUBMITTING: Term("Being changed", "edit", "blue", "Has its turn now."),
    ItemState.INGESTING: Term("Waiting for Mux", "hourglass_top", "blue", "Mux is at work on it."),
    ItemState.AWAITING_SCHEMA: Term(
        "Waits for schema",
        "database",
        "orange",
        "The new copy is ready; the lesson plays it once ops has applied the schema.",
    ),
    ItemState.DONE: Term("Done", "check_circle", "green", "The lesson was changed."),
    ItemState.FAILED: Term("Failed", "error", "red", "The lesson is as it was."),
    ItemState.CANCELLED: Term("Cancelled", "block", "gray", "Was let go before its turn."),
    ItemState.ROLLED_BACK: Term("Rolled back", "undo", "gray", "The lesson is as it was before."),
}


def items(kind: BatchKind) -> Mapping[ItemState, Term]:
    """How the states of its items are shown."""
    return LESSON if kind.is_bulk else words.ITEM


def thing(kind: BatchKind) -> str:
    """What one item is."""
    return "lesson" if kind.is_bulk else "video"


def counted(kind: BatchKind, count: int) -> str:
    """
    >>> counted(BatchKind.MIGRATION, 1), counted(BatchKind.PUBLISH, 42)
    ('1 video', '42 lessons')
    """
    return formats.counted(count, thing(kind))


def done(batch: Batch) -> str:
    """What is true of an item that is done: `on Mux`, `published`, `in “Algebra”`."""
    if batch.kind is BatchKind.POLICY and batch.order:
        return batch.order.title
    if batch.kind is BatchKind.COURSE and batch.order and batch.order.title:
        return f"in “{formats.named(batch.order.title)}”"
    return DONE.get(batch.kind, "tested" if batch.options.test else "on Mux")
