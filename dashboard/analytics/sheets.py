"""What the analytics page shows as tables to take along, with their units and their period."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.course_walk import CourseWalk, stops
from core.figures import Freshness
from core.lesson_day import Ranking
from core.period import Days, pieces
from core.report import harmless
from core.viewings import CourseLesson, Overview, Watched
from dashboard.analytics import terms

Cell = str | int | float | date | None
Row = tuple[Cell, ...]
MINUTE_MS = 60_000
LESSON_HEAD = (
    *("lesson id", "title", "from", "to", "views", "views before", "watch time (min)"),
    *("watch time before (min)", "of its length (%, estimate)", "learners who finished"),
)
DAY_HEAD = ("day", "views", "watch time (min)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table; its rows are as long as its head."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    amounts: Collection[str] = ()
    """Of its head, what is in US dollars and cents."""


def lessons(found: Overview, titles: Mapping[str, str], order: Ranking) -> Sheet:
    """Every lesson of the period, in the order of the page."""
    rows = [_lesson(one, found, titles) for one in found.ranked(order)]
    return Sheet(name="Lessons", head=LESSON_HEAD, rows=rows)


def days(found: Overview) -> Sheet:
    """Every day of the period and of the one before."""
    both = [*found.days.before, *found.days]
    return Sheet(name="Days", head=DAY_HEAD, rows=[_day(day, found) for day in both])


def _day(day: date, found: Overview) -> tuple[Cell, ...]:
    """Empty where nothing is known of it."""
    if day not in found.known:
        return (day, None, None)
    if day in found.few_days:
        return (day, terms.FEW, None)
    one = found.by_day.get(day)
    return (day, one.views if one else 0, minutes(one.watch_ms if one else 0))


def course(found: Overview, of_course: Sequence[CourseLesson]) -> Sheet:
    """The lessons of a course in its order, by weeks or months."""
    columns, grain = pieces(found.days), terms.GRAIN[found.days.grain]
    head = ("number", "lesson id", "title", "views", *(f"views, {grain} from {one}" for one in columns))
    rows: list[tuple[Cell, ...]] = [
        (
            *(n, _text(one.lesson_id), _text(one.title), cell(one.views)),
            *(cell(one.by_piece.get(c, 0)) for c in columns),
        )
        for n, one in enumerate(of_course, 1)
    ]
    return Sheet(name="Course", head=head, rows=rows)


def stopping(course: CourseWalk) -> Sheet:
    """Where learners stop, as far as it is told, and what is known of all of them."""
    found, last = stops(course), len(course.lessons) - 1
    each: list[Row] = [
        (place + 1, _text(lesson_id), _text(title), found.at.get(place) if place < last else found.to_last)
        for place, (lesson_id, title) in enumerate(course.lessons)
    ]
    took = "median time to finish all lessons (days; at least, of progress older than Lectern)"
    all_of_them: list[Row] = [
        (None, None, "at lessons that are not told one by one", terms.learners(found.others)),
        (None, None, "learners in all", terms.learners(found.learners)),
        (None, None, took, course.walk.days_told),
    ]
    head = ("number", "lesson id", "title", "learners who came no further, whenever they watched")
    return Sheet(name="Learners", head=head, rows=[*each, *all_of_them])


def about(found: Overview, *, whose: str, made_at: datetime) -> Sheet:
    """What the other tables are about, and how far to trust them."""
    compared: list[Row] = [
        ("Comparison", terms.compared(found)),
        ("The days before, from", found.days.before.first),
        ("The days before, to", found.days.before.last),
    ]
    return told(found.days, found.fresh, [("Lessons of", _text(whose))], compared, made_at=made_at)


def told(
    days: Days, fresh: Freshness, before: Sequence[Row], behind: Sequence[Row] = (), *, made_at: datetime
) -> Sheet:
    """The period with what was said before and behind it, as of when its figures are, and what they mean."""
    rows: list[Row] = [
        *before,
        ("From", days.first),
        ("To", days.last),
        *behind,
        ("Figures fetched (UTC)", _moment(fresh.read_at)),
        ("Final up to", fresh.final_to),
        ("Written (UTC)", _moment(made_at)),
        ("Views", "plays that were counted, at Mux or by the platform"),
        (terms.FEW.capitalize(), terms.FEW_IS),
        ("Of its length", "how much of the video a view at Mux plays on average; an estimate"),
    ]
    return Sheet(name="About", head=("what", "value"), rows=rows)


def _lesson(one: Watched, found: Overview, titles: Mapping[str, str]) -> tuple[Cell, ...]:
    before, share, finished = one.before, one.completion, one.finished
    return (
        _text(one.lesson_id),
        _text(titles.get(one.lesson_id, terms.GONE)),
        found.days.first,
        found.days.last,
        cell(one.views),
        cell(before.views if before else None),
        minutes(one.watch_ms),
        minutes(before.watch_ms if before else None),
        None if share is None else round(share * 100, 1),
        terms.learners(finished) if finished else finished,
    )


def cell(views: int | None) -> Cell:
    """A count of views."""
    return terms.FEW if views is None else views


def minutes(ms: float | None) -> float | None:
    """A time for a cell; empty where it is not told."""
    return None if ms is None else round(ms / MINUTE_MS, 1)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "never"


def _text(words: str) -> str:
    """Titles come from anybody, and a spreadsheet runs what looks like a formula."""
    return str(harmless(words))
