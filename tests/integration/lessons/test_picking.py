"""A file in S3 becomes a lesson's video: it plays from there, and goes to Mux like any other."""

import pytest

from core import lesson_picking
from core.access import Person, Role
from core.errors import InvalidInput, NotAllowed, NotFound, StaleState
from core.playback import Provider
from core.selection import Standing
from core.source import Source
from tests.integration.engine.harness import BUCKET, SWITCHED, Engine
from tests.integration.playing.stage import Stage, person

ADMIN, OPS, BEN = person("ada", Role.ADMIN), person("otto", Role.OPS), person("ben", Role.TEACHER)
VIDEO = b"\0\0\0\x18ftypisom"
UNDER_WAY = """INSERT INTO mux_admin.uploads
        (id, lesson_id, state, via, kind, filename, size_bytes, mime, person, subject, options, created_at,
        moved_at, expires_at)
    VALUES (gen_random_uuid(), %s, 'preparing', 'mux', 'video', 'a.mp4', 1, '', 'tess', 't',
        '{"policy": "public", "quality": "basic", "normalize_audio": false, "captions": null, "test": false}',
        now(), now(), now())
    RETURNING id"""


@pytest.fixture
def school(stage: Stage) -> Engine:
    """With a free video, one that a lesson plays, and a note."""
    stage.school.store.put(BUCKET, "free.mp4", VIDEO)
    stage.school.store.put(BUCKET, "notes.pdf", b"%PDF-1.7")
    stage.school.lesson("used.mp4", VIDEO)
    stage.school.scan()
    return stage.school


def offered(school: Engine, search: str = "", by: Person = ADMIN) -> list[Source]:
    return list(lesson_picking.offered(search, by=by, services=school.services))


def pick(school: Engine, lesson_id: str, key: str, by: Person = ADMIN) -> None:
    [(source_id,)] = school.ask("SELECT id FROM mux_admin.sources WHERE key = %s", key)
    lesson_picking.pick(lesson_id, source_id, by=by, services=school.services)


def test_only_what_a_lesson_can_play_is_offered(school: Engine) -> None:
    assert sorted(one.key for one in offered(school)) == ["free.mp4", "used.mp4"]
    assert [one.key for one in offered(school, "FREE")] == ["free.mp4"]


def test_the_lesson_plays_the_file_at_once_and_the_next_migration_takes_it_to_mux(
    stage: Stage, school: Engine
) -> None:
    lesson_id = stage.lesson()
    pick(school, lesson_id, "free.mp4")
    assert stage.plays(lesson_id, ADMIN).provider is Provider.S3
    [free] = offered(school, "free")
    assert (free.rows, free.standing, free.title) == (1, Standing.READY, "Sets")
    school.migrate()
    assert stage.plays(lesson_id, ADMIN).provider is Provider.MUX
    assert school.ask(SWITCHED) == [(2,)]


def test_a_file_that_is_at_mux_already_is_offered_for_the_lesson_and_costs_nothing(
    stage: Stage, school: Engine
) -> None:
    school.migrate()
    made = school.mux.calls.count("create_asset")
    lesson_id = stage.lesson()
    pick(school, lesson_id, "used.mp4")
    school.migrate()
    assert stage.plays(lesson_id, ADMIN).provider is Provider.MUX
    assert school.mux.calls.count("create_asset") == made


def test_the_file_that_it_played_before_is_used_by_nobody_any_more(stage: Stage, school: Engine) -> None:
    lesson_id = stage.lesson()
    pick(school, lesson_id, "free.mp4")
    pick(school, lesson_id, "used.mp4")
    assert [one.rows for one in offered(school, "free")] == [0]
    asked = "SELECT before, after FROM mux_admin.audit WHERE action = 'pick file in S3' ORDER BY id"
    [(_, first), (before, _)] = school.ask(asked)
    assert before["video_url"] == first["video_url"]


def test_a_lesson_that_waits_for_a_video_is_left_as_it_is(stage: Stage, school: Engine) -> None:
    lesson_id = stage.lesson()
    stage.ask(UNDER_WAY, lesson_id)
    with pytest.raises(StaleState, match="tess is uploading"):
        pick(school, lesson_id, "free.mp4")


def test_what_no_lesson_plays_and_what_is_not_there_is_refused(stage: Stage, school: Engine) -> None:
    lesson_id = stage.lesson()
    with pytest.raises(InvalidInput, match="nothing that a lesson can play"):
        pick(school, lesson_id, "notes.pdf")
    with pytest.raises(NotFound):
        lesson_picking.pick(lesson_id, 999, by=ADMIN, services=school.services)


@pytest.mark.parametrize("by", [OPS, BEN], ids=lambda one: one.subject)
def test_it_takes_whoever_sees_the_files_and_may_change_the_lesson(
    stage: Stage, school: Engine, by: Person
) -> None:
    with pytest.raises(NotAllowed):
        pick(school, stage.lesson(), "free.mp4", by)
