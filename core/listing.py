"""Listing: what a face shows page by page, for whoever may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.access import Action, Person, check
from core.batch import Progress
from core.ports import Services
from core.records import Batch, EventRow
from core.selection import Filter, Sort
from core.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """One page of the sources that match a filter."""

    sources: Sequence[Source]
    matching: int
    """On all pages."""


def list_sources(
    filter: Filter, sort: Sort, *, number: int, size: int, by: Person, services: Services
) -> SourcePage:
    """The page `number` (from 1) of `size` sources. Raises `NotAllowed`."""
    check(by, Action.SEE_SOURCES)
    with services.uow("sources.read") as tx:
        found = tx.sources.page(filter, sort, number=number, size=size)
        return SourcePage(sources=found, matching=tx.sources.count(filter))


def list_batches(*, limit: int, by: Person, services: Services) -> Sequence[tuple[Batch, Progress]]:
    """The newest batches first. Raises `NotAllowed`."""
    check(by, Action.SEE_BATCHES)
    with services.uow("batches.read") as tx:
        return tx.batches.newest(limit=limit)


def list_events(
    *, limit: int, type: str = "", failed: bool = False, by: Person, services: Services
) -> Sequence[EventRow]:
    """The newest events first, of one type or of all, or those alone whose ingestion failed.

    Raises `NotAllowed`.
    """
    check(by, Action.SEE_EVENTS)
    with services.uow("events.read") as tx:
        return tx.events.newest(limit=limit, type=type, failed=failed)
