"""How one lesson is watched, as tables to take along, with their units and their period."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from core.audience_week import told_hours
from core.few import fewer
from core.lesson_day import LessonDay
from core.report import harmless
from core.retention import Curve
from core.retention_looking import LessonViewing
from dashboard.analytics import export, quality_sheets
from dashboard.analytics import sheets as shared
from dashboard.analytics import terms as words
from dashboard.analytics.sheets import Row, Sheet, minutes
from dashboard.retention import audience, terms, week
from dashboard.services import services

DAY_HEAD = (
    *("lesson id", "day", "views", "watch time (min)", "from", "views at Mux", "watch time at Mux (min)"),
    *("own learners", "own watch time (min)"),
)

WEEKLY = {"day": "week from", "own learners": "own views"}


def buttons(seen: LessonViewing) -> None:
    """The days as CSV, everything as Excel; made when somebody asks, on a thread that knows no session."""
    name = f"lesson-{seen.days.first}-to-{seen.days.last}"
    zone, clock = week.zone(), services().clock
    with st.container(horizontal=True):
        export.button(
            f"{words.unit(seen.told).capitalize()}s (CSV)", partial(as_csv, seen), f"{name}.csv", "text/csv"
        )
        excel = partial(as_excel, seen, zone, clock)
        export.button("Everything (Excel)", excel, f"{name}.xlsx", export.EXCEL)


def as_csv(seen: LessonViewing) -> bytes:
    return export.as_csv(days(seen))


def as_excel(seen: LessonViewing, zone: str, clock: Callable[[], datetime]) -> bytes:
    named: list[Row] = [("Lesson", str(harmless(seen.title))), ("Lesson id", str(harmless(seen.lesson_id)))]
    of = seen.kept.days if seen.kept else None
    parts: list[Row] = [("Parts, viewers and hours, from", of.first), ("to", of.last)] if of else []
    about = shared.told(seen.days, seen.fresh, named, [*_figures(seen), *parts], made_at=clock())
    quality = [quality_sheets.of_video(seen.quality), quality_sheets.failures(seen.quality)]
    return export.as_excel([days(seen), curve(seen), viewers(seen), hours(seen, zone), *quality, about])


def days(seen: LessonViewing) -> Sheet:
    """Each day, or week, in which something was watched, those of few by their date."""
    few: list[Row] = [
        (str(harmless(seen.lesson_id)), day, words.FEW, *([None] * (len(DAY_HEAD) - 3)))
        for day in seen.told.few
    ]
    rows = sorted([*few, *map(_day, seen.told.days)], key=lambda row: str(row[1]))
    head = [WEEKLY.get(name, name) for name in DAY_HEAD] if seen.told.is_weekly else DAY_HEAD
    return Sheet(name="Weeks" if seen.told.is_weekly else "Days", head=head, rows=rows)


def curve(seen: LessonViewing) -> Sheet:
    """Each part of the video; empty where there is no curve."""
    found = seen.curve if isinstance(seen.curve, Curve) else None
    rows: list[Row] = [
        (round(found.start_s(place), 1), None if share is None else round(share * 100, 1))
        for place, share in enumerate(found.shares if found else ())
        if found
    ]
    return Sheet(name="Parts", head=("part from (s)", "of those who began (%)"), rows=rows)


def viewers(seen: LessonViewing) -> Sheet:
    """Groups of viewers, as far as they are told."""
    groups = seen.kept.audience if seen.kept else ()
    rows: list[Row] = [(side, str(harmless(name)), viewers) for side, name, viewers in audience.cells(groups)]
    return Sheet(name="Viewers", head=("by", "group", "viewers"), rows=rows)


def hours(seen: LessonViewing, zone: str) -> Sheet:
    """Hours of the week, as far as they are told."""
    shown = told_hours(seen.kept.week if seen.kept else ())
    rows: list[Row] = [(week.WEEKDAYS[one.weekday], one.hour, one.views) for one in shown]
    return Sheet(name="Hours", head=("day of the week", f"hour ({zone})", "views"), rows=rows)


def _figures(seen: LessonViewing) -> Sequence[Row]:
    done = seen.completion
    return [
        ("Views in the period", shared.cell(seen.told.views)),
        ("Watch time in the period (min)", minutes(seen.told.watch_ms)),
        ("Watch to the end (%, estimate)", round(done.share * 100, 1) if done else None),
        ("Watch to the end, worked out by", terms.by(done)),
    ]


def _day(one: LessonDay) -> Row:
    """What either side has of few is not told."""
    mux, own = fewer(one.mux_views), fewer(one.own_learners)
    return (
        *(str(harmless(one.lesson_id)), one.day, one.views, minutes(one.watch_ms), terms.SOURCE[one.joined]),
        *(shared.cell(mux), minutes(None if mux is None else one.mux_watch_ms)),
        *(words.learners(one.own_learners) if own is None else own,),
        minutes(None if own is None else one.own_watch_ms),
    )
