"""Looking at batches: all of them, or those alone that a person started."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core import migrating
from core.access import Action, Person, allows, check_could
from core.batch import BatchState
from core.batch_list import BatchFilter, BatchSort, Line, StillFailed
from core.migrating import Status
from core.naming import existing, missing
from core.ports import Services, Tx
from core.records import Batch, ChangeRow, ItemRow
from core.tie import Tie


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """One page of the list; counts are of all its pages."""

    lines: Sequence[Line]
    number: int
    matching: int
    total: int
    """Without the filter."""


def admit(by: Person, batch: Batch) -> Batch:
    """The batch, for whoever may see it. Raises `NotAllowed` to those who may see none, `NotFound` to those
    who see their own: the answer does not tell that it is there."""
    check_could(by, Action.SEE_BATCHES)
    is_theirs = batch.order is not None and batch.order.subject == by.subject
    if not allows(by, Action.SEE_BATCHES, ties={Tie.STARTER} if is_theirs else ()):
        raise missing(batch.id)
    return batch


def status(batch_id: int, *, by: Person, services: Services) -> Status:
    """Where it stands now. Raises as `admit` does."""
    check_could(by, Action.SEE_BATCHES)
    found = migrating.status(batch_id, services=services)
    admit(by, found.batch)
    return found


def page(
    filter: BatchFilter, sort: BatchSort, *, number: int, size: int, by: Person, services: Services
) -> BatchPage:
    """Page `number` (from 1, the last at most) of the batches that match. Raises `NotAllowed`."""
    mine = replace(filter, starter=starter(by))
    with services.uow("batches.page.read") as tx:
        matching = tx.batches.count(mine)
        at = max(1, min(number, -(-matching // size)))
        return BatchPage(
            lines=tx.batches.page(mine, sort, number=at, size=size),
            number=at,
            matching=matching,
            total=tx.batches.count(BatchFilter(starter=mine.starter)),
        )


def count(*, by: Person, services: Services) -> int:
    """How many batches the person sees. Raises `NotAllowed`."""
    mine = BatchFilter(starter=starter(by))
    with services.uow("batches.count.read") as tx:
        return tx.batches.count(mine)


def runs(*, by: Person, services: Services) -> bool:
    """Whether any of the batches that the person sees is running. Raises `NotAllowed`."""
    running = BatchFilter(state=BatchState.RUNNING, starter=starter(by))
    with services.uow("batches.running.read") as tx:
        return tx.batches.count(running) > 0


def still_failed(*, by: Person, services: Services) -> Sequence[StillFailed]:
    """Batches with failures that nobody has mended yet, the newest first. Raises `NotAllowed`."""
    mine = starter(by)
    with services.uow("batches.failed.read") as tx:
        return tx.batches.still_failed(starter=mine)


def history(batch_id: int, *, limit: int, by: Person, services: Services) -> Sequence[ChangeRow]:
    """What happened in it, the newest first. Raises as `admit` does."""
    with services.uow("batch.history.read") as tx:
        _admitted(tx, batch_id, by)
        return tx.batches.history(batch_id, limit=limit)


def report(batch_id: int, *, by: Person, services: Services) -> Iterator[ItemRow]:
    """Every item of it, streamed. Raises as `admit` does."""
    with services.uow("report.read") as tx:
        _admitted(tx, batch_id, by)
        yield from tx.batches.all_items(batch_id)


def starter(by: Person) -> str | None:
    """Whose batches the person sees: their own, or with None everybody's. Raises `NotAllowed`."""
    check_could(by, Action.SEE_BATCHES)
    return None if allows(by, Action.SEE_BATCHES) else by.subject


def _admitted(tx: Tx, batch_id: int, by: Person) -> Batch:
    return admit(by, existing(tx, batch_id))
