"""What was watched of lessons, as pages ask for it."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.lesson_day import DayTotal, Joined, LessonDay, LessonTotal, Ranking, rank
from tests.integration.uploads.stage import Stage

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def mux_url() -> str:
    """Nothing is asked over HTTP here."""
    return "http://127.0.0.1:9"


def lesson_day(lesson_id: str, day: date, **facts: Any) -> LessonDay:
    usual = {
        "mux_views": 4,
        "mux_watch_ms": 500_000,
        "mux_playing_ms": 400_000,
        "mux_whole_ms": 800_000,
        "own_learners": 3,
        "own_watch_ms": 300_000,
        "own_finished": 1,
        "views": 4,
        "watch_ms": 500_000,
        "joined": Joined.MUX,
    }
    return LessonDay(lesson_id=lesson_id, day=day, **(usual | facts))


ALGEBRA = lesson_day("algebra", MONDAY)
AGAIN = lesson_day("algebra", TUESDAY, views=1, watch_ms=50_000, mux_playing_ms=200_000, mux_whole_ms=200_000)
BIRDS = lesson_day("birds", TUESDAY, views=9, watch_ms=450_000, mux_whole_ms=None, own_finished=5)
CLOUDS = lesson_day("clouds", TUESDAY, views=2, watch_ms=10_000, mux_playing_ms=100_000)


def put(stage: Stage, *rows: LessonDay) -> None:
    with stage.services.uow("figures.day") as tx:
        tx.figures.put_lessons(rows)
        tx.commit()


def test_days_of_the_school_and_of_some_lessons_add_up(stage: Stage) -> None:
    put(stage, ALGEBRA, AGAIN, BIRDS, CLOUDS)
    with stage.services.uow("figures.read") as tx:
        everyone = tx.figures.totals(None, MONDAY, TUESDAY)
        two = tx.figures.totals(["birds", "algebra"], TUESDAY, TUESDAY)
        nobody = tx.figures.totals([], MONDAY, TUESDAY)
    assert everyone == [
        DayTotal(day=MONDAY, views=4, watch_ms=500_000, learners=3, finished=1),
        DayTotal(day=TUESDAY, views=1 + 9 + 2, watch_ms=510_000, learners=9, finished=1 + 5 + 1),
    ]
    assert two == [DayTotal(day=TUESDAY, views=10, watch_ms=500_000, learners=6, finished=6)]
    assert nobody == []


def test_lessons_are_ranked_and_an_unknown_completion_comes_last(stage: Stage) -> None:
    put(stage, ALGEBRA, AGAIN, BIRDS, CLOUDS)

    def order(by: Ranking) -> list[str]:
        with stage.services.uow("figures.read") as tx:
            found = tx.figures.by_lesson(None, MONDAY, TUESDAY)
        return [one.lesson_id for one in sorted(found, key=lambda one: rank(one, by))]

    assert order(Ranking.WATCH) == ["algebra", "birds", "clouds"]
    assert order(Ranking.VIEWS) == ["birds", "algebra", "clouds"]
    assert order(Ranking.FINISHED) == ["birds", "algebra", "clouds"]
    assert order(Ranking.COMPLETION) == ["algebra", "clouds", "birds"]
    assert order(Ranking.DROP_OFF) == ["clouds", "algebra", "birds"]
    with stage.services.uow("figures.read") as tx:
        [algebra] = tx.figures.by_lesson(["algebra"], MONDAY, TUESDAY)
        [birds] = tx.figures.by_lesson(["birds"], MONDAY, TUESDAY)
    assert algebra == LessonTotal(
        lesson_id="algebra",
        views=5,
        watch_ms=550_000,
        playing_ms=600_000,
        finished=2,
        completion=0.6,  # 600 s of 1,000 s
    )
    assert birds.completion is None


def test_no_lesson_is_more_than_complete(stage: Stage) -> None:
    put(stage, lesson_day("algebra", MONDAY, mux_playing_ms=900_000, mux_whole_ms=800_000))
    with stage.services.uow("figures.read") as tx:
        [found] = tx.figures.by_lesson(None, MONDAY, MONDAY)
    assert found.completion == 1.0


def test_a_lesson_day_by_day_is_as_it_was_put_last(stage: Stage) -> None:
    put(stage, ALGEBRA, AGAIN, BIRDS)
    put(stage, lesson_day("algebra", TUESDAY, joined=Joined.BOTH))
    with stage.services.uow("figures.read") as tx:
        assert tx.figures.of_lesson("algebra", MONDAY, TUESDAY) == [
            ALGEBRA,
            lesson_day("algebra", TUESDAY, joined=Joined.BOTH),
        ]
        assert tx.figures.moved_on(["algebra"]) == {}
