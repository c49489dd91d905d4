"""Starting: what moves is what was reviewed, once; and a batch that stands still says since when and why."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core import migrating
from core.access import SYSTEM
from core.batch import ItemState
from core.errors import AppError, InvalidInput, Refused, StaleState, Unavailable
from core.records import Batch
from core.selection import Choice
from core.settings import Secret
from tests.integration.engine.harness import PUBLIC, Engine

TEST = replace(PUBLIC, test=True)
AGES_AGO = """
WITH moved AS (UPDATE mux_admin.items SET since = since - interval '10 min'),
    told AS (UPDATE mux_admin.item_changes SET at = at - interval '10 min')
UPDATE mux_admin.batches SET started_at = started_at - interval '10 min' RETURNING id
"""
A_WORKER = "INSERT INTO mux_admin.procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id"


def start(school: Engine, **said: object) -> Batch:
    usual = {"name": "Test", "by": SYSTEM, "services": school.services}
    return migrating.start(Choice(), PUBLIC, **usual | said)  # type: ignore[arg-type]


def batches(school: Engine) -> int:
    return int(school.ask("SELECT count(*) FROM mux_admin.batches")[0][0])


@pytest.fixture
def scanned(school: Engine) -> Engine:
    school.lessons(3)
    school.scan()
    return school


def test_what_came_to_match_after_the_review_is_not_moved_unseen(scanned: Engine) -> None:
    scanned.lesson("new.mp4")
    scanned.scan()
    with pytest.raises(StaleState, match="It is 4 now, not the 3 that you reviewed"):
        start(scanned, reviewed=3)
    assert batches(scanned) == 0
    assert start(scanned, reviewed=4).movable == 4


def test_a_choice_of_which_nothing_can_move_is_refused_with_the_reasons(scanned: Engine) -> None:
    start(scanned)
    with pytest.raises(InvalidInput, match="3 in another batch"):
        start(scanned)
    scanned.play_out()
    with pytest.raises(InvalidInput, match="3 on Mux already"):
        start(scanned)


def test_a_refused_start_uses_up_no_number(scanned: Engine) -> None:
    first = start(scanned)
    with pytest.raises(InvalidInput):
        start(scanned)
    scanned.lesson("new.mp4")
    scanned.scan()
    assert start(scanned).id == first.id + 1


def test_of_two_tabs_that_start_the_same_one_does(scanned: Engine) -> None:
    def attempt(_: int) -> Batch | AppError:
        try:
            return start(scanned)
        except AppError as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(attempt, range(4)))
    assert sum(isinstance(end, Batch) for end in ends) == batches(scanned) == 1


def test_a_double_click_lands_on_one_batch_also_in_a_test(scanned: Engine) -> None:
    def attempt(_: int) -> int:
        said = {"name": "Test", "by": SYSTEM, "services": scanned.services, "once": "this review"}
        return migrating.start(Choice(), TEST, **said).id  # type: ignore[arg-type]

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(attempt, range(4)))) == 1
    assert batches(scanned) == 1
    assert [job for job, *_ in scanned.waiting()] == ["feed"]


def test_the_audit_keeps_how_a_batch_was_started(scanned: Engine) -> None:
    start(scanned)
    with scanned.services.uow("test.read") as tx:
        row = tx.audits.newest(limit=1)[0]
    assert row.after is not None
    assert (row.after["items"], row.after["moves"]) == (3, 3)
    assert row.after["options"]["policy"] == "public"


def test_without_credentials_for_mux_nothing_is_started(scanned: Engine) -> None:
    bare = replace(scanned.services.settings, mux_token_secret=Secret(""))
    with pytest.raises(InvalidInput, match="no access token"):
        start(scanned, services=replace(scanned.services, settings=bare))


def test_a_plan_takes_the_present_pace_and_not_the_setting(scanned: Engine) -> None:
    scanned.pace.rate = 0.5  # after a 429
    assert migrating.plan(Choice(), PUBLIC, services=scanned.services).time_s == 6  # 3 / 0.5


def test_a_test_is_ten_seconds_each_and_free_at_mux(scanned: Engine) -> None:
    scanned.ask("UPDATE mux_admin.sources SET duration_s = 600, size_bytes = 1000000000 RETURNING id")
    plan = migrating.plan(Choice(), TEST, services=scanned.services)
    assert plan.duration_s == 30  # 3 × 10 s
    assert (plan.estimate.once_usd, plan.estimate.monthly_usd) == (Decimal("0.27"), 0)  # 3 GB × $0.09
    assert migrating.plan(Choice(), PUBLIC, services=scanned.services).duration_s == 1800


def test_a_batch_that_no_worker_touches_promises_nothing_and_says_why(scanned: Engine) -> None:
    batch = start(scanned)
    scanned.pace.rate = 1.0
    fresh = migrating.status(batch.id, services=scanned.services)
    assert (fresh.eta_s, fresh.stalled_since, fresh.stall_reason) == (3.0, None, "")
    scanned.ask(AGES_AGO)
    still = migrating.status(batch.id, services=scanned.services)
    assert still.eta_s is None
    assert still.stall_reason == "No worker is running: start worker.py."
    assert still.stalled_since is not None
    assert batch.started_at is not None
    assert still.stalled_since < batch.started_at


def test_a_batch_whose_token_is_wrong_stands_still_and_gives_muxs_reason(scanned: Engine) -> None:
    scanned.ask(A_WORKER)
    batch = start(scanned)
    scanned.mux.errors += [Refused("Mux refused the token.", hint="Set it.", account_wide=True)] * 9
    scanned.run(most=7, within_s=1)
    scanned.ask(AGES_AGO)
    still = migrating.status(batch.id, services=scanned.services)
    assert (still.eta_s, still.stall_reason) == (None, "Mux refused the token. Set it.")


def test_while_mux_answers_nothing_no_end_is_promised_and_it_is_said_since_when(scanned: Engine) -> None:
    scanned.ask(A_WORKER)
    batch = start(scanned)
    scanned.mux.errors += [Unavailable("Mux answers with an error (503).")] * 9
    scanned.run(most=7, within_s=1)  # a feed, three POSTs, and searches that fail as well
    silent = migrating.status(batch.id, services=scanned.services)
    assert silent.progress.counts[ItemState.INGESTING] == 3
    assert (silent.eta_s, silent.mux_silent_since) == (None, silent.progress.unanswered_since)
    assert silent.mux_silent_since
    scanned.ask(AGES_AGO)
    assert migrating.status(batch.id, services=scanned.services).stalled_since  # a POST alone is no progress
    scanned.mux.errors.clear()
    scanned.play_out()
    over = migrating.status(batch.id, services=scanned.services)
    assert (over.mux_silent_since, over.progress.done) == (None, 3)


def test_one_post_without_an_answer_among_others_does_not_mean_that_mux_is_away(scanned: Engine) -> None:
    scanned.ask(A_WORKER)
    batch = start(scanned)
    scanned.mux.errors.append(Unavailable("Mux answers with an error (503)."))
    scanned.run(most=4, within_s=0.1)
    status = migrating.status(batch.id, services=scanned.services)
    assert status.progress.counts[ItemState.INGESTING] == 3
    assert status.mux_silent_since is None


def test_what_came_further_a_moment_ago_does_not_stand_still(scanned: Engine) -> None:
    batch = start(scanned)
    scanned.ask(AGES_AGO)
    scanned.run(within_s=1)
    now = migrating.status(batch.id, services=scanned.services)
    assert now.progress.counts[ItemState.INGESTING] == 3
    assert now.stalled_since is None
    assert now.progress.idle_s < timedelta(minutes=1).total_seconds()
