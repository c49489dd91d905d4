"""A course on paper: its figures, what needs a look, and its lessons in their order."""

from collections.abc import Mapping, Sequence

from core import phrases
from core.period import change
from core.viewings import CourseLesson, Overview, Watched
from dashboard import formats
from dashboard.analytics import terms
from dashboard.analytics.course import title
from dashboard.components.paper import Paper

MOST_REMARKS = 5
LONGEST_TITLE, LONGEST_IN_REMARK = 80, 44
MOST_ROWS = 20
"""With the figures above and the notes below they fill one page of A4."""
FOOT = (
    "Views are plays that were counted, not people.",
    "Of its length: how much of the video a view at Mux plays on average; an estimate.",
    "Finished: learners who came to the end, by the platform's own progress.",
)
HEAD = ("", "Lesson", "Views", "Change", "Watch time", "Of its length", "Finished")


def paper(found: Overview, of_course: Sequence[CourseLesson], *, name: str, fresh: str) -> Paper:
    """What is printed; `fresh` says as of when the figures are."""
    period = terms.span(found.days)
    shown = of_course if len(of_course) <= MOST_ROWS else of_course[: MOST_ROWS - 1]
    left = of_course[len(shown) :]
    most = max((one.views for one in of_course), default=0) or 1
    watched = {one.lesson_id: one for one in found.lessons}
    titles = {one.lesson_id: title(one, LONGEST_IN_REMARK) for one in of_course}
    return Paper(
        title=name,
        subtitle=f"How its lessons were watched, {period}, {terms.compared(found)}",
        figures=_figures(found),
        remarks=_remarks(found, titles),
        head=HEAD,
        rows=[
            _row(n, one, watched.get(one.lesson_id), is_compared=found.is_compared)
            for n, one in enumerate(shown, 1)
        ]
        + ([_others(left)] if left else []),
        bars=[*(one.views / most for one in shown), *([0.0] if left else [])],
        foot=(
            f"Figures {fresh}.",
            *FOOT,
        ),
    )


def _figures(found: Overview) -> list[tuple[str, str, str]]:
    now, before = found.now, found.before
    return [
        ("Views", formats.number(now.views), terms.change(_change(found, now.views, before.views))),
        (
            "Watch time",
            terms.watched(now.watch_ms),
            terms.change(_change(found, now.watch_ms, before.watch_ms)),
        ),
        ("A view lasts", terms.watched(now.watch_ms / now.views if now.views else 0), ""),
        (
            "Lessons watched",
            formats.number(now.lessons),
            terms.change(_change(found, now.lessons, before.lessons)),
        ),
    ]


def _change(found: Overview, now: float, before: float) -> float | None:
    return change(now, before) if found.is_compared else None


def _remarks(found: Overview, titles: Mapping[str, str]) -> list[str]:
    told = [one for one in found.remarks if one.lesson_id in titles][:MOST_REMARKS]
    return [phrases.concern(one, f"“{titles[one.lesson_id]}”", found.days) for one in told]


def _row(number: int, one: CourseLesson, watched: Watched | None, *, is_compared: bool) -> tuple[str, ...]:
    named = (str(number), title(one, LONGEST_TITLE), formats.number(one.views))
    if watched is None:
        return (*named, *([formats.NOTHING] * 4))
    share = watched.now.completion
    return (
        *named,
        terms.change(watched.change if is_compared else None),
        terms.watched(watched.now.watch_ms),
        formats.NOTHING if share is None else formats.percent(share),
        terms.learners(watched.now.finished),
    )


def _others(left: Sequence[CourseLesson]) -> tuple[str, ...]:
    """Those for which the page has no room."""
    named = f"{formats.counted(len(left), 'more lesson')}: the Excel file has them"
    return ("", named, formats.number(sum(one.views for one in left)), *([formats.NOTHING] * 4))
