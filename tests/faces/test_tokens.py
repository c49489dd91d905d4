"""Callers with a token of the school's identity provider: whom it names, and what makes it worth nothing."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from starlette.testclient import TestClient

from api.app import create
from api.routes import ENDPOINTS
from api.tokens import KEYS_LAST_S, LOOK_AGAIN_S, Invalid, IssuerKeys, Tokens, reader_of
from core.access import RIGHTS, Role, is_by_lesson
from core.errors import ConfigError, Unavailable
from core.settings import Secret, Settings
from core.tie import LessonTies
from tests.faces.issuer import AUDIENCE, Issuer, an_issuer, new_key
from tests.faces.memory import SETTINGS, Memory, services

UPLOAD, STATUS = "/api/videos/mux/upload-url", "/api/videos/mux-status"


@pytest.fixture(scope="module")
def running() -> Iterator[Issuer]:
    with an_issuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(running: Issuer) -> Issuer:
    running.away, running.named = False, ""
    running.rotate("key-1")
    running.server.asked.clear()
    running.open.set()
    return running


def settings(issuer: Issuer, **more: Any) -> dict[str, Any]:
    return {"api_issuer": issuer.url, "api_audience": AUDIENCE, **more}


def tokens(issuer: Issuer) -> Tokens:
    return Tokens(Settings(database_url=Secret("postgresql://db.test/school"), **settings(issuer)))


def refused(issuer: Issuer, token: str) -> str:
    with pytest.raises(Invalid) as refusal:
        tokens(issuer).person(token)
    return str(refusal.value)


@pytest.fixture
def memory() -> Memory:
    ties = LessonTies(lesson_id="7", creator_id="usr_ana", teacher_id="usr_ben")
    return Memory(host={("lessons", "7"): {}, ("lessons", "8"): {}}, ties={"7": ties})


@pytest.fixture
def client(issuer: Issuer, memory: Memory) -> Iterator[TestClient]:
    built = services(
        memory,
        **settings(issuer),
        api_key=Secret("machine"),
        mux_signing_key="k",
        mux_private_key=Secret("p"),
    )
    with TestClient(create(built), raise_server_exceptions=False) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_names_a_person_of_the_school_and_their_roles(issuer: Issuer) -> None:
    person = tokens(issuer).person(issuer.token(groups=["teacher", "choir"]))
    assert (person.subject, person.host_user_id) == ("usr_ana", "usr_ana")
    assert person.roles == {Role.TEACHER}


def test_roles_come_from_the_claim_that_the_settings_name(issuer: Issuer) -> None:
    reader = Tokens(
        Settings(database_url=Secret("x"), **settings(issuer, oidc_roles_claim="https://school.test/roles"))
    )
    token = issuer.token(groups=["admin"], **{"https://school.test/roles": "finance"})
    assert reader.person(token).roles == {Role.FINANCE}


def test_a_token_without_roles_names_a_person_without_roles(issuer: Issuer) -> None:
    assert tokens(issuer).person(issuer.token()).roles == frozenset()


@pytest.mark.parametrize(("verified", "email"), [(True, "ana@x.test"), ("true", ""), (None, "")])
def test_only_a_verified_address_is_shown(issuer: Issuer, verified: object, email: str) -> None:
    token = issuer.token(email="ana@x.test", email_verified=verified)
    assert tokens(issuer).person(token).email == email


def test_elliptic_keys_are_taken_too(issuer: Issuer) -> None:
    issuer.rotate("key-ec", algorithm="ES256")
    assert tokens(issuer).person(issuer.token(algorithm="ES256")).subject == "usr_ana"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": int(time.time()) - 60}, "ExpiredSignatureError"),
        ({"exp": None}, "MissingRequiredClaimError"),
        ({"nbf": int(time.time()) + 86_400}, "ImmatureSignatureError"),
        ({"aud": "another-api"}, "InvalidAudienceError"),
        ({"aud": None}, "MissingRequiredClaimError"),
        ({"iss": "https://evil.test"}, "InvalidIssuerError"),
        ({"iss": None}, "MissingRequiredClaimError"),
        ({"sub": None}, "MissingRequiredClaimError"),
        ({"sub": " "}, "sub"),
    ],
)
def test_a_token_that_is_not_for_us_or_not_for_now_is_refused(
    issuer: Issuer, claims: dict[str, Any], why: str
) -> None:
    assert refused(issuer, issuer.token(**claims)) == why


def test_a_clock_that_is_a_little_off_does_not_matter(issuer: Issuer) -> None:
    token = issuer.token(exp=int(time.time()) - 10, nbf=int(time.time()) + 10)
    assert tokens(issuer).person(token).subject == "usr_ana"


def test_an_unsigned_token_is_refused_without_asking_the_issuer(issuer: Issuer) -> None:
    unsigned = jwt.encode({"sub": "usr_ana"}, None, algorithm="none", headers={"kid": "key-1"})
    assert refused(issuer, unsigned) == "algorithm"
    assert issuer.server.asked == []


def test_the_public_key_is_no_password(issuer: Issuer) -> None:
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        forged = issuer.token(key="short", algorithm="HS256", groups=["admin"])
    assert refused(issuer, forged) == "algorithm"


def test_a_token_that_another_key_signed_is_refused(issuer: Issuer) -> None:
    assert refused(issuer, issuer.token(key=new_key("RS256"))) == "InvalidSignatureError"


def test_a_key_of_the_other_kind_does_not_open(issuer: Issuer) -> None:
    assert refused(issuer, issuer.token(key=new_key("ES256"), algorithm="ES256")) == "InvalidAlgorithmError"


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "ey.ey.ey", "é.é.é"])
def test_what_is_no_token_is_refused(issuer: Issuer, token: str) -> None:
    assert refused(issuer, token) == "DecodeError"


def test_keys_are_read_once_for_many_tokens(issuer: Issuer) -> None:
    reader = tokens(issuer)
    for _ in range(3):
        reader.person(issuer.token())
    assert issuer.looks() == 1


def keys_at(issuer: Issuer, now_s: list[float]) -> IssuerKeys:
    return IssuerKeys(issuer.url, clock=lambda: now_s[0])


def test_a_rotated_key_is_found_and_the_old_one_counts_no_more(issuer: Issuer) -> None:
    now_s = [0.0]
    keys = keys_at(issuer, now_s)
    assert keys.named("key-1").key_id == "key-1"
    issuer.rotate("key-2")
    now_s[0] = LOOK_AGAIN_S + 1
    assert keys.named("key-2").key_id == "key-2"
    with pytest.raises(Invalid):
        keys.named("key-1")


def test_unknown_keys_do_not_make_us_ask_at_will(issuer: Issuer) -> None:
    now_s = [0.0]
    keys = keys_at(issuer, now_s)
    for _ in range(20):
        with pytest.raises(Invalid):
            keys.named("made up")
    assert issuer.looks() == 1


def test_a_known_key_does_not_wait_while_the_issuer_is_asked_for_another(issuer: Issuer) -> None:
    now_s = [0.0]
    keys = keys_at(issuer, now_s)
    keys.named("key-1")
    now_s[0] = LOOK_AGAIN_S + 1
    issuer.open.clear()
    issuer.asked.clear()
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(keys.named, "made up")
        assert issuer.asked.wait(10)
        try:
            assert threads.submit(keys.named, "key-1").result(5).key_id == "key-1"
            assert not slow.done()
        finally:
            issuer.open.set()
        with pytest.raises(Invalid):
            slow.result(10)


def test_keys_are_read_anew_each_hour_and_outlast_an_issuer_that_is_away(issuer: Issuer) -> None:
    now_s = [0.0]
    keys = keys_at(issuer, now_s)
    keys.named("key-1")
    now_s[0], issuer.away = KEYS_LAST_S + 1, True
    assert keys.named("key-1").key_id == "key-1"
    now_s[0], issuer.away = now_s[0] + LOOK_AGAIN_S + 1, False
    issuer.rotate("key-2")
    with pytest.raises(Invalid):
        keys.named("key-1")


def test_while_no_key_is_known_and_nobody_answers_the_caller_may_try_again(issuer: Issuer) -> None:
    now_s, issuer.away = [0.0], True
    keys = keys_at(issuer, now_s)
    for _ in range(3):
        with pytest.raises(Unavailable, match="does not publish its keys"):
            keys.named("key-1")
    assert len(issuer.server.asked) == 1
    now_s[0], issuer.away = LOOK_AGAIN_S + 1, False
    assert keys.named("key-1").key_id == "key-1"


def test_another_issuers_discovery_document_is_not_believed(issuer: Issuer) -> None:
    issuer.named = "https://evil.test"
    with pytest.raises(Unavailable, match="API_ISSUER"):
        tokens(issuer).person(issuer.token())


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_issuer": "https://id.school.test"},
        {"api_issuer": "http://id.school.test", "api_audience": "a"},
        {"api_issuer": "id.school.test", "api_audience": "a"},
    ],
)
def test_an_issuer_that_could_not_be_trusted_does_not_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="API_ISSUER"):
        reader_of(Settings(database_url=Secret("x"), **wrong))
    assert reader_of(SETTINGS) is None


def test_the_machines_key_goes_on_working_beside_tokens(client: TestClient) -> None:
    assert client.get(f"{STATUS}?lesson_id=8", headers=bearer("machine")).status_code == 200


def test_a_bad_token_is_answered_with_401_and_no_reason(client: TestClient, issuer: Issuer) -> None:
    answer = client.get(f"{STATUS}?lesson_id=7", headers=bearer(issuer.token(aud="another-api")))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["title"] == "The request carries no valid key or token."


def test_an_end_that_is_written_as_text_is_one_too(client: TestClient, issuer: Issuer) -> None:
    token = issuer.token(exp=str(int(time.time()) + 300))
    assert client.get(f"{STATUS}?lesson_id=7", headers=bearer(token)).status_code == 200


def test_an_issuer_that_is_away_is_answered_with_503(client: TestClient, issuer: Issuer) -> None:
    issuer.away = True
    answer = client.get(f"{STATUS}?lesson_id=7", headers=bearer(issuer.token()))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_a_teacher_uploads_for_their_own_lesson_and_another_does_not_learn_that_it_is_there(
    client: TestClient, issuer: Issuer
) -> None:
    mine = client.post(UPLOAD, json={"lesson_id": 7}, headers=bearer(issuer.token(groups=["teacher"])))
    theirs = client.post(
        UPLOAD, json={"lesson_id": 7}, headers=bearer(issuer.token(groups=["teacher"], sub="usr_eve"))
    )
    nobodys = client.post(
        UPLOAD, json={"lesson_id": 99}, headers=bearer(issuer.token(groups=["teacher"], sub="usr_eve"))
    )
    assert (mine.status_code, theirs.status_code, nobodys.status_code) == (200, 404, 404)
    assert theirs.json()["title"].replace("7", "99") == nobodys.json()["title"]


def test_a_token_without_roles_opens_no_upload_not_even_for_the_lessons_creator(
    client: TestClient, issuer: Issuer
) -> None:
    assert client.post(UPLOAD, json={"lesson_id": 7}, headers=bearer(issuer.token())).status_code == 403


def test_the_courses_teacher_learns_what_became_of_the_video(client: TestClient, issuer: Issuer) -> None:
    for subject, status in (("usr_ana", 200), ("usr_ben", 200), ("usr_eve", 404)):
        answer = client.get(f"{STATUS}?lesson_id=7", headers=bearer(issuer.token(sub=subject)))
        assert answer.status_code == status


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.action], ids=lambda e: f"{e.method} {e.path}")
def test_every_endpoint_refuses_a_stranger_with_a_valid_token(
    client: TestClient, issuer: Issuer, memory: Memory, endpoint
) -> None:
    """One whose right goes by the lesson has to ask for the lesson; the others for a role."""
    groups = [role for role in (Role.TEACHER, Role.FINANCE) if role not in RIGHTS[endpoint.action].anyone]
    headers = bearer(issuer.token(sub="usr_eve", groups=groups))
    path = endpoint.path.replace("{lesson_id}", "7")
    said = {
        "session": "00000000-0000-0000-0000-000000000001",
        "position_s": 1,
        "watched_s": 1,
        "language": "en",
    }
    film = {"file": ("film.mp4", b"\0\0\0\x18ftypmp42")}
    sent = {"files": film} if endpoint.takes_file else {"json": said} if endpoint.takes else {}
    answer = client.request(endpoint.method, f"{path}?lesson_id=7", headers=headers, **sent)
    assert answer.status_code == (404 if is_by_lesson(endpoint.action) else 403), answer.text
    assert memory.audits == []
