"""A course on paper: its figures, what needs a look, and its lessons in their order."""

from collections.abc import Mapping, Sequence

from core import phrases
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
    f"Views are plays that were counted, not people. Few: {terms.FEW_IS}.",
    "Of its length: how much of the video a view at Mux plays on average; an estimate.",
    "Finished: learners who came to the end, by the platform's own progress.",
)
HEAD = ("", "Lesson", "Views", "Change", "Watch time", "Of its length", "Finished")


def paper(found: Overview, of_course: Sequence[CourseLesson], *, name: str, fresh: str) -> Paper:
    """What is printed; `fresh` says as of when the figures are."""
    period = terms.span(found.days)
    shown = of_course if len(of_course) <= MOST_ROWS else of_course[: MOST_ROWS - 1]
    left = of_course[len(shown) :]
    most = max((one.views or 0 for one in of_course), default=0) or 1
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
        bars=[*((one.views or 0) / most for one in shown), *([0.0] if left else [])],
        foot=(
            f"Figures {fresh}.",
            *FOOT,
        ),
    )


def _figures(found: Overview) -> list[tuple[str, str, str]]:
    now, before = found.now, found.before
    return [
        ("Views", terms.count(now.views), terms.change(_change(found, now.views, before.views))),
        (
            "Watch time",
            terms.watch_time(now.watch_ms),
            terms.change(_change(found, now.watch_ms, before.watch_ms)),
        ),
        ("A view lasts", terms.watch_time(terms.each(now.watch_ms, now.views)), ""),
        (
            "Lessons watched",
            formats.number(now.lessons),
            terms.change(_change(found, now.lessons, before.lessons)),
        ),
    ]


def _change(found: Overview, now: float | None, before: float | None) -> float | None:
    return terms.changed(now, before) if found.is_compared else None


def _remarks(found: Overview, titles: Mapping[str, str]) -> list[str]:
    told = [one for one in found.remarks if one.lesson_id in titles][:MOST_REMARKS]
    return [phrases.concern(one, f"“{titles[one.lesson_id]}”", found.days) for one in told]


def _row(number: int, one: CourseLesson, watched: Watched | None, *, is_compared: bool) -> tuple[str, ...]:
    named = (str(number), title(one, LONGEST_TITLE), terms.count(one.views))
    if watched is None or watched.now is None:
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
    return ("", named, formats.number(sum(one.views or 0 for one in left)), *([formats.NOTHING] * 4))
