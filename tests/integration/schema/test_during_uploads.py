"""The columns come while people upload: bytes over HTTP, real webhook, real worker, and no fact is lost."""

from pathlib import Path

import psycopg
import pytest
import urllib3

from bench.driving import prepared
from core import applying, inspecting, uploading
from core.access import SERVICE, SYSTEM
from core.migration import PolicyRule
from core.ports import Services
from core.schema_run import RunState
from core.upload import FileFacts, Opened, UploadOptions, Via
from core.upload_publishing import WAITS
from sandbox.school.clips import Clip, make_clip
from sandbox.school.tables import TABLES
from sandbox.stack import Stack, query, running_stack, wait_until
from tests.integration.schema.test_during_a_batch import CHANGED, NO_LIMITS, WAITING, count

BEFORE, DURING, AFTER = range(1, 101), range(101, 151), range(151, 201)
"""Ids of the lessons: a hundred uploads, then fifty, then fifty."""

"""The school's own service, which opens uploads for many people: no limit of a person's holds it up."""

SCHOOL = """
insert into users (id, email, name, role) values ('t1', 'tess@school.test', 'Tess Teacher', 'teacher');
insert into lessons (title, creator_id, status)
    select 'Lesson ' || n, 't1', 'published' from generate_series(1, 200) as n;
"""
WHOLE_LESSONS = """
    select count(*) from lessons join mux_admin.uploads on lesson_id = lessons.id::text
    where mux_asset_id = asset_id and lessons.mux_upload_id = uploads.mux_upload_id
    and mux_playback_id is not null and video_provider = 'mux'
    and video_status = 'ready' and processing_status = 'ready' and duration > 0
"""
WHOLE_VIDEOS = """
    select count(*) from videos join mux_admin.uploads on video_id = videos.id::text
    where mux_asset_id = asset_id and videos.mux_upload_id = uploads.mux_upload_id
    and mux_playback_id is not null and mux_status = 'ready' and mux_streaming_url is not null
    and mux_thumbnail_url is not null and mux_duration_seconds > 0 and mux_aspect_ratio is not null
    and mux_created_at is not null and mux_ready_at is not null and audio_enhanced = false
    and file_path = 'mux://' || videos.mux_upload_id
"""
CREATED = "select count(*) from mux_admin.webhook_events where type = 'video.upload.asset_created'"
READY = "select count(*) from mux_admin.uploads where state = 'ready' and not fallback_used"
LATE = "select count(*) from mux_admin.uploads where reason = %s"
ROWS = "select count(*) from videos"


@pytest.mark.slow
def test_two_hundred_uploads_before_during_and_after_an_apply_have_all_their_facts(tmp_path: Path) -> None:
    with running_stack(tmp_path, mux_flags=["--no-limits", "--instant"], **NO_LIMITS) as stack:
        clip = Clip(title="Clip", subtitle="", number=1, hue=0.3, duration_s=2)
        make_clip(clip, tmp_path)
        body = (tmp_path / clip.name).read_bytes()
        with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(TABLES + SCHOOL)
        services = prepared(stack)
        stack.webhook()
        stack.worker()

        send(BEFORE, body, stack, services)
        # Each has a new row of `videos` in the columns that are there, says so, and loses no fact.
        assert (count(stack, ROWS), count(stack, LATE, WAITS), count(stack, WAITING)) == (100, 100, 200)

        with psycopg.connect(stack.env["DATABASE_URL"]) as reader:
            reader.execute("select count(*) from lessons")
            applying.request(by=SYSTEM, services=services)
            wait_until(lambda: count(stack, CHANGED, "videos") == 1, "videos was not changed", timeout_s=60)
            send(DURING, body, stack, services)
            assert inspecting.newest_run(services).state is RunState.RUNNING  # lessons are being read
            assert count(stack, CHANGED, "lessons") == 0
        wait_until(
            lambda: inspecting.status(services=services).current, "the apply did not end", timeout_s=90
        )
        send(AFTER, body, stack, services)

        wait_until(lambda: count(stack, WAITING) == 0, "facts still wait", timeout_s=60)
        assert inspecting.history(services=services)[0].state is RunState.DONE
        assert (count(stack, CREATED), count(stack, READY), count(stack, LATE, WAITS)) == (200, 200, 0)
        assert (count(stack, WHOLE_LESSONS), count(stack, WHOLE_VIDEOS), count(stack, ROWS)) == (200,) * 3


def send(lessons: range, body: bytes, stack: Stack, services: Services) -> None:
    """Upload to each of these lessons, and wait until all of them play it."""
    http = urllib3.PoolManager(retries=False, timeout=20.0)
    before = count(stack, READY)
    for lesson_id in lessons:
        opened = open_one(lesson_id, body, services)
        assert opened.via is Via.MUX
        assert http.request("PUT", opened.url, body=body).status == 200
        uploading.finish(opened.upload.id, by=SERVICE, services=services)
    wait_until(lambda: count(stack, READY) == before + len(lessons), states(stack), timeout_s=120)


def open_one(lesson_id: int, body: bytes, services: Services) -> Opened:
    return uploading.open_upload(
        str(lesson_id),
        FileFacts(name="lesson.mp4", size_bytes=len(body), mime="video/mp4", head=body[:4096]),
        options=UploadOptions(policy=PolicyRule.PUBLIC),
        by=SERVICE,
        cors_origin="http://dashboard.test",
        services=services,
    )


def states(stack: Stack) -> str:
    found = query(stack, "select state, trouble, count(*) from mux_admin.uploads group by state, trouble")
    return f"not all uploads are ready: {found}"
