"""A lesson's days: which views are its own, and how they are joined with the platform's progress.

Each expected figure was worked out by hand from the list of views above it.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import syncing
from core.errors import RateLimited, Unavailable
from core.lesson_day import Joined
from tests.integration.engine.harness import Killed
from tests.integration.figures.watched import (
    View,
    Views,
    asset,
    berlin,
    days,
    plays,
    progress,
    replaced,
    school,
)
from tests.integration.uploads.stage import ADMIN, Stage

SINCE = date(2026, 10, 20)


@pytest.fixture
def mux_url() -> str:
    """Nothing is asked over HTTP here."""
    return "http://127.0.0.1:9"


def read(stage: Stage, views: Views | list[View], since: date = SINCE) -> None:
    data = views if isinstance(views, Views) else Views(seen=views)
    syncing.sync(by=ADMIN, services=school(stage, data), since=since)


def test_a_lessons_curve_does_not_break_where_it_moved_to_mux(stage: Stage) -> None:
    """On the 22nd it is in S3, where our player told of one of three plays; it moves on the 23rd."""
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(23, 10))
    plays(stage, lesson, "film")
    for user, watched_s in (("ann", 90), ("bea", 60), ("cem", 50)):
        progress(stage, user, lesson, watched_s, berlin(22, 9), completed=watched_s == 90)
    read(stage, [View(berlin(22, 9), None, lesson, 70, 60)])
    progress(stage, "ann", lesson, 130, berlin(23, 15), completed=True)
    progress(stage, "bea", lesson, 75, berlin(24, 15))
    read(
        stage,
        [
            View(berlin(22, 9), None, lesson, 70, 60),
            View(berlin(23, 15), "film", lesson, 30, 25),
            View(berlin(23, 16), "film", None, 50, 45),
            View(berlin(24, 15), "film", lesson, 110, 100),
        ],
    )
    assert days(stage) == [
        # Three learners watched 90 + 60 + 50 s; Mux saw one of them.
        (lesson, 22, 1, 70, 60, None, 3, 200, 1, 3, 200, "own"),
        # Two views at Mux, 30 + 50 s; ann's 40 s more are among them: more views there, less than 80 s here.
        (lesson, 23, 2, 80, 70, 200, 1, 40, 0, 2, 80, "mux"),
        # It has moved: bea's 15 s are one of the plays that Mux counts.
        (lesson, 24, 1, 110, 100, 100, 1, 15, 0, 1, 110, "mux"),
    ]
    with stage.services.uow("figures.read") as tx:
        assert tx.figures.moved_on([lesson]) == {lesson: date(2026, 10, 23)}
        assert tx.figures.replaced_on(lesson) == []


def test_a_day_is_the_schools_on_the_night_the_clocks_go_back(stage: Stage) -> None:
    """The 25th of October has 25 hours in Berlin, and half past two comes twice."""
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(1))
    plays(stage, lesson, "film")
    views = [
        View(berlin(24, 23, 59), "film", None, 10, 10),
        View(berlin(25, 0, 30), "film", None, 20, 20),
        View(berlin(25, 2, 30), "film", None, 30, 30),
        View(berlin(25, 2, 30).replace(fold=1), "film", None, 40, 40),
        View(berlin(25, 23, 59), "film", None, 50, 50),
        View(berlin(26, 0, 0), "film", None, 60, 60),
    ]
    progress(stage, "ann", lesson, 10, berlin(25, 23, 59))
    read(stage, views)
    assert [row[:4] for row in days(stage)] == [
        (lesson, 24, 1, 10),
        (lesson, 25, 4, 20 + 30 + 40 + 50),
        (lesson, 26, 1, 60),
    ]
    assert [row[6] for row in days(stage)] == [0, 1, 0]


def test_a_day_without_an_hour_and_one_across_an_ocean_are_the_schools_too(stage: Stage) -> None:
    """The 29th of March has 23 hours in Berlin; late in New York it is a day later there."""
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(1, month=3))
    plays(stage, lesson, "film")
    night = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # half past eleven in Berlin, half past six in New York
    seen = [
        View(night + timedelta(hours=hour), "film", None, 10 + hour, 5) for hour in (0, 1, 23, 24, 28, 30)
    ]
    by_zone = {}
    for name in ("Europe/Berlin", "America/New_York"):
        stage.ask("SELECT 1; TRUNCATE mux_admin.asset_days, mux_admin.lesson_days, mux_admin.figure_days")
        now = datetime(2026, 3, 31, 12, tzinfo=UTC)
        services = school(stage, Views(seen=seen), now=now, zone=ZoneInfo(name))
        syncing.sync(by=ADMIN, services=services, since=date(2026, 3, 27))
        by_zone[name] = [row[1:4] for row in days(stage)]
    # In Berlin the 29th begins at 23:00 and ends at 22:00 UTC, in New York at 04:00 each.
    assert by_zone["Europe/Berlin"] == [(28, 1, 10), (29, 2, 11 + 33), (30, 3, 34 + 38 + 40)]
    assert by_zone["America/New_York"] == [(28, 2, 10 + 11), (29, 3, 33 + 34 + 38), (30, 1, 40)]


@pytest.mark.parametrize("ahead_h", [-30, 2], ids=["behind", "ahead"])
def test_a_clock_that_was_wrong_leaves_no_day_as_it_was_read_then(stage: Stage, ahead_h: int) -> None:
    """Ahead, it asks for a day that has not begun; behind, it takes a day that is over for one to come."""
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(20))
    plays(stage, lesson, "film")
    final = (
        "SELECT day::date, now() FROM generate_series(date '2026-07-01', date '2026-10-24', '1 day') AS day"
    )
    stage.ask(f"INSERT INTO mux_admin.figure_days {final} RETURNING 1")
    now = berlin(27, 23, 30)
    so_far = [View(berlin(26, 9), "film", None, 20, 20), View(berlin(27, 9), "film", None, 30, 30)]
    wrong = school(stage, Views(seen=so_far), now=now + timedelta(hours=ahead_h))
    syncing.sync(by=ADMIN, services=wrong)
    later = [
        *so_far,
        View(berlin(27, 23, 45), "film", None, 40, 40),
        View(berlin(28, 1), "film", None, 50, 50),
    ]
    syncing.sync(by=ADMIN, services=school(stage, Views(seen=later)))
    assert [row[:4] for row in days(stage)] == [(lesson, 26, 1, 20), (lesson, 27, 2, 70), (lesson, 28, 1, 50)]


def test_an_asset_that_was_replaced_counts_to_its_last_day(stage: Stage) -> None:
    """On the day of the change the lesson has two assets of 100 and 50 seconds; the page of one viewer still
    plays the old one a day later."""
    lesson = stage.lesson()
    asset(stage, "old", ready_at=berlin(20))
    asset(stage, "new", ready_at=berlin(22), duration_s=50.0)
    plays(stage, lesson, "new")
    replaced(stage, lesson, "old", berlin(22, 14))
    read(
        stage,
        [
            View(berlin(21), "old", None, 100, 90),
            View(berlin(22, 9), "old", None, 60, 50),
            View(berlin(22, 16), "new", None, 40, 35),
            View(berlin(22, 17), "new", None, 10, 5),
            View(berlin(23, 9), "old", None, 999, 999),
            View(berlin(23, 10), "new", None, 50, 50),
        ],
    )
    assert days(stage) == [
        (lesson, 21, 1, 100, 90, 100, 0, 0, 0, 1, 100, "mux"),
        (lesson, 22, 3, 110, 90, 200, 0, 0, 0, 3, 110, "mux"),  # 100 + 2 × 50 s would have been the whole
        (lesson, 23, 1, 50, 50, 50, 0, 0, 0, 1, 50, "mux"),
    ]
    with stage.services.uow("figures.read") as tx:
        assert tx.figures.replaced_on(lesson) == [date(2026, 10, 22)]


def test_an_asset_of_two_lessons_counts_by_what_players_say_alone(stage: Stage) -> None:
    first, second = stage.lesson(), stage.lesson("Decimals")
    asset(stage, "film", ready_at=berlin(20))
    plays(stage, first, "film")
    plays(stage, second, "film")
    read(
        stage,
        [
            View(berlin(21), "film", first, 10, 8),
            View(berlin(21), "film", first, 20, 17),
            View(berlin(21), "film", second, 40, 30),
            View(berlin(21), "film", None, 500, 500),  # nobody's: a player that says nothing
        ],
    )
    assert days(stage) == [
        (first, 21, 2, 30, 25, 200, 0, 0, 0, 2, 30, "mux"),
        (second, 21, 1, 40, 30, 100, 0, 0, 0, 1, 40, "mux"),
    ]


def test_views_that_players_named_count_where_they_are_more(stage: Stage) -> None:
    """On the 21st a copy of before is still played: more views name the lesson than its asset has.

    What another site plays under a name that is no lesson's is nobody's."""
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(20))
    plays(stage, lesson, "film")
    read(
        stage,
        [
            View(berlin(21), "film", lesson, 10, 10),
            View(berlin(21), "gone", lesson, 15, 12),
            View(berlin(22), "film", lesson, 10, 10),
            View(berlin(22), "film", "a-trailer", 30, 30),
            View(berlin(22), "trailer", "999999", 70, 70),
        ],
    )
    assert [row[:6] for row in days(stage)] == [(lesson, 21, 2, 25, 22, 200), (lesson, 22, 2, 40, 40, 200)]


def test_a_deleted_asset_keeps_the_lesson_its_days(stage: Stage) -> None:
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(20))
    plays(stage, lesson, "film")
    views = [View(berlin(21), "film", None, 80, 75), View(berlin(28, 8), "film", None, 90, 85)]
    read(stage, views)
    plays(stage, lesson, None)
    stage.ask("UPDATE mux_admin.assets SET status = 'deleted', deleted_at = now() RETURNING 1")
    read(stage, views)
    assert [row[:4] for row in days(stage)] == [(lesson, 21, 1, 80), (lesson, 28, 1, 90)]


def test_a_lesson_that_nobody_watched_has_no_row_and_one_whose_views_went_loses_it(stage: Stage) -> None:
    lesson, watched = stage.lesson(), stage.lesson("Decimals")
    for one in (lesson, watched):
        asset(stage, f"film-{one}", ready_at=berlin(20))
        plays(stage, one, f"film-{one}")
    read(stage, [View(berlin(27), f"film-{watched}", None, 80, 75)])
    assert [row[:2] for row in days(stage)] == [(watched, 27)]
    read(stage, [])
    assert days(stage) == []


def test_the_end_of_a_video_whose_length_is_unknown_is_not_made_up(stage: Stage) -> None:
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(20), duration_s=None)
    plays(stage, lesson, "film")
    read(stage, [View(berlin(21), "film", lesson, 80, 75)])
    assert days(stage) == [(lesson, 21, 1, 80, 75, None, 0, 0, 0, 1, 80, "mux")]


def test_what_is_learned_late_about_whose_an_asset_is_changes_the_days_of_before(stage: Stage) -> None:
    """Read before anybody knew the lesson's asset; known a moment later, with no day read anew."""
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(22))
    read(stage, [View(berlin(23), "film", None, 80, 75)])
    assert days(stage) == []
    plays(stage, lesson, "film")
    read(stage, [], since=date(2026, 10, 28))
    assert [row[:4] for row in days(stage)] == [(lesson, 23, 1, 80)]
    other = stage.lesson("Decimals")
    plays(stage, other, "film")
    read(stage, [], since=date(2026, 10, 28))
    assert days(stage) == []  # it was both lessons': nobody can say whose view it was


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (1, RateLimited("Slower.")),
        (2, Unavailable("Mux does not answer.")),
        (3, RateLimited("Slower.")),
        (5, Unavailable("Mux does not answer.")),
    ],
)
def test_a_day_that_is_broken_off_is_not_told_by_halves(stage: Stage, error: Exception, call: int) -> None:
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(20))
    plays(stage, lesson, "film")
    seen = [View(berlin(28, 9), "film", lesson, 10, 10), View(berlin(27, 9), "film", lesson, 20, 20)]
    with pytest.raises(type(error)):
        read(stage, Views(seen=seen, errors={call: error}), since=date(2026, 10, 27))
    newest, other = [(lesson, 28, 1, 10)], [(lesson, 27, 1, 20)]
    assert [row[:4] for row in days(stage)] == (newest if call > 3 else other)
    read(stage, seen, since=date(2026, 10, 27))
    assert [row[:4] for row in days(stage)] == [(lesson, 27, 1, 20), *newest]


