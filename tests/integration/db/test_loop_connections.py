"""Connections of one event loop: shared, replaced when they die, never left in the midst of a question."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from core.db import loop_connections
from core.db.loop_connections import LoopConnections
from core.errors import Unavailable

PID = b"SELECT pg_backend_pid() AS pid"
WAITING = b"SELECT pg_backend_pid() AS pid FROM pg_sleep(0.05)"
IS_WAITED_FOR = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def on_a_loop(url: str, most: int, play: Callable[[LoopConnections], Awaitable[None]]) -> None:
    async def run() -> None:
        connections = LoopConnections(url, most=most)
        try:
            await play(connections)
        finally:
            await connections.close()

    asyncio.run(run())


async def pid(connections: LoopConnections, question: bytes = PID) -> int:
    row = await connections.row(question, [])
    assert row is not None
    return int(row["pid"])


def test_whoever_asks_alone_keeps_to_one_connection(server_url: str) -> None:
    async def play(connections: LoopConnections) -> None:
        assert len({await pid(connections) for _ in range(5)}) == 1

    on_a_loop(server_url, 3, play)


def test_many_at_once_share_no_more_than_there_may_be(server_url: str) -> None:
    async def play(connections: LoopConnections) -> None:
        assert len(set(await asyncio.gather(*(pid(connections, WAITING) for _ in range(9))))) == 3

    on_a_loop(server_url, 3, play)


def test_whoever_waits_too_long_for_one_is_told(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_connections, "WAIT_S", 0.01)

    async def play(connections: LoopConnections) -> None:
        first = asyncio.create_task(pid(connections, WAITING))
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="busy"):
            await pid(connections)
        assert await first == await pid(connections)

    on_a_loop(server_url, 1, play)


def test_a_connection_that_died_while_it_rested_is_replaced_before_it_is_asked(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_connections, "IDLE_S", 0.0)

    async def play(connections: LoopConnections) -> None:
        first = await pid(connections)
        assert await pid(connections) == first
        with psycopg.connect(server_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert await pid(connections) != first

    on_a_loop(server_url, 1, play)


def test_a_question_that_was_broken_off_leaves_the_next_one_a_connection(server_url: str) -> None:
    async def play(connections: LoopConnections) -> None:
        with psycopg.connect(server_url, autocommit=True) as other:
            other.execute("SELECT pg_advisory_lock(7)")
            question = asyncio.create_task(connections.row(b"SELECT pg_advisory_lock(7)", []))
            while not other.execute(IS_WAITED_FOR).fetchone():
                await asyncio.sleep(0.01)
            question.cancel()
            with pytest.raises(asyncio.CancelledError):
                await question
            assert await pid(connections)

    on_a_loop(server_url, 1, play)


def test_a_statement_that_is_wrong_costs_no_connection(server_url: str) -> None:
    async def play(connections: LoopConnections) -> None:
        first = await pid(connections)
        with pytest.raises(psycopg.errors.UndefinedColumn):
            await connections.row(b"SELECT nothing_of_this_name", [])
        assert await pid(connections) == first

    on_a_loop(server_url, 1, play)


def test_a_database_that_is_not_there_holds_no_place() -> None:
    async def play(connections: LoopConnections) -> None:
        for _ in range(2):
            with pytest.raises(psycopg.OperationalError):
                await connections.row(PID, [])

    on_a_loop("postgresql://127.0.0.1:1/nowhere", 1, play)
