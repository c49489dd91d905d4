"""Tokens of Lectern's own: whom they let in, and whom not."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create
from core import sealing, streaming
from core.access import Person, Role
from core.errors import ConfigError, InvalidInput, NotAllowed
from core.ports import Services
from core.seal import Unsealed
from core.tie import LessonTies
from core.tokens.seals import JwtSeals
from tests.faces.memory import LOCAL_SECRET, Memory, services

ADMIN = Person(subject="cli:ada", email="", roles=frozenset({Role.ADMIN}))
SEALS, KEY = JwtSeals(), "k" * 64
STATUS = "/api/videos/7/status"
DRAFT = LessonTies(lesson_id="7", creator_id="usr_ana")


@pytest.fixture
def memory() -> Memory:
    return Memory(host={("lessons", "7"): {}}, ties={"7": DRAFT})


@pytest.fixture
def built(memory: Memory) -> Services:
    return services(memory)


@pytest.fixture
def client(built: Services) -> Iterator[TestClient]:
    with TestClient(create(built)) as client:
        yield client


def token(built: Services, sub: str, *roles: Role, lifetime_s: float = 600) -> str:
    return sealing.token(sub, roles=roles, lifetime_s=lifetime_s, by=ADMIN, services=built)


def status(client: TestClient, token: str) -> int:
    return client.get(STATUS, headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_names_its_person_and_no_other(built: Services, client: TestClient) -> None:
    assert status(client, token(built, "usr_ana")) == 200
    assert status(client, token(built, "usr_ben")) == 404
    assert status(client, token(built, "usr_ben", Role.ADMIN)) == 200


def test_a_token_ends(built: Services, client: TestClient) -> None:
    made = token(built, "usr_ana", lifetime_s=600)
    built.clock.tick(599)
    assert status(client, made) == 200
    built.clock.tick(1)
    assert status(client, made) == 401


def test_a_token_that_was_touched_opens_nothing(built: Services, client: TestClient) -> None:
    head, claims, signature = token(built, "usr_ben").split(".")
    forged = SEALS.seal(
        {**SEALS.read_claims(f"{head}.{claims}.{signature}"), "sub": "usr_ana"}, secret="another" + KEY
    )
    for text in (forged, f"{head}.{forged.split('.')[1]}.{signature}", f"{head}.{claims}.", claims, "é.é.é"):
        assert client.get(STATUS, headers={"Authorization": f"Bearer {text}".encode()}).status_code == 401


def test_a_token_without_a_key_to_check_it_by_opens_nothing() -> None:
    with pytest.raises(Unsealed):
        SEALS.unseal(SEALS.seal({"aud": "a", "exp": 9e9}, secret=KEY), secret="", audience="a", now_s=0)


def test_a_token_for_a_playlist_is_none_for_the_api(built: Services, client: TestClient) -> None:
    claims = {"aud": streaming.AUDIENCE, "sub": "usr_ana", "exp": 9e9}
    assert status(client, SEALS.seal(claims, secret=LOCAL_SECRET)) == 401


def test_where_an_issuer_makes_the_tokens_ours_count_for_nobody(memory: Memory, built: Services) -> None:
    made = token(built, "usr_ana")
    issued = services(memory, api_issuer="https://127.0.0.1:1", api_audience="lectern")
    with TestClient(create(issued)) as client:
        assert status(client, made) == 401
    with pytest.raises(ConfigError, match="API_ISSUER"):
        sealing.token("usr_ana", lifetime_s=600, by=ADMIN, services=issued)


def test_who_made_a_token_for_whom_is_kept(memory: Memory, built: Services) -> None:
    token(built, "usr_ana", Role.TEACHER)
    assert memory.audits == [("cli:ada", "make token", "person usr_ana")]


def test_only_an_admin_makes_tokens_and_only_for_somebody_and_a_while(built: Services) -> None:
    teacher = Person(subject="t", email="", roles=frozenset({Role.TEACHER}))
    with pytest.raises(NotAllowed):
        sealing.token("usr_ana", lifetime_s=60, by=teacher, services=built)
    for sub, lifetime_s in ((" ", 60), ("usr_ana", 0), ("usr_ana", 8 * 86_400), ("usr_ana", float("nan"))):
        with pytest.raises(InvalidInput):
            token(built, sub, lifetime_s=lifetime_s)
