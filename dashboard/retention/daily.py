"""Views and watch time per day: Mux's, the school's own, and both joined, with the day it moved."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.few import fewer
from core.lesson_day import LessonDay
from core.period import Grain, piece_of
from core.playback import Provider
from core.retention import Curve, NoCurve
from core.retention_looking import LessonViewing
from dashboard import bones, charts, formats
from dashboard.analytics import terms as words
from dashboard.retention import move, terms
from dashboard.state import Key

MINUTE_MS = 60_000
COLUMNS = (
    *("Day", "Views", "Watched", "From", "Views at Mux", "Watched at Mux"),
    *("Own learners", "Watched, own"),
)
WEEKLY = {"Day": "Week from", "Own learners": "Own views"}
"""Learners of several days do not add up; their views, one a day, do."""

HEIGHT_PX = 240
Figure = Callable[[LessonDay], float]
Told = Callable[[LessonDay], float | None]


def show(seen: LessonViewing) -> None:
    """Two charts, and the table of the days below; how the joint figure came to be is said."""
    if not (seen.told.days or seen.told.few):
        _nothing(seen)
        return
    st.subheader(words.one_by_one(seen.told), anchor=False)
    st.caption(formats.literal(terms.joined(seen) + move.changed(seen)))
    left, right = st.columns(2, gap="medium")
    with left:
        charts.show(
            draw(seen, "Views", lambda one: one.views, at_mux, own_learners),
            title=f"{words.views(seen.told.views)} in {len(seen.days)} days",
            said=_most(seen, lambda one: one.views, lambda one: words.views(one.views)),
            key="retention_views",
        )
    with right:
        charts.show(
            draw(
                seen, "Watch time (minutes)", lambda one: one.watch_ms / MINUTE_MS, mux_minutes, own_minutes
            ),
            title=f"{words.watch_time(seen.told.watch_ms)} watched",
            said=_most(seen, lambda one: one.watch_ms, lambda one: words.watched(one.watch_ms)),
            key="retention_watch",
        )
    _table(seen)


def at_mux(one: LessonDay) -> int | None:
    """Views at Mux; few are not told."""
    return fewer(one.mux_views)


def own_learners(one: LessonDay) -> int | None:
    """Learners by the school's own progress; few are not told."""
    return fewer(one.own_learners)


def mux_minutes(one: LessonDay) -> float | None:
    return None if at_mux(one) is None else one.mux_watch_ms / MINUTE_MS


def own_minutes(one: LessonDay) -> float | None:
    return None if own_learners(one) is None else one.own_watch_ms / MINUTE_MS


def _nothing(seen: LessonViewing) -> None:
    """Why there is no day; nothing where the curve has said so, or there is no video."""
    if seen.provider is Provider.NONE or seen.curve is NoCurve.NO_VIEWS:
        return
    if seen.fresh.read_at is None:
        bones.nothing(*terms.NOT_FETCHED)
    elif isinstance(seen.curve, Curve):
        bones.nothing(*terms.NOT_ITS_OWN)
    else:
        bones.nothing(f"No view was counted from {words.span(seen.days)}.", terms.WHY_NO_VIEWS)


def draw(seen: LessonViewing, y: str, joint: Told, mux: Told, own: Told) -> go.Figure:
    """Bars for the joint figure, a line for each of the two sources."""
    cells, unit = seen.told.cells, words.unit(seen.told)
    made = charts.figure(x=unit.capitalize(), y=y, height=HEIGHT_PX)
    made.add_bar(x=cells, y=_values(cells, seen, joint), name="joint", opacity=0.5, hovertemplate="%{y:,.0f}")
    at_mux = [cell for cell in cells if seen.moved_on and cell >= _cell(seen.moved_on, seen)]
    for name, among, figure, dash in (("Mux", at_mux, mux, "solid"), ("the school's own", cells, own, "dot")):
        values = _values(among, seen, figure)
        if any(values):
            line = {"width": 2, "dash": dash}
            made.add_scatter(x=among, y=values, mode="lines", name=name, line=line, hovertemplate="%{y:,.0f}")
    moved_on = [seen.moved_on] if seen.moved_on else []
    for dash, those in (("dash", moved_on), ("dot", seen.replaced_on)):
        for day in (one for one in those if one in seen.days):
            made.add_vline(x=str(day), line={"width": 1.5, "dash": dash, "color": charts.QUIET})
    charts.add_legend(made)
    made.update_xaxes(hoverformat=words.HOVER[seen.told.is_weekly], tickformat="%-d %b")
    return made


def _cell(day: date, seen: LessonViewing) -> date:
    return piece_of(day, Grain.WEEK) if seen.told.is_weekly else day


def _values(cells: Sequence[date], seen: LessonViewing, figure: Told) -> list[float | None]:
    """None where nothing is known of a cell, or it is not told: a gap, and no zero."""
    watched, told = {one.day: figure(one) for one in seen.told.days}, seen.told.known - seen.told.few
    return [watched.get(cell, 0.0) if cell in told else None for cell in cells]


def _most(seen: LessonViewing, figure: Figure, told: Callable[[LessonDay], str]) -> str:
    found, unit = seen.told, words.unit(seen.told)
    best = max(found.days, key=figure, default=None)
    most = (
        f"Most {words.on(best.day, found)}: {told(best)}." if best else "No day has enough views to be told."
    )
    quiet = len(found.known) - sum(bool(figure(one)) for one in found.days) - len(found.few)
    none = (
        f" Nothing {'in' if found.is_weekly else 'on'} {quiet} of {len(found.cells)} {unit}s."
        if quiet
        else ""
    )
    moved_on = seen.moved_on if seen.moved_on and seen.moved_on in seen.days else None
    marked = f" The dashed line is {terms.moved(moved_on)}, when it moved to Mux." if moved_on else ""
    gaps = words.gaps(seen.days, seen.known) + words.few_cells(len(found.few), unit)
    return f"{most}{none}{gaps}{words.by_weeks(found)}{marked}{move.replaced(seen)}"


def _table(seen: LessonViewing) -> None:
    box = st.expander(f"The {words.unit(seen.told)}s as a table", on_change="rerun", key=Key.RETENTION_DAYS)
    if box.open:
        with box:
            st.dataframe(
                rows(seen),
                hide_index=True,
                placeholder=formats.NOTHING,
                column_config={
                    **{
                        name: st.column_config.DateColumn(format="ddd D MMM YYYY")
                        for name in ("Day", "Week from")
                    },
                    **{
                        name: st.column_config.TextColumn(alignment="right")
                        for name in ("Views", "Views at Mux", "Own learners", "Own views")
                    },
                },
            )


def rows(seen: LessonViewing) -> pd.DataFrame:
    """A day, or a week, a row, the newest first; of those of few the date alone."""
    few = [{"Day": day, "Views": words.FEW} for day in seen.told.few]
    found = sorted([*few, *map(_row, seen.told.days)], key=lambda row: row["Day"], reverse=True)
    table = pd.DataFrame(found, columns=COLUMNS)
    return table.rename(columns=WEEKLY) if seen.told.is_weekly else table


def _row(one: LessonDay) -> dict[str, Any]:
    mux, own = at_mux(one), own_learners(one)
    cells = (
        *(one.day, words.count(one.views), words.watched(one.watch_ms), terms.SOURCE[one.joined]),
        *(words.count(mux), words.watch_time(None if mux is None else one.mux_watch_ms)),
        *(words.learners(one.own_learners), words.watch_time(None if own is None else one.own_watch_ms)),
    )
    return dict(zip(COLUMNS, cells, strict=True))
