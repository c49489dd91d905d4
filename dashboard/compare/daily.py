"""Views of each lesson per day."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.lesson_comparing import Comparison
from core.lesson_day_told import Told
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
        charts.show(draw(lines), title=answer(lines), said=said(found, lines), key="compare_daily")


def draw(lines: Sequence[Line]) -> go.Figure:
    """A line for each lesson, in the colour that it has above; a gap where nothing is known or told."""
    found = terms.shown(lines)
    made = charts.figure(x=words.unit(found[0]).capitalize(), y="Views", height=terms.HEIGHT_PX)
    for line, told in zip(lines, found, strict=True):
        made.add_scatter(
            x=told.cells,
            y=views(told),
            mode="lines+markers",  # one between two gaps has no line
            name=charts.plain(line.legend),
            line={"width": 2, "dash": line.dash},
            marker={"size": 4},
            hovertemplate="%{y:,.0f}",
        )
    made.update_xaxes(hoverformat=words.HOVER[found[0].is_weekly], tickformat="%-d %b")
    charts.add_legend(made)
    return made


def views(found: Told) -> list[int | None]:
    """By day or week of the period; None where nothing is known of the lesson, or it is not told."""
    counted = {one.day: one.views for one in found.days}
    return [counted.get(cell, 0) if cell in found.known - found.few else None for cell in found.cells]


def cells(found: Told) -> list[int | str | None]:
    """The same, with few told as few."""
    told = zip(found.cells, views(found), strict=True)
    return [words.FEW if cell in found.few else count for cell, count in told]


def answer(lines: Sequence[Line]) -> str:
    """Which has most views, and which fewest."""
    most, fewest = (choose(lines, key=lambda line: line.views or 0) for choose in (max, min))
    first = f"{quoted(most)} has {words.views(most.views)}"
    return first if most is fewest else f"{first}, {quoted(fewest)} {words.count(fewest.views)}"


def said(found: Comparison, lines: Sequence[Line]) -> str:
    """The same for whoever does not see it."""
    shown = terms.shown(lines)
    each = (
        f"{line.number} {quoted(line)} {_counted(line, told)}{_lacking(found, line)}"
        for line, told in zip(lines, shown, strict=True)
    )
    gaps, few = words.gaps(found.days, found.known), _few(shown)
    per = f"Views per {words.unit(shown[0])}, {words.span(found.days)}"
    return f"{per}: {'; '.join(each)}.{gaps}{few}{words.by_weeks(shown[0])}"


def _few(shown: Sequence[Told]) -> str:
    """Why a line breaks off."""
    is_few = any(told.few for told in shown)
    return (
        f" {words.unit(shown[0]).capitalize()}s of few views are left out: {words.FEW_IS}." if is_few else ""
    )


def _lacking(found: Comparison, line: Line) -> str:
    lacking = len((found.known - line.seen.known) & {*found.days})
    return f" (of {formats.counted(lacking, 'more day')} there are no figures)" if lacking else ""


def _counted(line: Line, told: Told) -> str:
    if line.views == 0:
        return "none"
    best = max(told.days, key=lambda one: one.views, default=None)
    most = f", most {words.on(best.day, told)}: {formats.number(best.views)}" if best else ""
    return f"{words.count(line.views)}{most}"
