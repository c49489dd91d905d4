"""People with tokens at the API, over the school's real tables: what each may of one lesson."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.app import create
from tests.faces.issuer import AUDIENCE, Issuer, an_issuer
from tests.integration.engine.harness import Engine

STATUS, UPLOAD = "/api/videos/mux-status", "/api/videos/mux/upload-url"
SCHOOL = """
INSERT INTO courses (id, title, teacher_id) VALUES (4, 'Algebra', 'ana');
INSERT INTO lessons (id, title, course_id, creator_id, status) VALUES (7, 'One', 4, 'ben', 'draft');
INSERT INTO purchases VALUES (7, 'bo');
INSERT INTO enrollments VALUES (4, 'sam');
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with an_issuer() as issuer:
        yield issuer


@pytest.fixture
def client(school: Engine, issuer: Issuer) -> Iterator[TestClient]:
    school.ask(f"SELECT 1; {SCHOOL}")
    settings = replace(school.services.settings, api_issuer=issuer.url, api_audience=AUDIENCE)
    with TestClient(create(replace(school.services, settings=settings))) as client:
        yield client


def bearer(issuer: Issuer, person: str, *roles: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {issuer.token(sub=person, groups=list(roles))}"}


@pytest.mark.parametrize(
    ("person", "draft", "published", "public"),
    [
        ("ben", 200, 200, 200),
        ("ana", 200, 200, 200),
        ("bo", 200, 200, 200),
        ("sam", 200, 200, 200),
        ("eve", 404, 403, 200),
    ],
)
def test_who_plays_a_lesson_while_it_is_a_draft_published_and_public(
    school: Engine, client: TestClient, issuer: Issuer, person: str, draft: int, published: int, public: int
) -> None:
    def asked() -> int:
        return client.get(STATUS, params={"lesson_id": 7}, headers=bearer(issuer, person)).status_code

    seen = [asked()]
    school.ask("UPDATE lessons SET status = 'published' RETURNING id")
    seen.append(asked())
    school.ask("INSERT INTO videos (lesson_id, is_public) VALUES (7, true) RETURNING id")
    assert [*seen, asked()] == [draft, published, public]


@pytest.mark.parametrize(
    ("person", "roles", "status"),
    [
        ("ben", ["teacher"], 200),
        ("ben", [], 403),
        ("ana", ["teacher"], 403),  # it is her course, but not her lesson
        ("eve", ["admin"], 200),
        ("eve", ["finance"], 403),
        ("eve", ["teacher"], 404),
    ],
)
def test_who_uploads_for_a_lesson(
    client: TestClient, issuer: Issuer, person: str, roles: list[str], status: int
) -> None:
    answer = client.post(UPLOAD, json={"lesson_id": 7}, headers=bearer(issuer, person, *roles))
    assert answer.status_code == status, answer.text


def test_an_upload_names_the_person_in_the_audit(school: Engine, client: TestClient, issuer: Issuer) -> None:
    client.post(UPLOAD, json={"lesson_id": 7}, headers=bearer(issuer, "ben", "teacher"))
    with school.services.uow("test.read") as tx:
        [row] = tx.audits.newest()
    assert (row.actor, row.subject) == ("ben", "lesson 7")


def test_a_refusal_says_what_the_school_does_not_tell(
    school: Engine, client: TestClient, issuer: Issuer
) -> None:
    school.ask("SELECT 1; UPDATE lessons SET status = 'published'; DROP TABLE purchases")
    answer = client.get(STATUS, params={"lesson_id": 7}, headers=bearer(issuer, "bo"))
    assert (answer.status_code, "does not tell purchases" in answer.json()["hint"]) == (403, True)
