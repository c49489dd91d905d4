"""How far somebody is with a lesson: counted once, whatever the network does to the reports."""

import threading
from uuid import UUID, uuid4

import pytest

from core import watching
from core.access import Person, Role
from core.errors import InvalidInput, NotFound
from tests.integration.playing.stage import Stage, person

BEN = person("ben")
ADA = Person(subject="ada", email="", roles=frozenset({Role.ADMIN}))
ONE, OTHER = UUID(int=1), UUID(int=2)


class Player:
    """One viewing of a lesson."""

    def __init__(self, stage: Stage, lesson_id: str, by: Person = BEN) -> None:
        self.stage, self.lesson_id, self.by, self.session = stage, lesson_id, by, uuid4()

    def says(self, watched_s: float, *, at_s: float | None = None, completed: bool = False) -> None:
        watching.report(
            self.lesson_id,
            session=self.session,
            position_s=watched_s if at_s is None else at_s,
            watched_s=watched_s,
            completed=completed,
            by=self.by,
            services=self.stage.services,
        )

    def plays_on(self, watched_s: float, *, after_s: float = 10.0, **said: object) -> None:
        self.stage.school.clock.tick(after_s)
        self.says(watched_s, **said)  # type: ignore[arg-type]


def rows(stage: Stage, user_id: str = "ben") -> list[tuple[float, float, bool]]:
    sql = "SELECT position_s::float, watched_s::float, completed FROM lesson_progress WHERE user_id = %s"
    return [(row[0], row[1], row[2]) for row in stage.ask(sql, user_id)]


def test_each_report_adds_what_is_new_and_moves_the_place_to_go_on(stage: Stage) -> None:
    player = Player(stage, stage.on_mux(duration_s=600))
    player.says(10)
    player.plays_on(20)
    player.plays_on(30, at_s=250)
    assert rows(stage) == [(250, 30, False)]
    assert stage.plays(player.lesson_id, BEN).resume_at_s == 250


def test_a_report_that_comes_twice_or_late_counts_once(stage: Stage) -> None:
    player = Player(stage, stage.on_mux())
    for watched_s in (10, 20, 20, 10, 30, 20):
        player.plays_on(watched_s)
    assert rows(stage) == [(30, 30, False)]


def test_a_new_viewing_adds_to_the_one_before(stage: Stage) -> None:
    lesson_id = stage.on_mux()
    Player(stage, lesson_id).says(10)
    Player(stage, lesson_id).plays_on(10)
    assert rows(stage) == [(10, 20, False)]


def test_no_more_counts_than_can_have_been_watched(stage: Stage) -> None:
    player = Player(stage, stage.on_mux())
    player.says(50_000)  # the first report: a minute may have gone before it, at twice the pace
    assert rows(stage) == [(50_000, 120, False)]
    player.plays_on(50_000, after_s=10)
    assert rows(stage) == [(50_000, 140, False)]


def test_new_viewings_in_quick_turn_are_no_way_around_that(stage: Stage) -> None:
    lesson_id = stage.on_mux()
    for _ in range(5):
        Player(stage, lesson_id).says(1000)
    assert rows(stage) == [(1000, 120, False)]


def test_reports_at_the_same_moment_do_not_lose_each_other(stage: Stage) -> None:
    lesson_id = stage.on_mux()
    players = [Player(stage, lesson_id) for _ in range(4)]
    for player in players:
        player.says(0)
    stage.school.clock.tick(60)
    threads = [threading.Thread(target=player.says, args=(1,)) for player in players]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(stage) == [(1, 4, False)]


def test_once_seen_always_seen_and_the_next_time_begins_anew(stage: Stage) -> None:
    player = Player(stage, stage.on_mux(duration_s=600))
    player.says(100, at_s=598, completed=True)
    assert stage.plays(player.lesson_id, BEN).resume_at_s == 0
    player.plays_on(110, at_s=20)
    assert rows(stage) == [(20, 110, True)]
    assert stage.plays(player.lesson_id, BEN).resume_at_s == 20


