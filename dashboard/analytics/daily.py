"""How much was watched each day, in views and in time, with the period before behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go
import streamlit as st

from core.lesson_day import DayTotal
from core.period import Days
from core.viewings import Overview, Sums
from dashboard import charts, formats
from dashboard.analytics import terms

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
SATURDAY = 5
WEEKEND_OPACITY = 0.55
HEIGHT_PX = 240
FEW = 10
"""Below it a mean is told to a tenth."""

ByDay = Sequence[float | None]
"""A figure by day; None where nothing is known of it, or it is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What is drawn of each day: `axis` with its unit, which is so many of what `of` gives; and its words."""

    name: str
    axis: str
    of: Callable[[DayTotal], int]
    all: Callable[[Sums], int | None]
    unit: int
    told: Callable[[float], str]


def show(found: Overview) -> None:
    """A chart of the views beside one of the watch time; why there is none where all days have few."""
    few = sum(day in found.few_days for day in found.days)
    if few and not any(day in found.by_day for day in found.days):
        st.caption(f"No day is told.{terms.few_cells(few)}")
        return
    for column, figure in zip(st.columns(2, gap="medium"), (views(), watch_time(found)), strict=True):
        with column:
            _chart(found, figure)


def views() -> Figure:
    """Plays that were counted."""
    return Figure(
        name="Views", axis="Views", of=lambda day: day.views, all=lambda sums: sums.views, unit=1, told=_views
    )


def watch_time(found: Overview) -> Figure:
    """In hours where a day has two of them."""
    most = max((one.watch_ms for day, one in found.by_day.items() if day in found.days), default=0)
    unit, unit_ms = ("hours", HOUR_MS) if most >= 2 * HOUR_MS else ("minutes", MINUTE_MS)
    return Figure(
        name="Watch time",
        axis=f"Watch time ({unit})",
        of=lambda day: day.watch_ms,
        all=lambda sums: sums.watch_ms,
        unit=unit_ms,
        told=terms.watched,
    )


def _chart(found: Overview, figure: Figure) -> None:
    now, before = (by_day(found, days, figure) for days in (found.days, found.days.before))
    line = f", the line is the {len(found.days)} days before" if found.is_compared else ""
    charts.show(
        draw(found, figure, now, before),
        title=answer(found, figure, now),
        said=f"{figure.name} per day, {terms.span(found.days)}; weekends are lighter{line}. "
        f"{in_words(found, figure, now)}",
        key=f"viewing_daily_{figure.name}",
    )


def draw(found: Overview, figure: Figure, now: ByDay, before: ByDay) -> go.Figure:
    """Bars for the days, weekends lighter; a line for the days before."""
    days = list(found.days)
    made = charts.figure(x="Day", y=figure.axis, height=HEIGHT_PX)
    made.add_bar(
        x=days,
        y=_in(now, figure.unit),
        marker_opacity=[WEEKEND_OPACITY if day.weekday() >= SATURDAY else 1.0 for day in days],
        customdata=[figure.told(one or 0) for one in now],
        name="this period",
        hovertemplate="%{customdata}",
    )
    made.add_scatter(
        x=days,
        y=_in(before, figure.unit),
        mode="lines",
        line={"color": charts.QUIET, "width": 1.5},
        customdata=[
            f"{figure.told(one or 0)} ({terms.day(day)})"
            for one, day in zip(before, found.days.before, strict=True)
        ],
        name="before",
        hovertemplate="%{customdata}",
    )
    made.update_xaxes(hoverformat="%a %-d %b %Y", tickformat="%-d %b")
    return made


def answer(found: Overview, figure: Figure, now: ByDay) -> str:
    """What the chart shows, for its title."""
    total, days = figure.all(found.now), sum(day in found.known for day in found.days)
    mean = "few views" if total is None else figure.told(total / max(1, days))
    most = max((one for one in now if one is not None), default=0)
    return (
        f"{mean} a day, most on {terms.day(_best(found, now))}: {figure.told(most)}"
        if most
        else f"{mean} a day"
    )


def in_words(found: Overview, figure: Figure, now: ByDay) -> str:
    """The same for whoever does not see it."""
    quiet = now.count(0)
    none = f" Nothing was watched on {quiet} of {len(now)} days." if quiet else ""
    compared = f", {_all(figure, found.before)} before" if found.is_compared else ""
    most = f"; most on {terms.day(_best(found, now))}" if any(now) else ""
    few = terms.few_cells(sum(day in found.few_days for day in found.days))
    return (
        f"{_all(figure, found.now)} in all{compared}{most}.{none}{terms.gaps(found.days, found.known)}{few}"
    )


def _all(figure: Figure, sums: Sums) -> str:
    total = figure.all(sums)
    return "few views" if total is None else figure.told(total) if total else "nothing"


def by_day(found: Overview, days: Days, figure: Figure) -> list[float | None]:
    """The figure of each day."""
    counted = {day: figure.of(one) for day, one in found.by_day.items()}
    told = found.known - found.few_days
    return [counted.get(day, 0) if day in told else None for day in days]


def _in(values: ByDay, unit: int) -> list[float | None]:
    return [None if one is None else one / unit for one in values]


def _best(found: Overview, now: ByDay) -> date:
    return max(zip((one or 0 for one in now), found.days, strict=True))[1]


def _views(count: float) -> str:
    """
    >>> _views(5.14), _views(12.3), _views(1)
    ('5.1 views', '12 views', '1 view')
    """
    is_whole = count >= FEW or count == int(count)
    return formats.counted(round(count), "view") if is_whole else f"{count:.1f} views"
