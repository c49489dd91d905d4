"""Correcting: after their status columns came, lessons without any video say "pending", a page at a time."""

from datetime import UTC, datetime, timedelta

from core.access import SYSTEM
from core.correction import Correction
from core.inspecting import SchemaServices
from core.records import Job

PAGE = 1000
"""Lessons looked at in one transaction, so that nobody waits long for a row."""

PAGES = 100
"""Pages in one job; the next job goes on behind them."""

PAUSE = timedelta(seconds=30)
"""Until rows that somebody held are looked at once more."""


def correct_lessons(*, services: SchemaServices, page: int = PAGE, pages: int = PAGES) -> Correction | None:
    """Go on where the last page ended; None where there was nothing to walk through.

    Safe to run at any time and to be killed at any point: a page, where the walk stands and its figures are
    one transaction. A lesson that somebody set since is left as it is.
    """
    found: Correction | None = None
    for _ in range(pages):
        found = _next_page(services, page)
        if found is None or found.finished_at:
            return found
        if found.after is None:
            return _go_on(found, services, at=datetime.now(UTC) + PAUSE)
    return found and _go_on(found, services, at=None)


def _next_page(services: SchemaServices, page: int) -> Correction | None:
    with services.uow("lessons.correct") as tx:
        found = tx.corrections.next_page(limit=page)
        if found and found.finished_at:
            figures = {"looked at": found.looked, "set to pending": found.corrected, "left": found.left}
            tx.audit(SYSTEM, "set lessons without a video to pending", "lessons", after=figures)
        tx.commit()
    return found


def _go_on(found: Correction, services: SchemaServices, *, at: datetime | None) -> Correction:
    with services.uow("lessons.correct_on") as tx:
        tx.enqueue(Job.CORRECT_LESSONS, key="correct_lessons", at=at)
        tx.commit()
    return found
