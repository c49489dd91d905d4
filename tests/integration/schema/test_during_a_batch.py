"""The columns come in the middle of a batch: real worker, real POSTs to the webhook, and no fact is lost."""

from pathlib import Path

import pytest

from bench.driving import ready, start, wait_for_end
from core import applying, inspecting, migrating
from core.access import SYSTEM
from core.batch import ItemState
from core.migration import Options, PolicyRule
from core.schema_run import RunState
from sandbox.small_school import fill
from sandbox.stack import Stack, query, running_stack, wait_until

VIDEOS = 200
NO_LIMITS = {"MUX_POST_PER_S": "0", "MUX_OTHER_PER_S": "0", "MUX_DATA_PER_S": "0"}
WHOLE_LESSONS = """
    select count(*) from lessons where mux_asset_id is not null and mux_playback_id is not null
    and video_provider = 'mux' and video_status = 'ready' and processing_status = 'ready'
"""
WHOLE_VIDEOS = """
    select count(*) from videos where mux_asset_id is not null and mux_playback_id is not null
    and mux_status = 'ready' and mux_streaming_url is not null and mux_thumbnail_url is not null
    and mux_duration_seconds > 0 and mux_aspect_ratio is not null and mux_ready_at is not null
"""
WAITING = "select count(*) from mux_admin.pending_facts"
EVENTS = "select count(*) from mux_admin.webhook_events where type = 'video.asset.ready'"


@pytest.mark.slow
def test_two_hundred_uploads_before_during_and_after_an_apply_have_all_their_facts(tmp_path: Path) -> None:
    with running_stack(tmp_path, mux_flags=["--no-limits", "--instant"], **NO_LIMITS) as stack:
        fill(stack, lessons=VIDEOS)
        services = ready(stack)
        stack.webhook()
        stack.worker()
        batch = start(services, options=Options(policy=PolicyRule.PUBLIC))
        wait_until(lambda: count(stack, WAITING) >= VIDEOS // 4, "nothing was kept for later", timeout_s=60)
        assert count(stack, EVENTS) < VIDEOS
        applying.request(by=SYSTEM, services=services)
        wait_for_end(batch.id, services, timeout_s=300)
        wait_until(lambda: count(stack, WAITING) == 0, "facts still wait", timeout_s=60)
        counts = migrating.status(batch.id, services=services).progress.counts
        assert (counts[ItemState.DONE], counts[ItemState.FAILED]) == (VIDEOS, 0)
        assert inspecting.history(services=services)[0].state is RunState.DONE
        assert inspecting.status(services=services).current
        assert count(stack, WHOLE_LESSONS) == VIDEOS
        assert count(stack, WHOLE_VIDEOS) == count(stack, "select count(*) from videos")


def count(stack: Stack, sql: str) -> int:
    return int(str(query(stack, sql)[0][0]))
