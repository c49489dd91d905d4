"""What the page shows as tables to take along, with units and period."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

import streamlit as st

from core.lesson_comparing import Comparison
from core.report import harmless
from core.retention import Curve
from core.retention_band import resampled
from dashboard.analytics import export
from dashboard.analytics import sheets as shared
from dashboard.analytics import terms as words
from dashboard.analytics.sheets import Cell, Sheet
from dashboard.compare import daily
from dashboard.compare.terms import Line, shown
from dashboard.retention import terms
from dashboard.services import services

HEAD = (
    *("number", "lesson id", "title", "from", "to", "length (s)", "views", "watch time (min)"),
    *("a view lasts (min)", "to the end (%, estimate)", "to the end, worked out by", "half have left by (s)"),
    "learners who finished",
)


def buttons(found: Comparison, lines: Sequence[Line]) -> None:
    """The figures as CSV, everything as Excel."""
    name = f"compared-{found.days.first}-to-{found.days.last}"
    clock = services().clock
    with st.container(horizontal=True):
        export.button("Figures (CSV)", partial(as_csv, found, lines), f"{name}.csv", "text/csv")
        export.button(
            "Everything (Excel)", partial(as_excel, found, lines, clock), f"{name}.xlsx", export.EXCEL
        )


def as_csv(found: Comparison, lines: Sequence[Line]) -> bytes:
    return export.as_csv(figures(found, lines))


def as_excel(found: Comparison, lines: Sequence[Line], clock: Callable[[], datetime]) -> bytes:
    named: list[tuple[Cell, ...]] = [(f"Lesson {line.number}", _named(line)) for line in lines]
    about = shared.told(found.days, found.fresh, named, made_at=clock())
    return export.as_excel([figures(found, lines), days(lines), curves(lines), about])


def figures(found: Comparison, lines: Sequence[Line]) -> Sheet:
    """A lesson a row."""
    return Sheet(name="Lessons", head=HEAD, rows=[_figures(line, found) for line in lines])


def days(lines: Sequence[Line]) -> Sheet:
    """Views by day, or by week as on the page, empty where nothing is known of it."""
    found = shown(lines)
    columns = [daily.cells(told) for told in found]
    rows: list[tuple[Cell, ...]] = [(day, *row) for day, *row in zip(found[0].cells, *columns, strict=True)]
    name, head = ("Weeks", "week from") if found[0].is_weekly else ("Days", "day")
    return Sheet(name=name, head=(head, *_heads(lines, "views")), rows=rows)


def curves(lines: Sequence[Line]) -> Sheet:
    """Of those who began, at each hundredth of the length; without lessons that have no curve."""
    drawn = [(line, line.seen.curve) for line in lines if isinstance(line.seen.curve, Curve)]
    columns = [resampled(curve.shares) for _, curve in drawn]
    rows: list[tuple[Cell, ...]] = [
        (place, *(round(share * 100, 1) for share in row))
        for place, row in enumerate(zip(*columns, strict=True))
    ]
    heads = _heads([line for line, _ in drawn], "% of those who began")
    return Sheet(name="Parts", head=("part of the video (%)", *heads), rows=rows)


def _figures(line: Line, found: Comparison) -> tuple[Cell, ...]:
    done, half_s, finished = line.seen.completion, line.half_gone_s, line.seen.told.finished
    named: tuple[str | int | date, ...] = (
        *(line.number, str(harmless(line.seen.lesson_id)), _named(line)),
        *(found.days.first, found.days.last),
    )
    return (
        *named,
        line.seen.duration_s,
        shared.cell(line.views),
        shared.minutes(line.watch_ms),
        shared.minutes(words.each(line.watch_ms, line.views) or None),
        round(done.share * 100, 1) if done else None,
        terms.by(done),
        None if half_s is None else round(half_s, 1),
        words.learners(finished) if finished else 0,
    )


def _named(line: Line) -> str:
    return str(harmless(line.seen.title))


def _heads(lines: Sequence[Line], unit: str) -> list[str]:
    return [f"{line.number} {line.title} ({unit})" for line in lines]
