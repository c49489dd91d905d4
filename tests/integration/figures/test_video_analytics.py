"""The school's own table of figures follows those of its lessons."""

from datetime import date, datetime
from typing import Any

import pytest

from core import applying, syncing
from core.access import SYSTEM
from core.errors import ConfigError, InvalidInput, Unavailable
from core.school_telling import tell_school
from tests.integration.engine.harness import Killed
from tests.integration.figures.watched import NOW, View, Views, asset, berlin, plays, progress, school
from tests.integration.uploads.stage import ADMIN, Stage

ROWS = """
SELECT lesson_id::text, provider, mux_view_count, mux_watch_time::float, mux_completion_rate::float,
    total_views, average_watch_time::float, completion_rate::float
FROM video_analytics ORDER BY lesson_id
"""


@pytest.fixture
def mux_url() -> str:
    """Nothing is asked over HTTP here."""
    return "http://127.0.0.1:9"


def read(stage: Stage, *views: View) -> None:
    syncing.sync(by=ADMIN, services=school(stage, Views(seen=[*views])), since=date(2026, 10, 20))


def rows(stage: Stage) -> list[tuple[Any, ...]]:
    """lesson, provider | Mux: views, seconds, completion | both: views, seconds a view, completion."""
    return stage.ask(ROWS)


def at_mux(stage: Stage, name: str = "film") -> str:
    lesson = stage.lesson()
    asset(stage, name, ready_at=berlin(20))
    plays(stage, lesson, name)
    return lesson


def test_a_lesson_in_s3_has_a_row_that_goes_on_when_it_moves(stage: Stage) -> None:
    lesson = stage.lesson()
    progress(stage, "ann", lesson, 60, berlin(21), completed=True)
    progress(stage, "bea", lesson, 20, berlin(21))
    read(stage)
    assert rows(stage) == [(lesson, "s3", None, None, None, 2, 40.0, 0.5)]  # 80 s of 2 learners, 1 finished
    asset(stage, "film", ready_at=berlin(22))
    plays(stage, lesson, "film")
    read(stage, View(berlin(23), "film", lesson, 40, 30))
    # 30 s played of 100 s; 80 + 40 s in 2 + 1 views.
    assert rows(stage) == [(lesson, "mux", 1, 40.0, 0.3, 3, 40.0, 0.5)]


def test_a_row_that_says_the_same_is_not_written(stage: Stage) -> None:
    first, second = at_mux(stage, "one"), at_mux(stage, "two")
    stage.ask("INSERT INTO mux_admin.lesson_news VALUES (%s, now()) RETURNING 1", first)
    assert tell_school(services=stage.services) == 1
    assert tell_school(services=stage.services) == 0
    views = [View(berlin(21), "one", None, 40, 30), View(berlin(21), "two", None, 40, 30)]
    read(stage, *views)
    synced = "SELECT lesson_id::text, xmin::text FROM video_analytics"
    before = dict(stage.ask(synced))
    read(stage, *views, View(berlin(22), "two", None, 60, 60))
    after = dict(stage.ask(synced))
    assert (before[first] == after[first], before[second] == after[second]) == (True, False)
    synced_at = datetime(2026, 10, 28, 12, 0)  # noqa: DTZ001 - one o'clock in Berlin, kept as UTC without zone
    assert stage.ask("SELECT DISTINCT last_synced_at FROM video_analytics") == [(synced_at,)]


def test_a_school_whose_table_comes_later_is_told_everything_then(early: Stage) -> None:
    lesson = early.lesson()
    progress(early, "ann", lesson, 60, berlin(21))
    read(early)
    applying.apply(by=SYSTEM, services=early.services)
    read(early)
    assert rows(early) == [(lesson, "s3", None, None, None, 1, 60.0, 0.0)]


def test_lessons_that_are_gone_are_not_told(stage: Stage) -> None:
    lesson = at_mux(stage)
    stage.ask("SELECT 1; ALTER TABLE video_analytics ADD FOREIGN KEY (lesson_id) REFERENCES lessons")
    read(stage, View(berlin(21), "film", None, 40, 30))
    stage.ask("DELETE FROM video_analytics RETURNING 1")
    stage.ask("DELETE FROM lessons RETURNING 1")
    read(stage, View(berlin(21), "film", None, 70, 60))
    assert rows(stage) == []
    assert stage.ask("SELECT watch_ms FROM mux_admin.lesson_days") == [(70_000,)], lesson


