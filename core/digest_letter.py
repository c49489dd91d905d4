"""The weekly digest as a letter.

Pure.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from core.digest import MOST_REMARKS, Digest, name_of
from core.figures import Freshness
from core.letter import Letter
from core.letter_layout import Line, Part, html_of, text_of
from core.period import change
from core.phrases import (
    FEW,
    GONE,
    MINUS,
    NOTHING,
    concern,
    counted,
    day,
    number,
    shortened,
    span,
    views,
    watched,
)
from core.phrases import change as changed
from core.viewings import Watched

UNTITLED = "Untitled"
LONGEST_TITLE = 80


def letter_of(
    digest: Digest, *, user_id: str, to: str, at: datetime, zone: ZoneInfo, origin: str | None
) -> Letter:
    """The letter; `origin` is the dashboard's address as browsers know it."""
    title = f"How {_whose(digest)} were watched, {span(digest.week)}"
    parts = [part for part in _parts(digest, origin) if part.lines]
    foot = [*_foot(digest, zone)]
    return Letter(
        id=f"{name_of(digest.week)}-{quote(user_id, safe='') or 'school'}",
        to=to,
        subject=_subject(digest),
        text=text_of(title, parts, foot),
        html=html_of(title, parts, foot),
        at=at,
    )


def _whose(digest: Digest) -> str:
    return "the school's lessons" if digest.is_school else "your lessons"


def _subject(digest: Digest) -> str:
    whose = "The school's lessons" if digest.is_school else "Your lessons"
    now, before = digest.found.now.views, digest.found.before.views
    grew = _change(digest, now, before)
    said = f"{whose}, {span(digest.week)}: {views(now)}{f', {grew}' if grew else ''}"
    return said.replace(MINUS, "-")


def _change(digest: Digest, now: float | None, before: float | None) -> str:
    """`+12 %`; nothing where the week before is not known well enough or had nothing, or either had few."""
    is_told = digest.found.is_compared and now is not None and before is not None
    said = changed(change(now or 0, before or 0) if is_told else None)
    return "" if said == NOTHING else said


def _parts(digest: Digest, origin: str | None) -> Iterator[Part]:
    yield Part("", [*_figures(digest), *_all(origin)])
    yield Part(
        "Most watched", [_lesson(n, one, digest, origin) for n, one in enumerate(digest.most_watched, 1)]
    )
    yield Part("Needs a look", [*_remarks(digest, origin)])


def _figures(digest: Digest) -> Iterator[Line]:
    now, before = digest.found.now, digest.found.before
    for name, told, one, other in (
        ("Views", number, now.views, before.views),
        ("Watch time", watched, now.watch_ms, before.watch_ms),
        ("Lessons watched", number, now.lessons, before.lessons),
    ):
        grew = _change(digest, one, other)
        against = f" ({grew}; the week before {told(other or 0)})" if grew else ""
        yield Line(f"{name}: {FEW if one is None else told(one)}{against}")


def _all(origin: str | None) -> Iterable[Line]:
    return [Line("See the last 7 days", f"{origin}/analytics?days=7")] if origin else []


def _lesson(place: int, one: Watched, digest: Digest, origin: str | None) -> Line:
    grew = changed(one.change) if digest.found.is_compared and one.change is not None else ""
    seen = f"{views(one.views)}{f' ({grew})' if grew else ''}"
    said = f"{place}. {_title(one.lesson_id, digest)}: {watched(one.watch_ms or 0)}, {seen}"
    return Line(said, _page(one.lesson_id, origin))


def _remarks(digest: Digest, origin: str | None) -> Iterator[Line]:
    found = digest.found
    for one in found.remarks[:MOST_REMARKS]:
        said = concern(one, f"“{_title(one.lesson_id, digest)}”", digest.week)
        yield Line(said, _page(one.lesson_id, origin))
    if (left := len(found.remarks) - MOST_REMARKS) > 0:
        yield Line(f"And {counted(left, 'more lesson')}.")
    if found.unwatched:
        verb = "has" if found.unwatched == 1 else "have"
        yield Line(f"{counted(found.unwatched, 'published lesson')} on Mux {verb} never been watched.")


def _title(lesson_id: str, digest: Digest) -> str:
    title = digest.titles.get(lesson_id)
    return GONE if title is None else shortened(title, LONGEST_TITLE) or UNTITLED


def _page(lesson_id: str, origin: str | None) -> str | None:
    return f"{origin}/lesson_analytics?lesson={quote(lesson_id, safe='')}" if origin else None


def _foot(digest: Digest, zone: ZoneInfo) -> Iterator[str]:
    yield _fresh(digest.found.fresh, zone)
    yield "Views are plays that were counted, not people; nobody is named."
    if any(one.now is None for one in digest.found.lessons):
        yield f"{FEW.capitalize()}: fewer than five views, or a number that would tell of those."
    yield "Lectern sends this once a week. Whoever runs it can switch it off."


def _fresh(fresh: Freshness, zone: ZoneInfo) -> str:
    if fresh.read_at is None:
        return "Nothing was fetched from Mux yet."
    at = fresh.read_at.astimezone(zone)
    final = f", final up to {day(fresh.final_to)}" if fresh.final_to else ""
    return f"Figures as of {day(at.date())}, {at:%H:%M}{final}; views may come late."
