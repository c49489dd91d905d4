"""Deliveries that come together: one transaction for many, and one that cannot be kept keeps out no other."""

import asyncio
from datetime import UTC, datetime

import pytest

from core.errors import Unavailable
from core.event import Event
from core.gathering import Intake
from tests.faces.memory import Memory, services


@pytest.fixture
def memory() -> Memory:
    return Memory()


def events(count: int) -> list[Event]:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return [
        Event(id=f"e{n}", type="video.asset.ready", created_at=at, object_id="a", data={})
        for n in range(count)
    ]


def come(memory: Memory, *came: Event) -> list[bool | BaseException]:
    """All at once; what each is told."""
    intake = Intake(services(memory))

    async def together() -> list[bool | BaseException]:
        return await asyncio.gather(*(intake.keep(event) for event in came), return_exceptions=True)

    return asyncio.run(together())


def test_a_burst_is_kept_in_one_transaction(memory: Memory) -> None:
    assert come(memory, *events(20)) == [True] * 20
    assert memory.together == [20]
    assert len(memory.jobs) == 20


def test_one_that_cannot_be_kept_keeps_out_no_other(memory: Memory) -> None:
    memory.poison = "e2"
    told = come(memory, *events(4))
    assert [told[n] for n in (0, 1, 3)] == [True] * 3
    assert isinstance(told[2], ValueError)
    assert list(memory.events) == ["e0", "e1", "e3"]


def test_while_the_database_is_down_each_is_told_so_at_once(memory: Memory) -> None:
    memory.down = Unavailable("The database does not answer.")
    assert all(isinstance(answer, Unavailable) for answer in come(memory, *events(4)))
    assert memory.events == {}


def test_who_hangs_up_takes_nobody_along(memory: Memory) -> None:
    intake = Intake(services(memory))
    gone, stays = events(2)

    async def hang_up() -> bool:
        leaving = asyncio.create_task(intake.keep(gone))
        staying = asyncio.create_task(intake.keep(stays))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(hang_up())
    assert set(memory.events) == {"e0", "e1"}
