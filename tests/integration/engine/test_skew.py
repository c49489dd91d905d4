"""Clocks that disagree: S3's and Mux's are really moved while a worker migrates."""

from pathlib import Path

import pytest

from bench.driving import ready, start, wait_for_end
from core import migrating, mux_checking, s3_checking
from core.access import SYSTEM
from core.batch import BatchState
from core.diagnosis import CheckState
from core.migration import Trouble
from core.ports import Services
from sandbox.small_school import fill
from sandbox.stack import query, running_stack, wait_until
from tests.integration.engine.harness import Engine

VIDEOS = 6
AHEAD_S = 20 * 60
"""More than the quarter of an hour that S3 allows."""

FLAGS = ["--no-limits", "--instant"]
SETTINGS = {"MUX_POST_PER_S": "0", "MUX_OTHER_PER_S": "0", "SWEEP_AFTER_S": "5"}
LAST_REASON = "select reason from mux_admin.item_changes where to_state = 'queued' order by id desc limit 1"
REASONS = "select distinct reason from mux_admin.items where state = 'queued' and reason is not null"


@pytest.mark.slow
def test_a_wrong_clock_is_named_on_the_batch_fails_nothing_and_once_right_the_batch_goes_on(
    tmp_path: Path,
) -> None:
    with running_stack(tmp_path, mux_flags=FLAGS, **SETTINGS) as stack:
        fill(stack, lessons=VIDEOS)
        services = ready(stack)
        stack.webhook()
        stack.s3.set_clock(ahead_s=AHEAD_S)
        stack.worker()
        batch = start(services)
        wait_until(lambda: bool(held(batch.id, services)), "the batch is not held")
        assert "clock" in held(batch.id, services)
        assert all("clock" in str(reason) for (reason,) in query(stack, REASONS))
        stack.s3.set_clock(ahead_s=0)
        status = wait_for_end(batch.id, services, timeout_s=120)
        assert status.batch.state is BatchState.DONE
        assert (status.progress.done, status.progress.failed) == (VIDEOS, 0)


@pytest.mark.slow
def test_events_whose_signatures_look_too_old_are_refused_in_words_and_the_batch_is_done_without_them(
    tmp_path: Path,
) -> None:
    behind = ["--clock-ahead-s", "-600"]  # twice what a signature may be old
    with running_stack(tmp_path, mux_flags=[*FLAGS, *behind], **SETTINGS) as stack:
        fill(stack, lessons=VIDEOS)
        services = ready(stack)
        webhook = stack.webhook()
        stack.worker()
        batch = start(services)
        status = wait_for_end(batch.id, services, timeout_s=120)
        assert (status.progress.done, status.progress.failed) == (VIDEOS, 0)
        assert query(stack, "select id from mux_admin.webhook_events") == []
        assert "The signature is too old. Check this machine's clock." in webhook.log.read_text()


def test_the_doctor_tells_by_how_much_the_clocks_differ(tmp_path: Path) -> None:
    with running_stack(tmp_path, mux_flags=FLAGS, **SETTINGS) as stack:
        fill(stack, lessons=1)
        services = ready(stack)
        stack.s3.set_clock(ahead_s=10 * 60)  # wrong, and S3 still answers
        [clock] = [check for check in s3_checking.check_s3(services, None) if check.name == "clock s3"]
        assert "differ by 600 s" in clock.sentence or "differ by 599 s" in clock.sentence, clock.sentence


def held(batch_id: int, services: Services) -> str:
    """Why the batch waits; empty where it does not."""
    return migrating.status(batch_id, services=services).batch.hold_reason or ""


@pytest.mark.slow
def test_addresses_that_ended_by_muxs_clock_fail_in_words_that_name_it_and_move_once_it_is_right(
    tmp_path: Path,
) -> None:
    ahead = ["--clock-ahead-s", str(AHEAD_S)]
    settings = {**SETTINGS, "PRESIGN_LIFETIME_S": "600"}
    with running_stack(tmp_path, mux_flags=[*FLAGS, *ahead], **settings) as stack:
        fill(stack, lessons=2)
        services = ready(stack)
        [clock] = [check for check in mux_checking.check_mux(services) if check.name == "clock"]
        assert (clock.state, "clock and Mux's differ by" in clock.sentence) == (CheckState.FAILED, True)
        stack.webhook()
        stack.worker()
        batch = start(services)
        status = wait_for_end(batch.id, services, timeout_s=200)
        assert status.troubles == {Trouble.DOWNLOAD_FAILED: 2}
        for (reason,) in query(stack, "select reason from mux_admin.items"):
            assert "clock and this machine's differ by 1" in str(reason), reason
            assert "Switch time synchronisation on" in str(reason)
        tries = "select count(*), count(distinct asset_id) from mux_admin.intents group by item_id"
        assert query(stack, tries) == [(3, 3), (3, 3)]
        wait_until(lambda: not services.mux.newest_assets(limit=100).assets, "errored assets stay")
        stack.mux.kill()
        stack.mux.start("--clock-ahead-s", "0")
        migrating.retry(batch.id, by=SYSTEM, services=services)
        assert wait_for_end(batch.id, services, timeout_s=120).progress.done == 2


def test_an_address_that_s3_refused_though_the_clocks_agree_says_what_else_it_may_be(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    school.start()
    school.run(most=2)
    for words, said in [("HTTP 403 (Request has expired)", True), ("HTTP 404", False)]:
        [asset_id] = [asset.id for asset in school.mux.assets.values() if asset.status == "preparing"]
        school.deliver("video.asset.errored", school.mux.make_errored(asset_id, "download_failed", words))
        school.run(within_s=60)
        [(reason,)] = school.ask(LAST_REASON)
        assert words in reason
        assert ("PRESIGN_LIFETIME_S" in reason) is said