def test_a_row_that_the_school_has_made_is_added_to(stage: Stage) -> None:
    lesson_id = stage.on_mux()
    for watched_s in (5, 100):
        sql = "INSERT INTO lesson_progress VALUES ('ben', %s, 1, %s, false, now()) RETURNING 1"
        stage.ask(sql, lesson_id, watched_s)
    stage.ask("UPDATE lesson_progress SET updated_at = 'yesterday' WHERE watched_s = 5 RETURNING 1")
    Player(stage, lesson_id).says(10)
    assert sorted(row[1] for row in rows(stage)) == [5, 110]


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE lesson_progress",
        "ALTER TABLE lesson_progress DROP user_id",
        "ALTER TABLE lesson_progress ALTER user_id TYPE integer USING 1",
        "ALTER TABLE lesson_progress ADD tenant text NOT NULL",
    ],
)
def test_where_the_school_keeps_no_progress_we_do_alone(stage: Stage, change: str) -> None:
    lesson_id = stage.on_mux()
    stage.ask(f"SELECT 1; {change}")
    Player(stage, lesson_id).says(10)
    assert stage.ask("SELECT person, counted_s FROM mux_admin.viewings") == [("ben", 10.0)]


def test_whole_seconds_are_kept_where_the_school_has_no_others(stage: Stage) -> None:
    kept = "ALTER TABLE lesson_progress ALTER position_s TYPE integer, ALTER watched_s TYPE integer"
    stage.ask(f"SELECT 1; {kept}")
    player = Player(stage, stage.on_mux())
    player.says(10.2, at_s=99.6)
    player.plays_on(20.9)
    assert rows(stage) == [(21, 21, False)]  # 20.9 s; 10.2 s as 10, and 10.7 s more as 11


def test_columns_that_are_not_there_are_left_out(stage: Stage) -> None:
    lesson_id = stage.on_mux()
    stage.ask("SELECT 1; ALTER TABLE lesson_progress DROP watched_s, DROP completed, DROP updated_at")
    player = Player(stage, lesson_id)
    player.says(10, completed=True)
    player.plays_on(20)
    assert stage.ask("SELECT user_id, lesson_id, position_s::float FROM lesson_progress") == [
        ("ben", int(lesson_id), 20.0)
    ]


def test_whom_the_school_does_not_know_has_no_row_there(stage: Stage) -> None:
    Player(stage, stage.on_mux(), ADA).says(10)
    assert stage.ask("SELECT count(*) FROM lesson_progress") == [(0,)]
    assert stage.ask("SELECT person FROM mux_admin.viewings") == [("subject:ada",)]


def test_a_viewing_is_of_one_person_and_one_lesson(stage: Stage) -> None:
    one, other = stage.on_mux(), stage.on_mux()
    player = Player(stage, one)
    player.says(10)
    for lesson_id, by in ((other, BEN), (one, person("sam"))):
        stranger = Player(stage, lesson_id, by)
        stranger.session = player.session
        with pytest.raises(InvalidInput, match="another viewing's"):
            stranger.says(10)


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), 1e9])
def test_numbers_that_no_player_sends_are_refused(stage: Stage, value: float) -> None:
    player = Player(stage, stage.on_mux())
    with pytest.raises(InvalidInput):
        player.says(value)
    with pytest.raises(InvalidInput):
        player.says(1, at_s=value)


def test_who_may_not_play_reports_nothing(stage: Stage) -> None:
    player = Player(stage, stage.on_mux(status="draft"), person("olu"))
    with pytest.raises(NotFound):
        player.says(10)
    assert stage.ask("SELECT count(*) FROM mux_admin.viewings") == [(0,)]


def trouble(stage: Stage, lesson_id: str, by: Person | None, message: str = "It stopped.") -> str:
    return watching.report_trouble(
        lesson_id, provider="mux", code="2", message=message, by=by, services=stage.services
    )


def test_a_trouble_is_kept_under_an_id_without_what_opens_the_video(stage: Stage) -> None:
    lesson_id = stage.on_mux()
    said = "GET https://stream.mux.com/p.m3u8?token=hunter2 said 403\x00" + "!" * 600
    found = trouble(stage, lesson_id, BEN, said)
    with stage.services.uow("test.read") as tx:
        [kept] = tx.watches.troubles(lesson_id)
    assert (kept.id, kept.lesson_id, kept.person, kept.code) == (found, lesson_id, "ben", "2")
    assert kept.message.startswith("GET https://stream.mux.com/p.m3u8?… said 403!")
    assert len(kept.message) == 500


def test_a_stranger_reports_on_what_they_may_play_alone(stage: Stage) -> None:
    shown, hidden = stage.on_mux(is_public=True), stage.on_mux(status="draft")
    assert trouble(stage, shown, None)
    with pytest.raises(NotFound):
        trouble(stage, hidden, None)
