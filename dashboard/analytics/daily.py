"""How much was watched each day, with the period before behind it."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from core.viewings import Overview
from dashboard import charts
from dashboard.analytics import terms

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
SATURDAY = 5
WEEKEND_OPACITY = 0.55


def show(found: Overview) -> None:
    """Bars for the days, weekends lighter; a line for the days before."""
    now, before = _watched(found, list(found.days)), _watched(found, list(found.days.before))
    unit, unit_ms = ("hours", HOUR_MS) if max(now) >= 2 * HOUR_MS else ("minutes", MINUTE_MS)
    charts.show(
        draw(found, now, before, unit=unit, unit_ms=unit_ms),
        title=answer(found, now),
        said=f"Watch time per day in {unit}, {terms.span(found.days)}; weekends are lighter, the line is the "
        f"{len(found.days)} days before. {in_words(found, now, before)}",
        key="viewing_daily",
    )


def draw(found: Overview, now: Sequence[int], before: Sequence[int], *, unit: str, unit_ms: int) -> go.Figure:
    """The figure: as many points as days, twice."""
    days = list(found.days)
    made = charts.figure(x="Day", y=f"Watch time ({unit})")
    made.add_bar(
        x=days,
        y=[ms / unit_ms for ms in now],
        marker_opacity=[WEEKEND_OPACITY if day.weekday() >= SATURDAY else 1.0 for day in days],
        customdata=[terms.watched(ms) for ms in now],
        name="this period",
        hovertemplate="%{customdata}",
    )
    made.add_scatter(
        x=days,
        y=[ms / unit_ms for ms in before],
        mode="lines",
        line={"color": charts.QUIET, "width": 1.5},
        customdata=[
            f"{terms.watched(ms)} ({terms.day(day)})"
            for ms, day in zip(before, found.days.before, strict=True)
        ],
        name="before",
        hovertemplate="%{customdata}",
    )
    made.update_xaxes(hoverformat="%a %-d %b %Y", tickformat="%-d %b")
    return made


def answer(found: Overview, now: Sequence[int]) -> str:
    """What the chart shows, for its title."""
    best = _best(found, now)
    mean = sum(now) / len(now)
    return f"{terms.watched(mean)} a day, most on {terms.day(best)}: {terms.watched(max(now))}"


def in_words(found: Overview, now: Sequence[int], before: Sequence[int]) -> str:
    """The same for whoever does not see it."""
    total = terms.watched(sum(now))
    total_before = terms.watched(sum(before)) if any(before) else "nothing"
    quiet = sum(not ms for ms in now)
    none = f" Nothing was watched on {quiet} of {len(now)} days." if quiet else ""
    return f"{total} in all, {total_before} before; most on {terms.day(_best(found, now))}.{none}"


def _best(found: Overview, now: Sequence[int]) -> date:
    return max(zip(now, found.days, strict=True))[1]


def _watched(found: Overview, days: Sequence[date]) -> list[int]:
    return [found.by_day[day].watch_ms if day in found.by_day else 0 for day in days]
