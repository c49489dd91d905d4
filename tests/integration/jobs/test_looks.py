"""How often news of jobs make a worker look at the queue."""

import asyncio
from typing import Any

from core.jobs.patience import LOOK_S, seldom

NEWS: Any = {"type": "job_inserted", "job_id": 1}
ABORT: Any = {"type": "abort_job_requested", "job_id": 1}


async def told_of(*news: Any) -> list[tuple[str, float]]:
    """What is passed on of news that all come at once, and after how many seconds."""
    loop = asyncio.get_running_loop()
    told: list[tuple[str, float]] = []
    began = loop.time()

    async def tell(*, channel: str, notification: Any) -> None:
        told.append((notification["type"], loop.time() - began))

    hear = seldom(tell)
    for one in news:
        await hear(channel="main", notification=one)
        await asyncio.sleep(0.001)
    await asyncio.sleep(3 * LOOK_S)
    return told


def test_the_first_news_count_at_once_and_all_that_follow_soon_are_one_more_look() -> None:
    first, second = asyncio.run(told_of(NEWS, NEWS, NEWS, NEWS))
    assert first[1] < second[1]
    assert second[1] - first[1] >= LOOK_S * 0.9


def test_an_abort_waits_for_no_look() -> None:
    told = asyncio.run(told_of(NEWS, NEWS, ABORT))
    assert [kind for kind, _ in told] == ["job_inserted", "abort_job_requested", "job_inserted"]
