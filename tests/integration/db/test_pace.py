"""Mux's limits hold across threads and processes, and a person who waits goes first."""

import math
import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, text

from core.db.engine import create_engine
from core.db.pace import SqlPace
from core.errors import Unavailable
from core.ports import Call, Lane

FAST = {Call.POST: 20.0, Call.OTHER: 50.0, Call.DATA: 5.0}
NO_LIMITS = dict.fromkeys(Call, 0.0)


@pytest.fixture
def pace(engine: Engine) -> SqlPace:
    return SqlPace(engine, FAST)


def taken_at(pace: SqlPace, lane: Lane, times: int) -> list[float]:
    """Monotonic seconds at which each of so many slots came."""
    moments = []
    for _ in range(times):
        assert pace.wait(Call.POST, lane)
        moments.append(time.monotonic())
    return moments


def take_in_another_process(url: str, times: int, moments: multiprocessing.Queue) -> None:
    moments.put(taken_at(SqlPace(create_engine(url), FAST), Lane.BATCH, times))


def rate_of(moments: list[float]) -> float:
    """Calls per second between the first and the last."""
    return (len(moments) - 1) / (max(moments) - min(moments))


def test_threads_share_the_limit_and_use_it_up(pace: SqlPace):
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: taken_at(pace, Lane.BATCH, 5), range(8)))
    assert 17 < rate_of([moment for moments in taken for moment in moments]) <= 20


def test_two_processes_share_the_limit(database_url: str):
    spawn = multiprocessing.get_context("spawn")
    queue = spawn.Queue()
    processes = [
        spawn.Process(target=take_in_another_process, args=(database_url, 30, queue)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    moments = sorted(queue.get(timeout=30) + queue.get(timeout=30))
    for process in processes:
        process.join()
    together = [moment for moment in moments if moments[5] <= moment <= moments[-6]]
    assert rate_of(together) <= 20.5
    # over ten slots, so that a process that woke a little late does not count as one that shared a slot
    assert min(late - early for early, late in zip(moments, moments[10:], strict=False)) > 0.4


def test_a_person_goes_first_while_many_batch_callers_wait(pace: SqlPace):
    stop = Event()
    batch = [Thread(target=lambda: pace.wait(Call.DATA, Lane.BATCH, unless=stop.is_set)) for _ in range(20)]
    for thread in batch:
        thread.start()
    began = time.monotonic()
    pace.wait(Call.DATA, Lane.INTERACTIVE)
    waited_s = time.monotonic() - began
    stop.set()
    for thread in batch:
        thread.join()
    assert waited_s < 0.35  # at 5 per second at most the slot under way and its own


def test_a_batch_caller_never_reserves_ahead(pace: SqlPace):
    assert pace.take(Call.DATA, Lane.BATCH) == 0
    first = pace.take(Call.DATA, Lane.BATCH)
    second = pace.take(Call.DATA, Lane.BATCH)
    assert 0 < second <= first < 0.21


def test_people_get_one_slot_after_the_other(pace: SqlPace):
    waits = [pace.take(Call.DATA, Lane.INTERACTIVE) for _ in range(3)]
    assert waits[0] < 0.01
    assert waits[1] == pytest.approx(0.2, abs=0.05)
    assert waits[2] == pytest.approx(0.4, abs=0.05)


def test_buckets_do_not_wait_for_each_other(pace: SqlPace):
    assert pace.take(Call.POST, Lane.BATCH) == 0
    assert pace.take(Call.OTHER, Lane.BATCH) == 0


def test_whoever_gives_up_gets_no_slot(pace: SqlPace):
    pace.take(Call.DATA, Lane.INTERACTIVE)
    assert not pace.wait(Call.DATA, Lane.BATCH, unless=lambda: True)


def test_a_429_makes_everybody_wait_as_long_as_mux_asks(pace: SqlPace):
    pace.slow(Call.POST, wait_s=5)
    assert pace.take(Call.POST, Lane.BATCH) == pytest.approx(5, abs=0.2)


def test_several_429s_of_one_moment_slow_down_once(pace: SqlPace):
    for _ in range(5):
        pace.slow(Call.POST)
    assert pace.rate_per_s(Call.POST) == pytest.approx(20 / 1.5, rel=0.05)


def test_a_slowdown_has_an_end_and_heals(pace: SqlPace, engine: Engine):
    earlier = text("UPDATE pace SET slowed_at = slowed_at - make_interval(secs => :seconds)")
    for _ in range(20):
        pace.slow(Call.POST)
        with engine.begin() as connection:
            connection.execute(earlier, {"seconds": 2})
    assert pace.rate_per_s(Call.POST) > 20 / 8
    with engine.begin() as connection:
        connection.execute(earlier, {"seconds": 3600})
    assert pace.rate_per_s(Call.POST) == pytest.approx(20, rel=0.01)
    with engine.begin() as connection:
        connection.execute(earlier, {"seconds": 10_000_000})
    assert pace.rate_per_s(Call.POST) == pytest.approx(20)


def test_without_a_limit_the_database_is_not_asked():
    pace = SqlPace(create_engine("postgresql://nobody@/nothing?host=/nowhere"), NO_LIMITS)
    assert pace.wait(Call.POST, Lane.BATCH)
    assert pace.take(Call.POST, Lane.INTERACTIVE) == 0
    assert pace.rate_per_s(Call.POST) == math.inf
    pace.slow(Call.POST)


def test_a_database_that_is_away_is_said_to_be_unavailable():
    pace = SqlPace(create_engine("postgresql://nobody@/nothing?host=/nowhere"), FAST)
    with pytest.raises(Unavailable):
        pace.take(Call.POST, Lane.BATCH)


def test_refusals_of_all_processes_count_for_a_minute(pace: SqlPace, engine: Engine):
    pace.slow(Call.POST)
    SqlPace(engine, FAST).slow(Call.POST)
    pace.refused(Call.POST)
    pace.refused(Call.OTHER)
    assert (pace.refusals(Call.POST), pace.refusals(Call.OTHER), pace.refusals(Call.DATA)) == (3, 1, 0)
    with engine.begin() as connection:
        connection.execute(text("UPDATE refusals SET at = at - interval '61 seconds' WHERE bucket = 'post'"))
    assert pace.refusals(Call.POST) == 0


def test_refusals_are_forgotten_after_an_hour(pace: SqlPace, engine: Engine):
    pace.refused(Call.POST)
    with engine.begin() as connection:
        connection.execute(text("UPDATE refusals SET at = at - interval '61 minutes'"))
    pace.refused(Call.POST)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM refusals")) == 1
