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


Watched = Sequence[int | None]
"""Milliseconds by day; None where nothing is known of it."""


def show(found: Overview) -> None:
    """Bars for the days, weekends lighter; a line for the days before."""
    now, before = _watched(found, list(found.days)), _watched(found, list(found.days.before))
    unit, unit_ms = ("hours", HOUR_MS) if _most(now) >= 2 * HOUR_MS else ("minutes", MINUTE_MS)
    line = f", the line is the {len(found.days)} days before" if found.is_compared else ""
    charts.show(
        draw(found, now, before, unit=unit, unit_ms=unit_ms),
        title=answer(found, now),
        said=f"Watch time per day in {unit}, {terms.span(found.days)}; weekends are lighter{line}. "
        f"{in_words(found, now, before)}",
        key="viewing_daily",
    )


def draw(found: Overview, now: Watched, before: Watched, *, unit: str, unit_ms: int) -> go.Figure:
    """The figure: as many points as days, twice."""
    days = list(found.days)
    made = charts.figure(x="Day", y=f"Watch time ({unit})")
    made.add_bar(
        x=days,
        y=_in(now, unit_ms),
        marker_opacity=[WEEKEND_OPACITY if day.weekday() >= SATURDAY else 1.0 for day in days],
        customdata=[terms.watched(ms or 0) for ms in now],
        name="this period",
        hovertemplate="%{customdata}",
    )
    made.add_scatter(
        x=days,
        y=_in(before, unit_ms),
        mode="lines",
        line={"color": charts.QUIET, "width": 1.5},
        customdata=[
            f"{terms.watched(ms or 0)} ({terms.day(day)})"
            for ms, day in zip(before, found.days.before, strict=True)
        ],
        name="before",
        hovertemplate="%{customdata}",
    )
    made.update_xaxes(hoverformat="%a %-d %b %Y", tickformat="%-d %b")
    return made


def answer(found: Overview, now: Watched) -> str:
    """What the chart shows, for its title."""
    known = [ms for ms in now if ms is not None]
    mean = sum(known) / max(1, len(known))
    return f"{terms.watched(mean)} a day, most on {terms.day(_best(found, now))}: {terms.watched(_most(now))}"


def in_words(found: Overview, now: Watched, before: Watched) -> str:
    """The same for whoever does not see it."""
    total = terms.watched(sum(ms or 0 for ms in now))
    then = terms.watched(sum(ms or 0 for ms in before)) if any(before) else "nothing"
    quiet = now.count(0)
    none = f" Nothing was watched on {quiet} of {len(now)} days." if quiet else ""
    compared = f", {then} before" if found.is_compared else ""
    best, gaps = terms.day(_best(found, now)), terms.gaps(found.days, found.known)
    return f"{total} in all{compared}; most on {best}.{none}{gaps}"


def _in(watched: Watched, unit_ms: int) -> list[float | None]:
    return [None if ms is None else ms / unit_ms for ms in watched]


def _most(watched: Watched) -> int:
    return max((ms or 0 for ms in watched), default=0)


def _best(found: Overview, now: Watched) -> date:
    return max(zip((ms or 0 for ms in now), found.days, strict=True))[1]


def _watched(found: Overview, days: Sequence[date]) -> list[int | None]:
    known = {day: one.watch_ms for day, one in found.by_day.items()}
    return [known.get(day, 0) if day in found.known else None for day in days]
