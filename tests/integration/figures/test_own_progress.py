"""The platform's own progress becomes days: each second counts once, on the day on which it was written."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.course_walk import Walk
from core.db import own_progress
from core.heatmap import Progress
from core.own_progress_taking import take_own
from tests.integration.engine.harness import Killed
from tests.integration.figures.watched import NOW, Views, berlin, days, progress, school
from tests.integration.uploads.stage import Stage

OWN = """
SELECT lesson_id, extract(day FROM day)::int, learners, watch_ms / 1000.0, finished
FROM mux_admin.own_days ORDER BY day, lesson_id
"""


@pytest.fixture
def mux_url() -> str:
    """Nothing is asked over HTTP here."""
    return "http://127.0.0.1:9"


def take(stage: Stage, now: datetime = NOW) -> int:
    return take_own(services=school(stage, Views(), now=now))


def own(stage: Stage) -> list[tuple[Any, ...]]:
    """lesson, day, learners, seconds, who finished."""
    return [(*row[:3], float(row[3]), row[4]) for row in stage.ask(OWN)]


def test_the_first_look_counts_all_to_the_day_of_the_row(stage: Stage) -> None:
    lesson = stage.lesson()
    progress(stage, "ann", lesson, 300.5, berlin(3), completed=True)
    progress(stage, "bea", lesson, 40, berlin(3, 23, 59))
    progress(stage, "cem", lesson, 10, berlin(4, 0, 0))
    progress(stage, "dan", lesson, 0, berlin(4, 8))  # opened, and nothing watched
    assert take(stage) == 2
    assert own(stage) == [(lesson, 3, 2, 340.5, 1), (lesson, 4, 1, 10.0, 0)]
    # Mux was never asked about these days: the platform's own figures stand for them.
    assert [(row[0], row[1], *row[9:]) for row in days(stage)] == [
        (lesson, 3, 2, 340, "own"),
        (lesson, 4, 1, 10, "own"),
    ]


def test_what_comes_later_counts_to_its_own_day_and_once(stage: Stage) -> None:
    lesson = stage.lesson()
    progress(stage, "ann", lesson, 100, berlin(27, 9))
    take(stage)
    progress(stage, "ann", lesson, 160, berlin(28, 9))
    take(stage)
    progress(stage, "ann", lesson, 220, berlin(28, 10), completed=True)
    take(stage)
    assert take(stage) == 0
    # One learner on each day, however often she comes back; she finishes once.
    assert own(stage) == [(lesson, 27, 1, 100.0, 0), (lesson, 28, 1, 120.0, 1)]


def test_who_starts_over_takes_nothing_back_and_counts_from_nought(stage: Stage) -> None:
    lesson = stage.lesson()
    progress(stage, "ann", lesson, 100, berlin(26), completed=True)
    take(stage)
    progress(stage, "ann", lesson, 0, berlin(27))
    take(stage)
    progress(stage, "ann", lesson, 30, berlin(28), completed=True)
    take(stage)
    assert own(stage) == [(lesson, 26, 1, 100.0, 1), (lesson, 28, 1, 30.0, 0)]


def test_several_rows_of_one_learner_are_one_learner(stage: Stage) -> None:
    lesson = stage.lesson()
    at = berlin(27).replace(tzinfo=None)
    for watched_s in (100, 50):
        sql = "INSERT INTO lesson_progress VALUES ('ann', %s, 0, %s, false, %s) RETURNING 1"
        stage.ask(sql, int(lesson), watched_s, at)
    take(stage)
    stage.ask(
        "UPDATE lesson_progress SET watched_s = 60, updated_at = %s WHERE watched_s = 50 RETURNING 1",
        at + timedelta(days=1),
    )
    take(stage)
    assert own(stage) == [(lesson, 27, 1, 150.0, 0), (lesson, 28, 1, 10.0, 0)]


def test_a_row_of_tomorrow_counts_today_and_hides_no_other(stage: Stage) -> None:
    """The clock that dated it is ahead of ours; what comes before it is taken in all the same."""
    first, second = stage.lesson(), stage.lesson("Decimals")
    progress(stage, "ann", first, 100, berlin(30))
    take(stage)
    progress(stage, "bea", second, 40, berlin(28, 12, 59))
    take(stage)
    assert own(stage) == [(first, 28, 1, 100.0, 0), (second, 28, 1, 40.0, 0)]


def test_a_row_that_was_slow_to_be_committed_is_not_missed(stage: Stage) -> None:
    first, second = stage.lesson(), stage.lesson("Decimals")
    progress(stage, "ann", first, 100, berlin(28, 12, 30))
    take(stage)
    progress(stage, "bea", second, 40, berlin(28, 12, 0))
    take(stage)
    assert own(stage) == [(first, 28, 1, 100.0, 0), (second, 28, 1, 40.0, 0)]


def test_rows_without_a_day_or_with_numbers_that_are_none_count_nothing(stage: Stage) -> None:
    lesson = stage.lesson()
    for watched_s, at in (("NaN", "2026-10-27"), ("-5", "2026-10-27"), ("1e12", "2026-10-27")):
        sql = "INSERT INTO lesson_progress VALUES (%s, %s, 0, %s, false, %s) RETURNING 1"
        stage.ask(sql, watched_s, int(lesson), watched_s, at)
    for at in ("infinity", "-infinity", "0044-03-15 BC", "9999-12-31"):
        stage.ask("INSERT INTO lesson_progress VALUES (%s, %s, 0, 9, false, %s) RETURNING 1", at, 1, at)
    assert take(stage) == 0
    assert own(stage) == []


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE lesson_progress",
        "ALTER TABLE lesson_progress DROP watched_s",
        "ALTER TABLE lesson_progress DROP updated_at",
        "ALTER TABLE lesson_progress ALTER updated_at DROP DEFAULT, ALTER updated_at TYPE text",
    ],
)
def test_a_school_that_keeps_no_such_progress_has_no_own_figures(stage: Stage, change: str) -> None:
    progress(stage, "ann", stage.lesson(), 100, berlin(27))
    stage.ask(f"SELECT 1; {change}")
    assert take(stage, NOW) == 0
    assert own(stage) == []


def test_a_school_of_other_types_is_read_as_well(stage: Stage) -> None:
    stage.ask("SELECT 1; ALTER TABLE lesson_progress DROP completed, ALTER watched_s TYPE integer")
    stage.ask("SELECT 1; ALTER TABLE lesson_progress ALTER updated_at TYPE timestamptz, DROP position_s")
    lesson = stage.lesson()
    sql = "INSERT INTO lesson_progress (user_id, lesson_id, watched_s, updated_at) VALUES ('7', %s, 90, %s)"
    stage.ask(f"{sql} RETURNING 1", int(lesson), berlin(27, 0, 5))
    take(stage)
    assert own(stage) == [(lesson, 27, 1, 90.0, 0)]


@pytest.mark.parametrize("point", ["figures.own:before", "figures.own:after"])
def test_killed_at_any_point_it_ends_in_the_same_numbers(
    stage: Stage, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three slices of two rows; the process dies at the commit of the second."""
    monkeypatch.setattr(own_progress, "SLICE", 2)
    lesson = stage.lesson()
    for number in range(6):
        progress(stage, f"user-{number}", lesson, 10 + number, berlin(20 + number, 9))

    def die_at_the_second() -> None:
        stage.trip.once(point, die)

    def die() -> None:
        raise Killed(point)

    stage.trip.once(point, die_at_the_second)
    with pytest.raises(Killed):
        take(stage)
    assert len(own(stage)) == (2 if point.endswith("before") else 4)
    take(stage)
    assert own(stage) == [(lesson, 20 + number, 1, 10.0 + number, 0) for number in range(6)]


