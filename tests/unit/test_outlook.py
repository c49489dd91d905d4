"""How long a batch takes yet, and when it counts as standing still."""

from datetime import UTC, datetime

import pytest

from core.batch import ItemState, Progress, empty_counts
from core.outlook import Holdup, eta_s, is_stalled, mux_silent_since

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def counts(**some: int) -> dict[ItemState, int]:
    return empty_counts() | {ItemState(name): number for name, number in some.items()}


def progress(posts_in_window: int = 0, **some: int) -> Progress:
    return Progress(counts=counts(**some), started_at=NOON, posts_in_window=posts_in_window)


def idle(seconds: float, **some: int) -> Progress:
    return Progress(counts=counts(**some), started_at=NOON, idle_s=seconds)


def test_a_batch_that_is_over_has_no_time_left() -> None:
    assert eta_s(progress(done=10), limit_per_s=1, tail_s=20) == 0


def test_before_anything_is_measured_the_limit_is_the_best_guess() -> None:
    assert eta_s(progress(queued=120), limit_per_s=2, tail_s=0) == 60  # 120 / 2


def test_the_measured_rate_counts_once_three_posts_were_seen() -> None:
    slow = progress(posts_in_window=30, queued=100)
    assert eta_s(slow, limit_per_s=1, tail_s=0) == 200  # 30 in 60 s = 0.5/s; 100 / 0.5
    assert eta_s(progress(posts_in_window=2, queued=100), limit_per_s=1, tail_s=0) == 100


def test_a_burst_does_not_promise_more_than_the_limit_allows() -> None:
    burst = progress(posts_in_window=120, queued=60)
    assert eta_s(burst, limit_per_s=1, tail_s=0) == 60  # 2/s measured, 1/s allowed


def test_the_last_item_still_has_its_way_to_ready_before_it() -> None:
    assert eta_s(progress(ingesting=4), limit_per_s=1, tail_s=25) == 25
    assert eta_s(progress(queued=10), limit_per_s=1, tail_s=25) == 35  # 10 / 1 + 25


def test_without_limit_and_measure_nothing_can_be_said() -> None:
    assert eta_s(progress(queued=10), limit_per_s=0, tail_s=0) is None


def test_once_posts_have_stopped_nothing_can_be_said() -> None:
    stopped = Progress(counts=counts(queued=100), started_at=NOON, first_post_at=NOON)
    assert eta_s(stopped, limit_per_s=1, tail_s=5) is None


def test_what_only_mux_works_on_does_not_wait_for_posts() -> None:
    stopped = Progress(counts=counts(ingesting=4), started_at=NOON, first_post_at=NOON)
    assert eta_s(stopped, limit_per_s=1, tail_s=5) == 5


def test_what_takes_much_longer_at_mux_than_the_others_did_has_no_end_that_can_be_told() -> None:
    assert eta_s(idle(49, ingesting=4), limit_per_s=1, tail_s=25) == 25
    assert eta_s(idle(51, ingesting=4), limit_per_s=1, tail_s=25) is None


@pytest.mark.parametrize(
    ("unanswered", "alive", "silent"),
    [(0, 9, False), (2, 9, False), (3, 9, True), (1, 1, True), (0, 0, False)],
)
def test_mux_is_silent_once_several_posts_in_a_row_or_all_that_is_left_got_no_answer(
    unanswered: int, alive: int, silent: bool
) -> None:
    asked = Progress(
        counts=counts(ingesting=alive), started_at=NOON, unanswered=unanswered, unanswered_since=NOON
    )
    assert mux_silent_since(asked) == (NOON if silent else None)
    assert eta_s(asked, limit_per_s=1, tail_s=15) == (None if silent else 15 if alive else 0)


def test_limits_switched_off_leave_the_measured_rate() -> None:
    measured = progress(posts_in_window=600, queued=100)
    assert eta_s(measured, limit_per_s=0, tail_s=0) == 10  # 600 in 60 s = 10/s; 100 / 10
    assert eta_s(measured, limit_per_s=float("inf"), tail_s=0) == 10
    assert eta_s(progress(queued=10), limit_per_s=float("inf"), tail_s=3) == 3


@pytest.mark.parametrize(
    ("idle_s", "limit_per_s", "tail_s", "stalled"),
    [
        (89, 1.0, 0, False),
        (91, 1.0, 0, True),
        (91, 0.01, 0, False),  # one POST in 100 s: three gaps may pass
        (301, 0.01, 0, True),
        (91, 1.0, 60, False),  # an item takes a minute: three of them may pass
        (181, 1.0, 60, True),
        (91, float("inf"), 0, True),
        (91, 0, 0, True),
    ],
)
def test_a_batch_stands_still_when_nothing_came_further_for_longer_than_can_be_explained(
    idle_s: float, limit_per_s: float, tail_s: float, stalled: bool
) -> None:
    waiting = idle(idle_s, queued=3)
    assert is_stalled(waiting, limit_per_s=limit_per_s, tail_s=tail_s) is stalled


def test_a_batch_without_anything_alive_does_not_stand_still() -> None:
    assert not is_stalled(idle(10_000, done=3), limit_per_s=1, tail_s=0)


def test_a_batch_that_stands_still_says_why() -> None:
    waiting, at_mux = idle(100, queued=3), idle(100, ingesting=3)
    assert "worker.py" in Holdup(worker_runs=False, reason="Mux refused.").sentence(waiting)
    assert Holdup(worker_runs=True, reason="Mux refused.").sentence(waiting) == "Mux refused."
    assert "wait for their turn" in Holdup(worker_runs=True, reason=None).sentence(waiting)
    assert "Mux has not said" in Holdup(worker_runs=True, reason=None).sentence(at_mux)
