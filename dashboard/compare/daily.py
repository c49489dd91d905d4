"""Views of each lesson per day."""

from collections.abc import Sequence

import plotly.graph_objects as go

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
    elif all(line.views == 0 for line in lines):
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
    """By day of the period; None where nothing is known of the lesson, or it is not told."""
    counted = {one.day: one.views for one in line.seen.told.days}
    told = line.seen.known - line.seen.told.few
    return [counted.get(day, 0) if day in told else None for day in found.days]


def cells(found: Comparison, line: Line) -> list[int | str | None]:
    """The same, with few told as few."""
    few = line.seen.told.few
    return [
        words.FEW if day in few else count for day, count in zip(found.days, views(found, line), strict=True)
    ]


def answer(lines: Sequence[Line]) -> str:
    """Which has most views, and which fewest."""
    most, fewest = (choose(lines, key=lambda line: line.views or 0) for choose in (max, min))
    first = f"{quoted(most)} has {words.views(most.views)}"
    return first if most is fewest else f"{first}, {quoted(fewest)} {words.count(fewest.views)}"


def said(found: Comparison, lines: Sequence[Line]) -> str:
    """The same for whoever does not see it."""
    told = "; ".join(f"{line.number} {quoted(line)} {_of(found, line)}" for line in lines)
    return (
        f"Views per day, {words.span(found.days)}: {told}.{words.gaps(found.days, found.known)}{_few(lines)}"
    )


def _few(lines: Sequence[Line]) -> str:
    """Why a line breaks off."""
    is_few = any(line.seen.told.few for line in lines)
    return f" Days of few views are left out: {words.FEW_IS}." if is_few else ""


def _of(found: Comparison, line: Line) -> str:
    lacking = len((found.known - line.seen.known) & {*found.days})
    gaps = f" (of {formats.counted(lacking, 'more day')} there are no figures)" if lacking else ""
    return f"{_counted(line)}{gaps}"


def _counted(line: Line) -> str:
    if line.views == 0:
        return "none"
    best = max(line.seen.told.days, key=lambda one: one.views, default=None)
    most = f", most on {words.day(best.day)}: {formats.number(best.views)}" if best else ""
    return f"{words.count(line.views)}{most}"
