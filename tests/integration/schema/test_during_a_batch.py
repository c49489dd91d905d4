"""The columns come in the middle of a batch: real worker, real POSTs to the webhook, and no fact is lost."""

from pathlib import Path

import psycopg
import pytest

from bench.driving import ready, start, wait_for_end
from core import applying, inspecting, migrating
from core.access import SYSTEM
from core.batch import ItemState
from core.migration import Options, PolicyRule
from core.ports import Services
from core.schema_run import RunState
from core.selection import Choice, Filter
from sandbox.small_school import fill
from sandbox.stack import Stack, query, running_stack, wait_until

VIDEOS = 200
NO_LIMITS = {"MUX_POST_PER_S": "0", "MUX_OTHER_PER_S": "0", "MUX_DATA_PER_S": "0"}
WHOLE_LESSONS = """
    select count(*) from lessons where mux_asset_id is not null and mux_playback_id is not null
    and video_provider = 'mux' and video_status = 'ready' and processing_status = 'ready' and duration > 0
"""
WHOLE_VIDEOS = """
    select count(*) from videos where mux_asset_id is not null and mux_playback_id is not null
    and mux_status = 'ready' and mux_streaming_url is not null and mux_thumbnail_url is not null
    and mux_duration_seconds > 0 and mux_aspect_ratio is not null and mux_ready_at is not null
"""
VIDEO_ROWS = "select count(*) from videos"
CHANGED = """
    select count(*) from information_schema.columns where column_name = 'mux_asset_id' and table_name = %s
"""
WAITING = "select count(*) from mux_admin.pending_facts"
EVENTS = "select count(*) from mux_admin.webhook_events where type = 'video.asset.ready'"


BEFORE = ("recording-0000",)
DURING = tuple(f"recording-0001{tens}" for tens in range(5))
AFTER = tuple(f"recording-0001{tens}" for tens in range(5, 10))
"""A hundred videos, then fifty, then fifty."""


@pytest.mark.slow
def test_two_hundred_videos_before_during_and_after_an_apply_have_all_their_facts(tmp_path: Path) -> None:
    with running_stack(tmp_path, mux_flags=["--no-limits", "--instant"], **NO_LIMITS) as stack:
        fill(stack, lessons=VIDEOS)
        services = ready(stack)
        stack.webhook()
        stack.worker()
        moved = [*move(BEFORE, services)]
        assert (count(stack, EVENTS), count(stack, WAITING)) == (100, 133)  # every third has a video row
        with psycopg.connect(stack.env["DATABASE_URL"]) as reader:
            reader.execute("select count(*) from lessons")
            applying.request(by=SYSTEM, services=services)
            wait_until(lambda: count(stack, CHANGED, "videos") == 1, "videos was not changed", timeout_s=60)
            moved += move(DURING, services)
            assert inspecting.newest_run(services).state is RunState.RUNNING  # lessons are being read
            assert count(stack, CHANGED, "lessons") == 0
        wait_until(
            lambda: inspecting.status(services=services).current, "the apply did not end", timeout_s=90
        )
        moved += move(AFTER, services)
        wait_until(lambda: count(stack, WAITING) == 0, "facts still wait", timeout_s=60)
        for batch_id in moved:
            wait_until(lambda id_=batch_id: all_done(id_, services), f"batch {batch_id}", timeout_s=30)
        assert inspecting.history(services=services)[0].state is RunState.DONE
        assert count(stack, EVENTS) == VIDEOS
        assert count(stack, WHOLE_LESSONS) == VIDEOS
        assert count(stack, WHOLE_VIDEOS) == count(stack, VIDEO_ROWS) > 0


def move(searches: tuple[str, ...], services: Services) -> list[int]:
    """The batches that move what these find, each with its copies verified."""
    policy = Options(policy=PolicyRule.PUBLIC)
    started = [
        start(services, name=one, options=policy, choice=Choice(filter=Filter(search=one))).id
        for one in searches
    ]
    for batch_id in started:
        wait_for_end(batch_id, services, timeout_s=120)
    return started


def all_done(batch_id: int, services: Services) -> bool:
    counts = migrating.status(batch_id, services=services).progress.counts
    return counts[ItemState.DONE] == sum(counts.values())


def count(stack: Stack, sql: str, *values: object) -> int:
    return int(str(query(stack, sql, *values)[0][0]))
