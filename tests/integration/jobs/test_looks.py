"""How often news of jobs make a worker look at the queue."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

from core.jobs.news import LOOK_S, News
from core.queues import MAIN, POST

LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
Told = list[tuple[str, str, float]]


def come(
    connection: psycopg.Connection[Any], queue: str, type_: str = "job_inserted", job_id: int = 1
) -> None:
    """As the queue's triggers tell of a job."""
    payload = json.dumps({"type": type_, "job_id": job_id})
    connection.execute("SELECT pg_notify(%s, %s)", [f"procrastinate_queue_v1#{queue}", payload])


def heard(url: str, play: Callable[[psycopg.Connection[Any], Told], Awaitable[None]]) -> Told:
    """What both queues of a worker are told, which hears all the while: queue, type and when."""
    told: Told = []

    async def run() -> None:
        news = News(url, MAIN, POST)

        def into(queue: str) -> Callable[..., Awaitable[None]]:
            async def tell(*, channel: str, notification: Any) -> None:
                told.append((queue, notification["type"], asyncio.get_running_loop().time()))

            return tell

        hearing = [asyncio.create_task(news.tell(into(queue), [queue])) for queue in (MAIN, POST)]
        with psycopg.connect(url, autocommit=True) as connection:
            while not told:  # until it listens
                come(connection, MAIN)
                await asyncio.sleep(LOOK_S)
            await asyncio.sleep(3 * LOOK_S)
            told.clear()
            await play(connection, told)
        for one in hearing:
            one.cancel()
        await asyncio.gather(*hearing, return_exceptions=True)

    asyncio.run(run())
    return told


async def until(told: Told, count: int) -> None:
    async with asyncio.timeout(10):
        while len(told) < count:
            await asyncio.sleep(0.01)


def test_the_first_news_count_at_once_and_all_that_follow_soon_are_one_more_look(server_url: str) -> None:
    async def play(connection: psycopg.Connection[Any], told: Told) -> None:
        come(connection, MAIN)
        await until(told, 1)
        for _ in range(5):
            come(connection, MAIN)
        await asyncio.sleep(3 * LOOK_S)

    first, second = heard(server_url, play)
    assert second[2] - first[2] >= LOOK_S * 0.9


def test_each_queue_is_told_of_its_own_jobs_over_one_connection(server_url: str) -> None:
    async def play(connection: psycopg.Connection[Any], told: Told) -> None:
        assert connection.execute(LISTENERS).fetchone() == (1,)
        with connection.transaction():
            come(connection, POST)
            come(connection, POST)
            come(connection, "another school's")
        await asyncio.sleep(3 * LOOK_S)

    assert [one[:2] for one in heard(server_url, play)] == [(POST, "job_inserted")]


def test_every_job_that_is_to_be_given_up_is_told(server_url: str) -> None:
    async def play(connection: psycopg.Connection[Any], told: Told) -> None:
        with connection.transaction():
            for job_id in (1, 2):
                come(connection, MAIN, "abort_job_requested", job_id)
        await until(told, 2)

    assert [kind for _, kind, _ in heard(server_url, play)] == ["abort_job_requested"] * 2


def test_it_hears_on_where_the_server_ends_its_connection(server_url: str) -> None:
    async def play(connection: psycopg.Connection[Any], told: Told) -> None:
        connection.execute(LISTENERS.replace("count(*)", "pg_terminate_backend(pid, 5000)"))
        async with asyncio.timeout(10):
            while not told:
                come(connection, POST)
                await asyncio.sleep(LOOK_S)

    assert heard(server_url, play)[0][0] == POST