@pytest.mark.parametrize("point", ["figures.school:before", "figures.school:after"])
def test_killed_while_it_tells_nothing_is_lost(stage: Stage, point: str) -> None:
    lesson = at_mux(stage)

    def die() -> None:
        raise Killed(point)

    stage.trip.once(point, die)
    with pytest.raises(Killed):
        read(stage, View(berlin(21), "film", None, 40, 30))
    assert len(rows(stage)) == point.endswith("after")
    read(stage, View(berlin(21), "film", None, 40, 30))
    assert rows(stage) == [(lesson, "mux", 1, 40.0, 0.3, 1, 40.0, 0.3)]


def test_a_table_that_refuses_says_why_and_the_figures_stay(stage: Stage) -> None:
    at_mux(stage)
    stage.ask("SELECT 1; ALTER TABLE video_analytics ADD CHECK (total_views < 1)")
    with pytest.raises(InvalidInput, match="video_analytics does not take"):
        read(stage, View(berlin(21), "film", None, 40, 30))
    fresh = syncing.freshness(services=stage.services)
    assert (fresh.read_at, fresh.is_partly) == (NOW, True)  # so that periods move on, and the digest is due
    assert fresh.error is not None
    assert stage.ask("SELECT views FROM mux_admin.lesson_days") == [(1,)]
    stage.ask("SELECT 1; ALTER TABLE video_analytics DROP CONSTRAINT video_analytics_total_views_check")
    read(stage, View(berlin(21), "film", None, 40, 30))
    assert len(rows(stage)) == 1


def test_a_right_that_is_missing_is_named_with_its_grant(stage: Stage) -> None:
    at_mux(stage)
    stage.ask(
        "SELECT 1; CREATE FUNCTION deny() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE insufficient_privilege USING MESSAGE = 'permission denied for table video_analytics'; END $$; "
        "CREATE TRIGGER deny BEFORE INSERT ON video_analytics FOR EACH ROW EXECUTE FUNCTION deny()"
    )
    with pytest.raises(ConfigError, match="permission denied") as refused:
        read(stage, View(berlin(21), "film", None, 40, 30))
    assert "GRANT SELECT, INSERT, UPDATE ON public.video_analytics TO" in refused.value.hint


def test_a_school_of_fewer_columns_and_other_types_is_told_what_it_can_hold(stage: Stage) -> None:
    at_mux(stage)
    stage.ask("SELECT 1; ALTER TABLE video_analytics DROP mux_completion_rate, DROP last_synced_at")
    stage.ask("SELECT 1; ALTER TABLE video_analytics ALTER mux_watch_time TYPE integer")
    read(stage, View(berlin(21), "film", None, 40, 30))
    assert stage.ask("SELECT mux_watch_time, completion_rate FROM video_analytics")[0][0] == 40


def test_an_answer_that_nobody_foresaw_is_told_without_its_words_and_keeps_nothing_else_back(
    stage: Stage,
) -> None:
    lesson = stage.lesson()
    progress(stage, "ann", lesson, 60, berlin(21))
    away = Views(errors={1: ValueError("token=secret")})
    with pytest.raises(ValueError, match="secret"):
        syncing.sync(by=ADMIN, services=school(stage, away), since=date(2026, 10, 20))
    assert rows(stage) == [(lesson, "s3", None, None, None, 1, 60.0, 0.0)]
    fresh = syncing.freshness(services=stage.services)
    assert (fresh.error, fresh.hint) == ("A mistake in Lectern (ValueError).", "The worker's log has more.")


def test_mux_in_trouble_keeps_nothing_else_back(stage: Stage) -> None:
    lesson = stage.lesson()
    progress(stage, "ann", lesson, 60, berlin(21))
    away = Views(errors={1: Unavailable("Mux does not answer.")})
    with pytest.raises(Unavailable):
        syncing.sync(by=ADMIN, services=school(stage, away), since=date(2026, 10, 20))
    assert rows(stage) == [(lesson, "s3", None, None, None, 1, 60.0, 0.0)]
    assert syncing.freshness(services=stage.services).error == "Mux does not answer."