def test_how_learners_walk_through_lessons_follows_from_what_was_seen_of_each(stage: Stage) -> None:
    one, two, three = (stage.lesson() for _ in range(3))
    for number, name in enumerate(("ann", "bea", "cem")):  # through on the 4th, 6th, 8th
        progress(stage, name, one, 60, berlin(3), completed=True)
        progress(stage, name, two, 60, berlin(4), completed=True)
        progress(stage, name, three, 30, berlin(4 + 2 * number), completed=True)
    progress(stage, "dan", one, 60, berlin(3), completed=True)
    progress(stage, "dan", three, 60, berlin(9), completed=True)  # left the second out
    progress(stage, "eva", two, 5, berlin(5))
    progress(stage, "fay", three, 0, berlin(5))  # opened, and nothing watched
    take(stage)
    progress(stage, "cem", one, 90, berlin(20), completed=True)  # looks into it again, long after
    progress(stage, "eva", one, 7, berlin(21))
    take(stage)
    with stage.services.uow("viewing.walk.read") as tx:
        assert tx.viewings.walk([one, two, three]) == Walk(furthest={1: 1, 2: 4}, finished=3, days=4)
        assert tx.viewings.walk([three, one]) == Walk(furthest={1: 5}, finished=4, days=4)
        assert tx.viewings.walk([]) == Walk(furthest={})
        assert tx.heatmaps.progress(three) == Progress(learners=4, finished=4)  # fay began nothing
