"""Old uploads, viewings and players' troubles: what goes after KEEP_HISTORY_D, and what stays."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from core import forgetting
from tests.integration.uploads.stage import Stage

UPLOAD = """INSERT INTO mux_admin.uploads (id, lesson_id, state, via, kind, filename, size_bytes, mime,
        person, subject, options, created_at, moved_at, expires_at, video_id, trouble, multipart_id)
    VALUES (%s, '7', %s, 'mux', %s, 'a.mp4', 1, 'video/mp4', 'tess', 't1', %s, %s, %s, %s, %s, %s, %s)
    RETURNING id"""
VIEWING = """INSERT INTO mux_admin.viewings VALUES (%s, '7', 'ben', %s, %s, 10, 10, 10, false)
    RETURNING session"""
TROUBLE = """INSERT INTO mux_admin.playback_troubles VALUES (%s, '7', 'mux', '2', 'network', 'ben', %s)
    RETURNING id"""


def upload(
    stage: Stage,
    state: str,
    *,
    kind: str = "video",
    age_d: float = 401,
    trouble: str | None = None,
    multipart_id: str | None = None,
    test: str = "false",
) -> UUID:
    """One that moved last so long ago."""
    at, options = stage.clock() - timedelta(days=age_d), f'{{"test": {test}}}'
    end = (at, at, at, "v1", trouble, multipart_id)
    [(upload_id,)] = stage.ask(UPLOAD, uuid4(), state, kind, options, *end)
    return UUID(str(upload_id))


def left(stage: Stage) -> set[UUID]:
    forgetting.forget(services=stage.services)
    return {row[0] for row in stage.ask("SELECT id FROM mux_admin.uploads")}


@pytest.mark.parametrize("state", ["errored", "cancelled", "timed_out"])
def test_an_upload_that_came_to_nothing_long_ago_is_forgotten(stage: Stage, state: str) -> None:
    upload(stage, state)
    recent = upload(stage, state, age_d=399)
    assert left(stage) == {recent}


def test_a_file_beside_a_lesson_needs_its_upload_no_more(stage: Stage) -> None:
    upload(stage, "ready", kind="pdf")
    assert left(stage) == set()


def test_the_upload_that_a_lesson_plays_stays_and_the_one_before_it_goes(stage: Stage) -> None:
    upload(stage, "ready", age_d=800)
    playing = upload(stage, "ready", age_d=700)
    assert left(stage) == {playing}


def test_an_upload_of_a_test_takes_the_place_of_none(stage: Stage) -> None:
    playing = upload(stage, "ready", age_d=800)
    trial = upload(stage, "ready", age_d=700, test="true")
    assert left(stage) == {playing, trial}


def test_what_may_still_go_on_stays(stage: Stage) -> None:
    moving = upload(stage, "preparing")
    untidy = upload(stage, "cancelled", multipart_id="m1")
    retried = upload(stage, "errored", trouble="move_failed")
    assert left(stage) == {moving, untidy, retried}


def test_viewings_and_troubles_of_long_ago_go_in_portions(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    now = stage.clock()
    old, recent = now - timedelta(days=401), now - timedelta(days=399)
    for number in range(5):
        stage.ask(VIEWING, uuid4(), old, old)
        stage.ask(TROUBLE, f"old-{number}", old)
    stage.ask(TROUBLE, "recent", recent)
    [(running,)] = stage.ask(VIEWING, uuid4(), old, recent)
    assert forgetting.forget(services=stage.services) == 10
    assert stage.ask("SELECT session FROM mux_admin.viewings") == [(running,)]
    assert stage.ask("SELECT id FROM mux_admin.playback_troubles") == [("recent",)]
