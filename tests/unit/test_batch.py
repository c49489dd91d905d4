"""The engine's rules: moves, progress, ETA, retries, the failure budget."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.batch import (
    ALIVE,
    BATCH_MOVES,
    DOWNLOAD,
    ITEM_MOVES,
    NETWORK,
    PLAYBACK,
    SUCCEEDED,
    BatchState,
    FailureBudget,
    ItemState,
    Progress,
    Retry,
    empty_counts,
    move_batch,
    move_item,
)
from core.errors import IllegalMove

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENDS = frozenset({ItemState.TESTED, ItemState.SKIPPED, ItemState.ROLLED_BACK})


def progress(**counts: int) -> Progress:
    filled = empty_counts() | {ItemState(name): number for name, number in counts.items()}
    return Progress(counts=filled, started_at=NOON)


def reachable(moves: dict, first) -> set:
    seen, todo = {first}, [first]
    while todo:
        fresh = moves[todo.pop()] - seen
        seen |= fresh
        todo += fresh
    return seen


def test_every_item_state_is_reachable_from_the_queue() -> None:
    assert reachable(ITEM_MOVES, ItemState.QUEUED) == set(ItemState)


def test_every_batch_state_is_reachable_from_planned() -> None:
    assert reachable(BATCH_MOVES, BatchState.PLANNED) == set(BatchState)


def test_the_tables_name_every_state() -> None:
    assert set(ITEM_MOVES) == set(ItemState)
    assert set(BATCH_MOVES) == set(BatchState)


def test_nothing_moves_out_of_an_end() -> None:
    assert {state for state, moves in ITEM_MOVES.items() if not moves} == ENDS


@pytest.mark.parametrize("state", sorted(ALIVE))
def test_every_living_state_can_fail_or_come_to_an_end(state: ItemState) -> None:
    assert ItemState.FAILED in ITEM_MOVES[state]


@pytest.mark.parametrize("state", ItemState)
def test_no_state_moves_to_itself(state: ItemState) -> None:
    assert state not in ITEM_MOVES[state]


@pytest.mark.parametrize("state", sorted(set(ItemState) - {ItemState.VERIFYING, ItemState.AWAITING_SCHEMA}))
def test_only_verified_items_become_done(state: ItemState) -> None:
    with pytest.raises(IllegalMove, match=f"An item that is {state} cannot become done"):
        move_item(state, ItemState.DONE)


@pytest.mark.parametrize("now", ItemState)
@pytest.mark.parametrize("then", ItemState)
def test_an_item_moves_as_the_table_says_and_no_other_way(now: ItemState, then: ItemState) -> None:
    if then in ITEM_MOVES[now]:
        assert move_item(now, then) is then
    else:
        with pytest.raises(IllegalMove):
            move_item(now, then)


@pytest.mark.parametrize("now", BatchState)
@pytest.mark.parametrize("then", BatchState)
def test_a_batch_moves_as_the_table_says_and_no_other_way(now: BatchState, then: BatchState) -> None:
    if then in BATCH_MOVES[now]:
        assert move_batch(now, then) is then
    else:
        with pytest.raises(IllegalMove, match="cannot become"):
            move_batch(now, then)


def test_waiting_for_the_schema_is_success_and_keeps_no_batch_open() -> None:
    waiting = progress(awaiting_schema=3)
    assert waiting.alive == 0
    assert waiting.done == 3
    assert not ALIVE & SUCCEEDED


def test_progress_counts_every_state_once() -> None:
    mixed = progress(queued=4, submitting=2, ingesting=3, verifying=1, done=5, tested=1, failed=2, skipped=7)
    assert mixed.total == 25  # 4 + 2 + 3 + 1 + 5 + 1 + 2 + 7
    assert mixed.alive == 10  # 4 + 2 + 3 + 1
    assert mixed.done == 6  # 5 + 1
    assert mixed.failed == 2
    assert mixed.to_post == 6  # 4 + 2


@pytest.mark.parametrize(
    ("failed", "total", "spent"),
    [(4, 10, False), (5, 10, True), (5, 100, True), (9, 200, False), (10, 200, True), (499, 10_000, False)],
)
def test_a_batch_may_fail_in_five_percent_but_at_least_five(failed: int, total: int, spent: bool) -> None:
    assert FailureBudget().spent(failed=failed, total=total) is spent


def test_delays_double_up_to_the_most_and_then_it_is_given_up() -> None:
    retry = Retry(attempts=5, first_s=1, most_s=4)
    assert [retry.delay_s(attempt, jitter=1) for attempt in range(1, 6)] == [1, 2, 4, 4, None]


@given(st.sampled_from([NETWORK, DOWNLOAD, PLAYBACK]), st.integers(1, 20), st.floats(0, 1))
def test_jitter_never_more_than_halves_a_delay(retry: Retry, attempt: int, jitter: float) -> None:
    longest = retry.delay_s(attempt, jitter=1)
    delay = retry.delay_s(attempt, jitter=jitter)
    assert (delay is None) == (longest is None)
    if delay is not None and longest is not None:
        assert longest / 2 <= delay <= longest <= retry.most_s


def test_what_was_cancelled_is_not_set_going_again() -> None:
    assert BATCH_MOVES[BatchState.CANCELLED] == frozenset()


def test_a_copy_that_does_not_play_yet_is_waited_for_through_an_outage_of_minutes() -> None:
    waits = [PLAYBACK.delay_s(attempt, jitter=0) for attempt in range(1, PLAYBACK.attempts)]
    assert sum(filter(None, waits)) > 6 * 60
