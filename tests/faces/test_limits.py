"""How often a caller may ask, and from which pages."""

from collections.abc import Iterator
from functools import partial

import pytest
from starlette.testclient import TestClient

from api import access, limits
from api.app import create
from api.limits import Limits, TooManyCalls
from core.errors import NotFound
from core.settings import Secret
from tests.faces.memory import Memory, services

AUTHORISED = {"Authorization": "Bearer key"}
PLAYBACK = "/api/videos/7/playback"
SCHOOL = "https://school.test"


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def taken(limits: Limits, caller: str, times: int) -> int:
    """How many of so many calls were let through."""
    through = 0
    for _ in range(times):
        try:
            limits.take(caller)
            through += 1
        except TooManyCalls:
            continue
    return through


def test_five_seconds_worth_of_calls_are_saved_up_and_then_the_rate_counts() -> None:
    clock = Clock()
    counted = Limits(2.0, clock=clock)
    assert taken(counted, "ana", 20) == 10
    clock.now_s += 3
    assert taken(counted, "ana", 20) == 6
    clock.now_s += 60
    assert taken(counted, "ana", 20) == 10


def test_one_caller_does_not_slow_another_down() -> None:
    counted = Limits(1.0, clock=Clock())
    assert (taken(counted, "ana", 9), taken(counted, "ben", 9)) == (5, 5)


def test_a_refusal_says_how_long_to_wait_and_does_not_count_itself() -> None:
    clock = Clock()
    counted = Limits(0.5, clock=clock)
    taken(counted, "ana", 9)
    with pytest.raises(TooManyCalls) as caught:
        counted.take("ana")
    assert caught.value.retry_after_s == pytest.approx(
        1.0
    )  # 2.5 were saved up, 2 taken; the half left takes 1 s
    clock.now_s += 1
    counted.take("ana")


def test_no_limit_is_no_limit() -> None:
    assert taken(Limits(0.0), "ana", 1000) == 1000


def test_callers_that_went_away_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CALLERS", 3)
    counted = Limits(1.0, clock=Clock())
    for caller in ("ana", "ben", "bo", "sam"):
        taken(counted, caller, 5)
    assert [taken(counted, caller, 1) for caller in ("sam", "bo", "ana")] == [0, 0, 1]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Time stands still, or a slow machine would save up calls between two of the test's."""
    monkeypatch.setattr(access, "Limits", partial(Limits, clock=Clock()))
    built = services(
        Memory(), api_key=Secret("key"), api_per_s=1.0, api_key_per_s=2.0, api_cors_origins=(SCHOOL,)
    )
    with TestClient(create(built)) as client:
        yield client


@pytest.mark.parametrize(("headers", "most"), [(AUTHORISED, 10), ({}, 5), ({"Authorization": "Bearer x"}, 5)])
def test_whoever_asks_too_often_is_told_to_wait(
    client: TestClient, headers: dict[str, str], most: int
) -> None:
    statuses = [client.get(PLAYBACK, headers=headers).status_code for _ in range(most)]
    assert 429 not in statuses
    refused = client.get(PLAYBACK, headers=headers)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["hint"] == "Wait as long as Retry-After says, then ask again."


def test_an_address_that_opens_a_playlist_is_counted_whoever_follows_it(client: TestClient) -> None:
    address = "/api/videos/7/hls/index.m3u8?token="
    statuses = [client.get(f"{address}{token}").status_code for token in "aaaaaba"]
    assert [status == 429 for status in statuses] == [False] * 5 + [False, True]


def test_health_is_never_limited(client: TestClient) -> None:
    assert {client.get("/api/health/live").status_code for _ in range(30)} == {200}


def test_a_page_of_the_list_may_ask_and_read_why_not(client: TestClient) -> None:
    asks = {"Origin": SCHOOL, "Access-Control-Request-Method": "POST"}
    before = client.options("/api/videos/mux/upload-url", headers=asks)
    assert before.headers["access-control-allow-origin"] == SCHOOL
    answer = client.get(PLAYBACK, headers={"Origin": SCHOOL})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, SCHOOL)
    assert "Retry-After" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", ["https://elsewhere.test", "http://school.test", "null"])
def test_a_page_of_another_origin_may_not(client: TestClient, origin: str) -> None:
    asks = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in client.options(PLAYBACK, headers=asks).headers
    assert "access-control-allow-origin" not in client.get(PLAYBACK, headers={"Origin": origin}).headers


def test_a_mistake_of_ours_is_readable_for_a_page_too() -> None:
    memory = Memory(down=ZeroDivisionError("hunter2"))  # type: ignore[arg-type]
    with TestClient(create(services(memory, api_cors_origins=(SCHOOL,)))) as client:
        answer = client.get(PLAYBACK, headers={"Origin": SCHOOL})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (500, SCHOOL)
    assert "hunter2" not in answer.text


def test_an_answer_that_opens_something_is_stored_nowhere(client: TestClient) -> None:
    answers = [client.get(PLAYBACK), client.get("/api/nothing"), client.get("/api/health/live")]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert str(NotFound("x")) not in answers[0].text
