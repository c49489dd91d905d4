"""Views of each lesson per day."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.attention import FEWEST_TOLD, told_views
from core.lesson_comparing import Comparison
from dashboard import bones, charts, formats
from dashboard.analytics import terms as words
from dashboard.compare import terms
from dashboard.compare.terms import Line, quoted
from dashboard.retention import terms as why


def show(found: Comparison, lines: Sequence[Line]) -> None:
    """The chart, or why there is none."""
    if found.fresh.read_at is None and not found.known:
        bones.nothing(*why.NOT_FETCHED)
    elif not any(line.views for line in lines):
        bones.nothing(f"No view was counted from {words.span(found.days)}.", why.WHY_NO_VIEWS)
    else:
        charts.show(draw(found, lines), title=answer(lines), said=said(found, lines), key="compare_daily")


def draw(found: Comparison, lines: Sequence[Line]) -> go.Figure:
    """A line for each lesson, in the colour that it has above; a gap on days of which nothing is known."""
    made = charts.figure(x="Day", y="Views", height=terms.HEIGHT_PX)
    days = list(found.days)
    for line in lines:
        made.add_scatter(
            x=days,
            y=views(found, line),
            mode="lines",
            name=charts.plain(line.legend),
            line={"width": 2, "dash": line.dash},
            hovertemplate="%{y:,.0f}",
        )
    made.update_xaxes(hoverformat="%a %-d %b %Y", tickformat="%-d %b")
    charts.add_legend(made)
    return made


def views(found: Comparison, line: Line) -> list[int | None]:
    """By day of the period; None where nothing is known of the lesson, or too few learners watched."""
    counted = {one.day: told_views(one) for one in line.seen.by_day}
    return [counted.get(day, 0) if day in line.seen.known else None for day in found.days]


def cells(found: Comparison, line: Line) -> list[int | str | None]:
    """The same, with few learners told as few."""
    counted = {one.day: why.views(one) for one in line.seen.by_day}
    return [counted.get(day, 0) if day in line.seen.known else None for day in found.days]


def answer(lines: Sequence[Line]) -> str:
    """Which has most views, and which fewest."""
    most, fewest = (choose(lines, key=lambda line: line.views) for choose in (max, min))
    first = f"{quoted(most)} has {formats.counted(most.views, 'view')}"
    return first if most is fewest else f"{first}, {quoted(fewest)} {formats.number(fewest.views)}"


def said(found: Comparison, lines: Sequence[Line]) -> str:
    """The same for whoever does not see it."""
    told = "; ".join(f"{line.number} {quoted(line)} {_of(found, line)}" for line in lines)
    return (
        f"Views per day, {words.span(found.days)}: {told}.{words.gaps(found.days, found.known)}{_few(lines)}"
    )


def _few(lines: Sequence[Line]) -> str:
    """Why a line breaks off."""
    is_few = any(told_views(one) is None for line in lines for one in line.seen.by_day)
    return f" Days with fewer than {FEWEST_TOLD} learners are left out." if is_few else ""


def _of(found: Comparison, line: Line) -> str:
    lacking = len((found.known - line.seen.known) & {*found.days})
    gaps = f" (of {formats.counted(lacking, 'more day')} there are no figures)" if lacking else ""
    return f"{_counted(line)}{gaps}"


def _counted(line: Line) -> str:
    if not line.views:
        return "none"
    best = max(line.seen.by_day, key=lambda one: one.views)
    return f"{formats.number(line.views)}, most on {words.day(best.day)}: {why.views_said(best)}"
