"""Playing without a thread: for callers who are known already, with the same answers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.access import KEPT_S
from api.app import create
from core import sealing
from core.access import Person, Role
from core.asset import Policy
from core.playable import Playable
from core.ports import Services
from core.tie import LessonTies
from tests.faces.memory import Memory, services

ADMIN = Person(subject="cli:ada", email="", roles=frozenset({Role.ADMIN}))
OPEN = LessonTies(lesson_id="7", creator_id="ana", is_published=True, is_public=True)
DRAFT = LessonTies(lesson_id="8", creator_id="ana")
PLAYABLES = {
    ties.lesson_id: Playable(ties=ties, playback_id="play-1", policy=Policy.PUBLIC) for ties in (OPEN, DRAFT)
}


class Asked:
    """Fills `PlayablesAtOnce`, and counts."""

    def __init__(self) -> None:
        self.lessons: list[str] = []
        self.is_closed = False

    async def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        self.lessons.append(lesson_id)
        return PLAYABLES.get(lesson_id)

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def built(asked: Asked) -> Services:
    memory = Memory(ties={"7": OPEN, "8": DRAFT}, playables=dict(PLAYABLES))
    return replace(services(memory), at_once=asked)


@pytest.fixture
def client(built: Services) -> Iterator[TestClient]:
    with TestClient(create(built)) as client:
        yield client


def answer(client: TestClient, lesson_id: str, token: str = "") -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.get(f"/api/videos/{lesson_id}/playback", headers=headers)
    return answer.status_code, answer.json()


def test_whoever_was_checked_a_moment_ago_takes_no_thread(
    built: Services, client: TestClient, asked: Asked
) -> None:
    token = sealing.token("ana", lifetime_s=600, by=ADMIN, services=built)
    first = answer(client, "8", token)
    assert (first[0], asked.lessons) == (200, [])
    assert answer(client, "8", token) == first
    assert asked.lessons == ["8"]
    built.clock.tick(KEPT_S)
    assert answer(client, "8", token) == first
    assert asked.lessons == ["8"]


def test_strangers_take_no_thread_and_are_told_no_more(client: TestClient, asked: Asked) -> None:
    assert answer(client, "7")[0] == 200
    hidden, missing = answer(client, "8"), answer(client, "9")
    assert (hidden[0], missing[0]) == (404, 404)
    assert str(hidden[1]).replace("8", "9") == str(missing[1])
    assert asked.lessons == ["7", "8", "9"]


def test_a_token_that_is_none_is_refused_each_time(client: TestClient, asked: Asked) -> None:
    assert [answer(client, "7", "none")[0] for _ in range(2)] == [401, 401]
    assert asked.lessons == []


def test_its_connections_are_given_back_at_the_end(built: Services, asked: Asked) -> None:
    with TestClient(create(built)):
        assert not asked.is_closed
    assert asked.is_closed


def test_a_token_is_believed_no_longer_than_it_lives(
    built: Services, client: TestClient, asked: Asked
) -> None:
    token = sealing.token("ana", lifetime_s=KEPT_S - 7, by=ADMIN, services=built)
    assert answer(client, "8", token)[0] == 200
    built.clock.tick(2.9)
    assert (answer(client, "8", token)[0], asked.lessons) == (200, ["8"])
    built.clock.tick(0.1)
    assert (answer(client, "8", token)[0], asked.lessons) == (401, ["8"])
