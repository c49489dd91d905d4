"""Lessons without any video say "pending" soon after their columns came, and nobody's word is undone."""

import signal

import pytest
from sqlalchemy import Engine, text

from core import applying, correcting, inspecting
from core.correction import STATUS_COLUMNS
from core.db.engine import create_engine
from core.records import Job
from core.tripwire import trip_of
from tests.integration.hosts import ID_TYPES, School
from tests.integration.schema.stage import OPS, Stage
from tests.integration.schema.test_interruptions import FORK

READY, PENDING = {"ready"}, {"pending"}
IDS = {
    "integer": [str(n) for n in range(100, 107)],
    "bigint": [str(8_000_000_000 + n) for n in range(7)],
    "uuid": [f"6b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a{n:02}" for n in range(7)],
    "text": [f"ä lesson {n}" for n in range(7)],
}


def without_video(school: School, *ids: str) -> None:
    for row_id in ids:
        school.add_row("lessons", row_id)
        school.run(f"UPDATE lessons SET video_url = NULL WHERE id::text = '{row_id}'")  # noqa: S608


def statuses(school: School, row_id: str) -> set[str]:
    row = school.row("lessons", row_id)
    return {row[name] for name in STATUS_COLUMNS}


def walked(stage: Stage, **sizes: int):
    """Job after job, until none is asked for any more."""
    stage.jobs.append(Job.CORRECT_LESSONS)
    found = None
    while Job.CORRECT_LESSONS in stage.jobs:
        stage.jobs.clear()
        found = correcting.correct_lessons(services=stage, **sizes)
    return found


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_lessons_without_a_video_become_pending_whatever_their_ids_are(
    engine: Engine, stage: Stage, id_type: str
):
    school, ids = School(engine, id_type=id_type), IDS[id_type]
    without_video(school, *ids)
    applying.apply(by=OPS, services=stage)
    assert statuses(school, ids[0]) == READY
    found = walked(stage, page=2, pages=2)
    assert (found.looked, found.corrected, found.left) == (8, 7, 0)
    assert all(statuses(school, row_id) == PENDING for row_id in ids)
    assert statuses(school, school.row_id) == READY
    assert inspecting.status(services=stage).correction == found


@pytest.mark.parametrize(
    "has_video",
    [
        "ALTER TABLE lessons ADD hls_url text; UPDATE lessons SET hls_url = 's3://b/k/index.m3u8'",
        "ALTER TABLE lessons ADD video_id text; UPDATE lessons SET video_id = '7'",
        "ALTER TABLE videos ADD lesson_id text; UPDATE videos SET lesson_id = '100'",
        "ALTER TABLE videos ADD lesson_id bigint; UPDATE videos SET lesson_id = 100",
        "INSERT INTO mux_admin.lesson_videos VALUES ('100', '7', now())",
        "INSERT INTO mux_admin.pending_facts VALUES ('lessons', '100', '{}', now())",
        "ALTER TABLE lessons ADD mux_upload_id text; UPDATE lessons SET mux_upload_id = 'u1'",
    ],
)
def test_whatever_tells_of_a_video_keeps_a_lesson_ready(school: School, stage: Stage, has_video: str):
    without_video(school, "100")
    school.run(has_video)
    applying.apply(by=OPS, services=stage)
    assert walked(stage).corrected == 0
    assert statuses(school, "100") == READY


def test_an_empty_address_is_none(school: School, stage: Stage):
    without_video(school, "100")
    school.run("UPDATE lessons SET video_url = '' WHERE id = 100")
    applying.apply(by=OPS, services=stage)
    assert walked(stage).corrected == 1


def test_what_somebody_set_since_is_left_and_later_applies_do_not_ask_again(school: School, stage: Stage):
    without_video(school, "100", "101", "102")
    applying.apply(by=OPS, services=stage)
    school.run("UPDATE lessons SET video_status = 'processing' WHERE id = 100")
    school.run("UPDATE lessons SET video_url = 's3://b/new.mp4' WHERE id = 101")
    assert walked(stage).corrected == 1
    assert school.row("lessons", "100")["video_status"] == "processing"
    assert statuses(school, "101") == READY
    school.run("UPDATE lessons SET video_status = 'ready', processing_status = 'ready' WHERE id = 102")
    school.run("DROP INDEX idx_lessons_mux_asset")
    applying.apply(by=OPS, services=stage)
    assert Job.CORRECT_LESSONS not in stage.jobs
    walked(stage)
    assert statuses(school, "102") == READY


def test_a_row_that_somebody_holds_holds_nobody_up_and_is_taken_in_the_next_round(
    school: School, stage: Stage, engine: Engine
):
    without_video(school, "100", "101")
    applying.apply(by=OPS, services=stage)
    with engine.connect() as editor:
        editor.execute(text("UPDATE school.lessons SET title = 'new' WHERE id = 100"))
        stage.jobs.clear()
        found = correcting.correct_lessons(services=stage)
        assert (found.corrected, found.finished_at, stage.jobs) == (1, None, [Job.CORRECT_LESSONS])
        editor.commit()
    found = correcting.correct_lessons(services=stage)
    assert (found.looked, found.corrected, found.finished_at is None) == (3, 2, False)
    assert statuses(school, "100") == PENDING


def test_a_row_that_is_held_for_ever_is_given_up(school: School, stage: Stage, engine: Engine):
    without_video(school, "100")
    applying.apply(by=OPS, services=stage)
    with engine.connect() as editor:
        editor.execute(text("SELECT 1 FROM school.lessons WHERE id = 100 FOR UPDATE"))
        found = walked(stage)
    assert (found.corrected, found.left) == (0, 1)


POINTS = ["lessons.correct:before", "lessons.correct:after", "lessons.correct_on:before"]


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_it_goes_on_and_counts_each_lesson_once(
    school: School, stage: Stage, database_url: str, point: str
):
    without_video(school, *IDS["integer"])
    applying.apply(by=OPS, services=stage)
    ends = [_killed(database_url, point) for _ in range(5)]
    assert ends[0] == -signal.SIGKILL
    found = walked(stage, page=2) or inspecting.status(services=stage).correction
    assert (found.looked, found.corrected) == (8, 7)
    assert all(statuses(school, row_id) == PENDING for row_id in IDS["integer"])


def _killed(url: str, point: str) -> int | None:
    process = FORK.Process(target=_walk_and_die, args=(url, point))
    process.start()
    process.join(20)
    return process.exitcode


def _walk_and_die(url: str, point: str) -> None:
    stage = Stage(create_engine(url), trip=trip_of(point))
    correcting.correct_lessons(services=stage, page=2, pages=1)


def test_a_kill_between_the_columns_and_the_end_of_the_run_loses_no_correction(school: School, stage: Stage):
    without_video(school, "100")
    seen: list[str] = []

    def die_once_the_columns_are_there(point: str) -> None:
        seen.append(point)
        if seen.count("schema.statement:after") == 2:
            raise SystemExit

    stage.trip = die_once_the_columns_are_there
    with pytest.raises(SystemExit):
        applying.apply(by=OPS, services=stage)
    stage.trip = None
    applying.apply(by=OPS, services=stage)
    assert Job.CORRECT_LESSONS in stage.jobs
    assert walked(stage).corrected == 1
    assert ("lectern", "set lessons without a video to pending") in stage.audited
