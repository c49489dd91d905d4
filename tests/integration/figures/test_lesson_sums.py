"""Sums of days are kept by the database with the days, and say what these say, whatever is done to them."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from core.db.lesson_sums import whole_weeks
from core.lesson_day import LessonDay, LessonTotal
from tests.integration.figures.test_lesson_days import lesson_day, put
from tests.integration.uploads.stage import Stage

FIRST = date(2026, 2, 26)  # a Thursday
DAYS = [FIRST + timedelta(days=number) for number in range(40)]
NAMES = ("algebra", "birds", "clouds")
Rows = dict[tuple[str, date], LessonDay]


def some(chance: random.Random, known: Rows) -> list[LessonDay]:
    """Days that are new, and days that are told anew, at random."""
    picked = chance.sample([(name, day) for name in NAMES for day in DAYS], 30)
    rows = [
        lesson_day(
            name,
            day,
            views=chance.randint(0, 9),
            watch_ms=chance.randint(0, 900),
            mux_playing_ms=chance.randint(0, 500),
            mux_whole_ms=chance.choice([None, 0, 400, 800]),
            own_finished=chance.randint(0, 3),
        )
        for name, day in picked
    ]
    known.update({(row.lesson_id, row.day): row for row in rows})
    return rows


def drop(stage: Stage, chance: random.Random, known: Rows) -> None:
    gone = chance.sample(sorted(known), 12)
    with stage.services.uow("figures.day") as tx:
        tx.figures.drop_lessons(gone)
        tx.commit()
    for one in gone:
        del known[one]


def totals(stage: Stage, lessons: Sequence[str] | None, first: date, last: date) -> list[LessonTotal]:
    with stage.services.uow("figures.read") as tx:
        return list(tx.figures.by_lesson(lessons, first, last))


def worked_out(rows: Sequence[LessonDay]) -> tuple[int, int, int, int, float | None]:
    known = [row for row in rows if row.mux_whole_ms]
    whole = sum(row.mux_whole_ms or 0 for row in known)
    share = min(1.0, sum(row.mux_playing_ms for row in known) / whole) if whole else None
    return (
        sum(row.views for row in rows),
        sum(row.watch_ms for row in rows),
        sum(row.mux_playing_ms for row in rows),
        sum(row.own_finished for row in rows),
        share,
    )


@pytest.mark.parametrize("seed", range(3))
def test_any_span_of_days_comes_to_what_its_days_say(stage: Stage, seed: int) -> None:
    chance, known = random.Random(seed), {}
    for _ in range(3):
        put(stage, *some(chance, known))
        drop(stage, chance, known)
    for _ in range(20):
        first, last = sorted(chance.sample(DAYS, 2))
        lessons = chance.choice([None, ["birds"], ["birds", "clouds", "unknown"], []])
        inside = [
            row
            for row in known.values()
            if first <= row.day <= last and (lessons is None or row.lesson_id in lessons)
        ]
        found = {
            one.lesson_id: (one.views, one.watch_ms, one.playing_ms, one.finished, one.completion)
            for one in totals(stage, lessons, first, last)
        }
        assert found == {
            name: pytest.approx(worked_out([row for row in inside if row.lesson_id == name]))
            for name in {row.lesson_id for row in inside}
        }
        with stage.services.uow("figures.read") as tx:
            days = tx.figures.totals(lessons, first, last)
        assert [(one.day, one.views, one.finished) for one in days] == [
            (day, sum(row.views for row in those), sum(row.own_finished for row in those))
            for day in DAYS
            if (those := [row for row in inside if row.day == day])
        ]


def test_what_is_rolled_back_is_in_no_sum(stage: Stage) -> None:
    with stage.services.uow("figures.day") as tx:
        tx.figures.put_lessons([lesson_day("algebra", FIRST)])
    assert totals(stage, None, DAYS[0], DAYS[-1]) == []


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        (date(2026, 11, 2), date(2026, 11, 8), 1),  # Monday to Sunday
        (date(2026, 11, 3), date(2026, 11, 14), 0),
        (date(2026, 11, 3), date(2026, 11, 15), 1),
        (date(2026, 11, 1), date(2026, 11, 30), 4),
        (date(2026, 11, 5), date(2026, 11, 5), 0),
    ],
)
def test_only_weeks_that_lie_inside_are_whole(first: date, last: date, weeks: int) -> None:
    monday, behind = whole_weeks(first, last)
    assert max(0, (behind - monday).days // 7) == weeks
