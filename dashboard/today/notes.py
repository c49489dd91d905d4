"""What needs a person today, gathered for what that person may do, the worst first."""

from collections.abc import Iterator, Sequence

from core import batch_looking
from core.access import Action, Person, allows
from core.batch import BatchState
from core.batch_list import BatchFilter, BatchSort, Line, StillFailed
from core.selection import Facets, Standing
from dashboard import formats
from dashboard.batches import kinds
from dashboard.costs import budget_notes
from dashboard.note import DECIDE, FAILED, Note, columns_missing
from dashboard.services import services
from dashboard.sources import scan

MOST = 10
"""Batches shown one by one; the rest is a number with a link."""


def notes(found: Facets, person: Person) -> Iterator[Note]:
    """Failures first, then decisions. For people who may see batches and sources."""
    with services().uow("today.read") as tx:
        broken_events = len(tx.events.newest(limit=100, failed=True))
        waiting_rows = tx.host.pending_rows()
        scanned = tx.scan_runs.newest()
    yield from _failures(person)
    yield from _failed_events(broken_events)
    yield from budget_notes.notes(person)
    yield from _scan(scan.trouble(scanned))
    yield from _pauses(person)
    yield from _waiting_rows(waiting_rows, person)
    yield from _needs_look(found)


def of_batches(person: Person) -> Iterator[Note]:
    """The same of the batches that they see: for people who see their own alone."""
    yield from _failures(person)
    yield from _pauses(person)


def _failures(person: Person) -> Iterator[Note]:
    failed = batch_looking.still_failed(by=person, services=services())
    yield from map(_failed, failed[:MOST])
    yield from _more_failed(failed[MOST:])


def _pauses(person: Person) -> Iterator[Note]:
    paused = batch_looking.page(
        BatchFilter(state=BatchState.PAUSED),
        BatchSort.NEWEST,
        number=1,
        size=MOST,
        by=person,
        services=services(),
    )
    return (_paused(line, person) for line in paused.lines)


def _failed(batch: StillFailed) -> Note:
    left = "they are as they were" if batch.kind.is_bulk else "the lessons play from S3 as before"
    return Note(
        term=FAILED,
        sentence=f"{kinds.counted(batch.kind, batch.items)} of “{formats.literal(batch.name)}” failed; "
        f"{left}.",
        page="batch.py",
        label="See why",
        query={"id": str(batch.batch_id), "state": "failed"},
    )


def _more_failed(rest: Sequence[StillFailed]) -> Iterator[Note]:
    if rest:
        videos = sum(batch.items for batch in rest if not batch.kind.is_bulk)
        lessons = sum(batch.items for batch in rest if batch.kind.is_bulk)
        both = (formats.counted(videos, "video"), formats.counted(lessons, "lesson"))
        things = [said for said, count in zip(both, (videos, lessons), strict=True) if count]
        batches = formats.counted(len(rest), "earlier batch", "earlier batches")
        yield Note(
            term=FAILED,
            sentence=f"{' and '.join(things)} of {batches} failed, too.",
            page="batches.py",
            label="See the batches",
            query={"sort": BatchSort.FAILED.value},
        )


def _paused(line: Line, person: Person) -> Note:
    batch, progress = line
    reason = f" {formats.literal(batch.pause_reason)}" if batch.pause_reason else ""
    to_go = kinds.counted(batch.kind, progress.alive)
    decides = allows(person, Action.MIGRATE)
    return Note(
        term=DECIDE,
        sentence=f"“{formats.literal(batch.name)}” is paused with {to_go} to go.{reason}"
        + ("" if decides else " An admin resumes or cancels it."),
        page="batch.py",
        label="Resume or cancel" if decides else "See the batch",
        query={"id": str(batch.id)},
    )


def _failed_events(count: int) -> Iterator[Note]:
    if count:
        events = "100 events or more" if count == 100 else formats.counted(count, "event")
        yield Note(
            term=FAILED,
            sentence=f"{events} from Mux could not be ingested.",
            page="events.py",
            label="Look",
            query={"failed": "1"},
        )


def _scan(said: str) -> Iterator[Note]:
    if said:
        yield Note(term=DECIDE, sentence=said, page="migrate.py", label="Scan again")


def _waiting_rows(count: int, person: Person) -> Iterator[Note]:
    if count:
        rows = formats.counted(count, "row")
        verb = "waits" if count == 1 else "wait"
        yield columns_missing(f"{rows} of the school's tables {verb}", person)


def _needs_look(found: Facets) -> Iterator[Note]:
    count = found.standings.get(Standing.NEEDS_LOOK, 0)
    if count:
        yield Note(
            term=DECIDE,
            sentence=f"{formats.counted(count, 'source')} cannot move: not seen in S3, empty or unreadable.",
            page="migrate.py",
            label="See which",
            query={"standing": Standing.NEEDS_LOOK.value},
        )