def test_killed_at_each_of_its_points_it_ends_in_the_same_numbers(stage: Stage) -> None:
    lesson = stage.lesson()
    asset(stage, "old", ready_at=berlin(20))
    asset(stage, "new", ready_at=berlin(22))
    replaced(stage, lesson, "old", berlin(22, 14))
    plays(stage, lesson, "new")
    progress(stage, "ann", lesson, 60, berlin(21))
    views = [View(berlin(21), "old", None, 40, 30), View(berlin(23), "new", lesson, 50, 50)]
    for turn, name in enumerate(("assets", "own", "day", "school", "note"), start=1):
        for side in ("before", "after"):
            stage.trip.once(f"figures.{name}:{side}", die)
            with pytest.raises(Killed):
                read(stage, views)
            if side == "before":  # something new, so that the next kill has something to interrupt
                progress(stage, "bea", lesson, 10 * turn, berlin(23))
                stage.ask("UPDATE mux_admin.lesson_days SET views = views + 7 RETURNING 1")
    read(stage, views)
    assert [row[:9] for row in days(stage)] == [
        (lesson, 21, 1, 40, 30, 100, 1, 60, 0),
        (lesson, 23, 1, 50, 50, 100, 1, 50, 0),
    ]
    assert [row[9:] for row in days(stage)] == [(1, 40, "mux"), (1, 50, "mux")]  # it moved on the 20th
    assert stage.ask("SELECT total_views::int FROM video_analytics") == [(2,)]


def die() -> None:
    raise Killed


def test_an_hourly_run_that_finds_nothing_new_writes_nothing(stage: Stage) -> None:
    lesson = stage.lesson()
    asset(stage, "film", ready_at=berlin(20))
    plays(stage, lesson, "film")
    views = [View(berlin(21), "film", None, 80, 75)]
    progress(stage, "ann", lesson, 10, berlin(21))
    read(stage, views)
    written = "SELECT xmin::text, ctid::text FROM mux_admin.lesson_days"
    before = stage.ask(written)
    read(stage, views)
    assert stage.ask(written) == before
    with stage.services.uow("figures.read") as tx:
        [found] = tx.figures.of_lesson(lesson, SINCE, date(2026, 10, 28))
    assert found.joined is Joined.MUX
