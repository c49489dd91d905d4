"""The weekly digest as a letter: the same words as text and as HTML that fetches nothing.

Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from core.digest import MOST_REMARKS, Digest, name_of
from core.figures import Freshness
from core.letter import Letter
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
INK, QUIET, RULE = "#14141b", "#5c5c66", "#d9d9e0"
BODY = f"font:15px/1.5 system-ui,sans-serif;color:{INK};background:#ffffff;max-width:600px;padding:16px"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and the page that it leads to; None where the dashboard's address is not known."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Lines under a heading."""

    heading: str
    lines: Sequence[Line]


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
        text=_text(title, parts, foot),
        html=_html(title, parts, foot),
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
    yield "Lectern sends this once a week. Whoever runs it can switch it off."


def _fresh(fresh: Freshness, zone: ZoneInfo) -> str:
    if fresh.read_at is None:
        return "Nothing was fetched from Mux yet."
    at = fresh.read_at.astimezone(zone)
    final = f", final up to {day(fresh.final_to)}" if fresh.final_to else ""
    return f"Figures as of {day(at.date())}, {at:%H:%M}{final}; views may come late."


def _text(title: str, parts: Sequence[Part], foot: Sequence[str]) -> str:
    told = (
        "\n".join([*([part.heading.upper()] if part.heading else []), *map(_line_of_text, part.lines)])
        for part in parts
    )
    return "\n\n".join([title, *told, "--\n" + "\n".join(foot)]) + "\n"


def _line_of_text(line: Line) -> str:
    return f"{line.text}\n   {line.link}" if line.link else line.text


def _html(title: str, parts: Sequence[Part], foot: Sequence[str]) -> str:
    body = "".join(
        (f'<h2 style="font-size:16px;margin:24px 0 4px">{escape(part.heading)}</h2>' if part.heading else "")
        + "".join(map(_line_of_html, part.lines))
        for part in parts
    )
    quiet = "".join(f"<p style='margin:4px 0;color:{QUIET};font-size:13px'>{escape(one)}</p>" for one in foot)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title></head>"
        f'<body style="{BODY}"><h1 style="font-size:20px;margin:0 0 12px">{escape(title)}</h1>{body}'
        f'<hr style="border:0;border-top:1px solid {RULE};margin:24px 0 12px">{quiet}</body></html>\n'
    )


def _line_of_html(line: Line) -> str:
    text = escape(line.text)
    shown = f'<a href="{escape(line.link)}" style="color:{INK}">{text}</a>' if line.link else text
    return f'<p style="margin:4px 0">{shown}</p>'
