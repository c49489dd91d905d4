"""Naming: what a batch is called, a batch by its number, and batch and items as an audit row names them."""

from collections.abc import Sequence
from uuid import UUID

from core.errors import InvalidInput, NotFound
from core.ports import Tx
from core.records import Batch
from core.storable import one_line

LONGEST = 120
"""Characters of a name that somebody gives."""

NAMED = 50
"""Items that an audit row names; it counts the others."""


def existing(tx: Tx, batch_id: int, *, lock: bool = False) -> Batch:
    """The batch; locked, nobody else moves it before the transaction ends. Raises `NotFound`."""
    batch = tx.batches.get(batch_id, lock=lock)
    if batch is None:
        raise missing(batch_id)
    return batch


def missing(batch_id: int) -> NotFound:
    """What is said of a batch that there is not, also to those who may not know of it."""
    return NotFound(f"There is no batch {batch_id}.", hint="The list of batches shows them all.")


def batch_name(said: str, *, otherwise: str) -> str:
    """What a batch is called: as somebody said, else by our own words. Raises `InvalidInput` where it is too
    long."""
    plain = one_line(said)
    if len(plain) > LONGEST:
        raise InvalidInput(f"A batch's name has at most {LONGEST} characters.", hint="Shorten it.")
    return plain or otherwise


def subject(batch_id: int) -> str:
    """What an audit row about a batch is about."""
    return f"batch {batch_id}"


def named(item_ids: Sequence[UUID]) -> dict[str, object]:
    """Items for an audit row: how many, and the first of them by id."""
    return {"items": len(item_ids), "item_ids": [str(item_id) for item_id in item_ids[:NAMED]]}
