"""Whose lessons are told of and in what order, and which nobody watched: on the school's real tables."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from core import lesson_comparing, viewing
from core.access import Person, Role
from core.attention import Plays
from core.errors import NotAllowed
from core.figures import AssetDay
from core.lesson_day import Joined, LessonDay, Ranking
from core.period import Days, Period
from tests.integration.playing.stage import Stage, person

ADMIN = person("ada", Role.ADMIN)
ANA, BEN, OLU = (person(name, Role.TEACHER) for name in ("ana", "ben", "olu"))


@pytest.fixture
def stage(engine: Engine, database_url: str) -> Stage:
    return Stage(engine, database_url)


def last_day(stage: Stage) -> date:
    """The last day of every period, as figures were never read."""
    return stage.services.clock().date() - timedelta(days=1)


def watched(stage: Stage, lesson_id: str, *, views: int, days_ago: int = 0, playing_ms: int = 0) -> None:
    """So many views of one minute each, of a video of ten."""
    row = LessonDay(
        lesson_id=lesson_id,
        day=last_day(stage) - timedelta(days=days_ago),
        mux_views=views,
        mux_watch_ms=views * 60_000,
        mux_playing_ms=playing_ms,
        mux_whole_ms=views * 600_000,
        own_learners=0,
        own_watch_ms=0,
        own_finished=0,
        views=views,
        watch_ms=views * 60_000,
        joined=Joined.MUX,
    )
    with stage.services.uow("figures.day") as tx:
        tx.figures.put_lessons([row])
        tx.commit()


def test_views_and_viewers_are_those_of_the_days_on_which_the_lesson_played_the_video(stage: Stage) -> None:
    last = last_day(stage)
    days = Days(first=last - timedelta(days=6), last=last)
    with stage.services.uow("figures.days") as tx:
        for back, viewers in ((0, 4), (1, 6), (2, 50), (8, 70)):
            day = last - timedelta(days=back)
            row = AssetDay(
                asset_id="new", day=day, views=3 * viewers, viewers=viewers, watch_ms=1, playing_ms=1
            )
            tx.figures.put_day(day, [row, replace(row, asset_id="old")], read_at=stage.services.clock())
        tx.commit()
    spell = "INSERT INTO mux_admin.lesson_assets VALUES ('1', '{}', '{}', {}) RETURNING lesson_id"
    stage.ask(spell.format("old", "2020-01-01", f"'{last - timedelta(days=2)}'"))
    stage.ask(spell.format("new", last - timedelta(days=1), "NULL"))
    with stage.services.uow("viewing.read") as tx:
        found = tx.viewings.plays(["1", "2"], days)
    assert found == {"1": Plays(views=180, viewers=60, most_viewers=50)}
    # yesterday another lesson played the new one as well: nobody can say whose views those were
    stage.ask("INSERT INTO mux_admin.lesson_assets VALUES ('2', 'new', %s, %s) RETURNING 1", last, None)
    with stage.services.uow("viewing.read") as tx:
        found = tx.viewings.plays(["1", "2"], days)
    assert found == {"1": Plays(views=168, viewers=56, most_viewers=50)}


def views_of(stage: Stage, by: Person, course: str = "") -> dict[str, int | None]:
    found = viewing.overview(Period.WEEK, course=course, by=by, services=stage.services)
    return {one.lesson_id: one.views for one in found.ranked(Ranking.VIEWS)}


def compared(stage: Stage, by: Person, *lessons: str) -> tuple[list[str], list[str]]:
    """Which are shown, and which are not."""
    found = lesson_comparing.compare(lessons, Period.WEEK, by=by, services=stage.services)
    return [one.lesson_id for one in found.lessons], list(found.missing)


def walked(stage: Stage, by: Person, course: str) -> list[str]:
    return [one for one, _ in viewing.course_walk(course, by=by, services=stage.services).lessons]


def test_a_period_ends_yesterday_and_is_compared_with_as_many_days_before(stage: Stage) -> None:
    sets, logic = stage.in_s3(title="Sets"), stage.in_s3(title="Logic")
    watched(stage, sets, views=5)
    watched(stage, sets, views=7, days_ago=6)  # the first of seven days
    watched(stage, sets, views=100, days_ago=7)
    watched(stage, logic, views=5, days_ago=13)
    watched(stage, logic, views=1000, days_ago=14)  # before both
    found = viewing.overview(Period.WEEK, by=ADMIN, services=stage.services)
    assert (found.days.last, len(found.days)) == (last_day(stage), 7)
    assert (found.now.views, found.now.watch_ms, found.now.lessons) == (12, 720_000, 1)
    assert (found.before.views, found.before.lessons) == (105, 2)
    assert [(one.lesson_id, one.views, one.change) for one in found.lessons] == [(sets, 12, -0.88)]


def test_teachers_are_told_of_their_own_alone_whatever_course_they_ask_for(stage: Stage) -> None:
    stage.ask("INSERT INTO courses (id, title, teacher_id) VALUES (5, 'Birds', 'olu') RETURNING id")
    algebra, draft = stage.in_s3(), stage.in_s3(status="draft")
    birds = stage.in_s3(course_id=5, creator_id="olu")
    for number, lesson_id in enumerate((algebra, draft, birds), 1):
        watched(stage, lesson_id, views=number * 10)
    assert views_of(stage, ADMIN) == {birds: 30, draft: 20, algebra: 10}
    assert views_of(stage, ADMIN, "5") == {birds: 30}
    assert views_of(stage, BEN) == {draft: 20, algebra: 10}  # made both
    assert views_of(stage, ANA) == {algebra: 10}  # teaches the course, of which one is published
    assert views_of(stage, OLU) == {birds: 30}
    assert views_of(stage, ANA, "5") == views_of(stage, OLU, "4") == views_of(stage, OLU, "x'") == {}
    # who teaches a course may also look at its draft, where the address names it
    assert compared(stage, ANA, algebra, draft, birds) == ([algebra, draft], [birds])
    assert compared(stage, BEN, algebra, draft, birds, "x'") == ([algebra, draft], [birds, "x'"])
    assert walked(stage, ADMIN, "4") == walked(stage, ANA, "4") == [algebra]  # a draft is walked by nobody
    assert walked(stage, ANA, "5") == walked(stage, OLU, "x'") == []


def test_neither_titles_nor_a_course_of_others_are_handed_out(stage: Stage) -> None:
    mine, other = stage.in_s3(title="Mine", creator_id="olu", course_id=None), stage.in_s3(title="Other")
    found = viewing.lines([mine, other], by=OLU, services=stage.services)
    assert {one.title for one in found.values()} == {"Mine"}
    assert set(viewing.lines([mine, other], by=ADMIN, services=stage.services)) == {mine, other}
    assert viewing.titles([mine, other], by=OLU, services=stage.services) == {mine: "Mine"}
    assert viewing.titles([mine, other, "x"], by=ADMIN, services=stage.services) == {
        mine: "Mine",
        other: "Other",
    }
    week = viewing.overview(Period.WEEK, by=OLU, services=stage.services).days
    assert viewing.course_lessons("4", week, by=OLU, services=stage.services) == []


def test_who_neither_runs_the_school_nor_teaches_is_refused(stage: Stage) -> None:
    for who in (person("fin", Role.FINANCE), person("sam")):
        with pytest.raises(NotAllowed):
            viewing.overview(Period.WEEK, by=who, services=stage.services)


def test_whoever_the_school_does_not_know_is_told_of_nothing(stage: Stage) -> None:
    watched(stage, stage.in_s3(), views=3)
    nobody = Person(subject="x", email="", roles=frozenset({Role.TEACHER}))
    assert views_of(stage, nobody) == {}


SPELL = "INSERT INTO mux_admin.lesson_assets VALUES (%s, %s, %s, %s) RETURNING lesson_id"
READ = "INSERT INTO mux_admin.figure_days VALUES (%s, now()) RETURNING day"


def test_published_lessons_on_mux_that_nobody_ever_watched_are_counted(stage: Stage) -> None:
    seen, first, second, draft, new, back = (
        stage.on_mux(status="draft" if name == "draft" else "published")
        for name in ("seen", "first", "second", "draft", "new", "back")
    )
    stage.in_s3()  # whoever watches there, Mux does not count it
    long_ago, this_week = last_day(stage) - timedelta(days=99), last_day(stage) - timedelta(days=6)
    for lesson_id in (seen, first, second, draft):
        stage.ask(SPELL, lesson_id, f"asset of {lesson_id}", long_ago, None)
    stage.ask(SPELL, new, "asset", this_week, None)
    stage.ask(SPELL, back, "asset", long_ago, this_week)
    watched(stage, seen, views=1, days_ago=90)
    for days_ago in range(7):
        stage.ask(READ, last_day(stage) - timedelta(days=days_ago))
    found = viewing.overview(Period.WEEK, by=ADMIN, services=stage.services)
    assert (found.unwatched, found.unwatched_ids) == (2, [first, second])
    assert viewing.overview(Period.WEEK, course="9", by=ADMIN, services=stage.services).unwatched == 0
    four_weeks = viewing.overview(Period.FOUR_WEEKS, by=ADMIN, services=stage.services)
    assert (four_weeks.unwatched, four_weeks.unwatched_ids) == (0, ())  # three weeks were not fetched


def test_a_course_is_told_in_its_order_by_weeks_and_months(stage: Stage) -> None:
    last, first, loose = (
        stage.in_s3(title=name, position=at) for name, at in (("B", 2), ("A", 1), ("C", None))
    )
    monday = last_day(stage) - timedelta(days=last_day(stage).weekday())
    watched(stage, first, views=30)
    watched(stage, first, views=20, days_ago=(last_day(stage) - monday).days)
    watched(stage, last, views=40, days_ago=(last_day(stage) - monday).days + 1)  # a Sunday
    days = viewing.overview(Period.FOUR_WEEKS, by=ADMIN, services=stage.services).days
    found = viewing.course_lessons("4", days, by=ANA, services=stage.services)
    assert [(one.lesson_id, one.title) for one in found] == [(first, "A"), (last, "B"), (loose, "C")]
    on_monday = last_day(stage) == monday  # then both lines above are about one and the same day
    assert found[0].by_piece == {monday: 20 if on_monday else 50}
    assert found[1].by_piece == {monday - timedelta(days=7): 40}
    assert (found[1].views, found[2].views, found[2].by_piece) == (40, 0, {})


@pytest.mark.parametrize("missing", ["status", "course_id", "created_at", "position", "creator_id"])
def test_a_column_that_the_school_does_not_have_breaks_nothing(stage: Stage, missing: str) -> None:
    watched(stage, stage.in_s3(), views=30)
    stage.ask(f"ALTER TABLE lessons DROP COLUMN {missing} CASCADE; SELECT 1")
    found = viewing.overview(Period.WEEK, by=ADMIN, services=stage.services)
    assert found.now.views == 30
    for by in (ADMIN, ANA, BEN):
        viewing.course_lessons("4", found.days, by=by, services=stage.services)
        viewing.overview(Period.WEEK, course="4", by=by, services=stage.services)
