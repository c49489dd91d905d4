"""The API's description: valid, whole, and true of what is answered."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.testclient import TestClient

from api.app import create
from api.routes import ENDPOINTS
from core.asset import AssetStatus, Policy
from core.playable import Playable
from core.settings import Secret
from core.tie import LessonTies
from tests.faces.memory import Memory, services

AUTHORISED = {"Authorization": "Bearer key"}
LESSON = LessonTies(lesson_id="7", creator_id="ben", is_published=True, is_public=True)
SIGNED = Playable(
    ties=LESSON,
    title="Sets",
    playback_id="play-1",
    policy=Policy.SIGNED,
    asset_status=AssetStatus.READY,
    duration_s=60.0,
    tracks=({"type": "text", "status": "ready", "language_code": "en", "name": "English"},),
)
PUBLIC = Playable(ties=LESSON, playback_id="play-2", policy=Policy.PUBLIC)


@pytest.fixture
def client() -> Iterator[TestClient]:
    memory = Memory(host={("lessons", "7"): {}}, ties={"7": LESSON}, playables={"7": SIGNED, "8": PUBLIC})
    with TestClient(create(services(memory, api_key=Secret("key")))) as client:
        yield client


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/api/openapi.json").json())


def test_it_is_a_valid_description(document: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_it_describes_every_route_and_no_other(document: dict[str, Any]) -> None:
    served = {
        (route.path, method.lower())
        for route in create(services()).routes
        for method in route.methods or ()  # type: ignore[attr-defined]
        if method != "HEAD"
    }
    told = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert told == served


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
def test_every_endpoint_says_what_it_gives(endpoint: Any) -> None:
    assert endpoint.gives is not None
    assert endpoint.answer.__doc__


def test_whoever_has_it_already_is_not_sent_it_again(client: TestClient) -> None:
    first = client.get("/api/openapi.json")
    again = client.get("/api/openapi.json", headers={"If-None-Match": f"W/{first.headers['etag']}"})
    assert (again.status_code, again.content) == (304, b"")
    assert "stale-while-revalidate" in again.headers["cache-control"]


@pytest.mark.parametrize(
    ("method", "path", "url", "headers", "status"),
    [
        ("get", "/api/health/live", "/api/health/live", {}, "200"),
        ("get", "/api/database/health", "/api/database/health", AUTHORISED, "200"),
        ("get", "/api/database/health", "/api/database/health", {}, "default"),
        ("get", "/api/videos/{lesson_id}/playback", "/api/videos/7/playback", AUTHORISED, "200"),
        ("get", "/api/videos/{lesson_id}/playback", "/api/videos/8/playback", {}, "200"),
        ("get", "/api/videos/{lesson_id}/playback", "/api/videos/9/playback", {}, "default"),
        ("get", "/api/videos/{lesson_id}/status", "/api/videos/7/status", AUTHORISED, "200"),
        ("get", "/api/videos/mux-status", "/api/videos/mux-status?lesson_id=7", AUTHORISED, "200"),
        ("get", "/api/schema", "/api/schema", AUTHORISED, "200"),
        ("post", "/api/videos/{lesson_id}/progress", "/api/videos/7/progress", AUTHORISED, "default"),
        ("post", "/api/videos/{lesson_id}/progress", "/api/videos/7/progress", {}, "default"),
    ],
)
def test_what_is_answered_is_what_is_described(
    client: TestClient,
    document: dict[str, Any],
    method: str,
    path: str,
    url: str,
    headers: dict[str, str],
    status: str,
) -> None:
    answer = client.request(method, url, headers=headers)
    assert (answer.status_code == 200) is (status == "200"), answer.text
    content = document["paths"][path][method]["responses"][status]["content"]
    [(media_type, said)] = content.items()
    assert answer.headers["content-type"] == media_type
    schema = {**said["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(answer.json())
    assert status == "200" or answer.json()["hint"]


def test_what_is_public_is_for_caches_and_what_is_personal_is_not(client: TestClient) -> None:
    public = client.get("/api/videos/8/playback")
    assert public.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    assert set(public.headers["vary"].split(", ")) == {"Authorization", "Origin"}
    known = {"If-None-Match": public.headers["etag"]}
    assert client.get("/api/videos/8/playback", headers=known).status_code == 304
    assert (public.json()["viewer"], public.json()["resume_at_s"]) == ("", 0)
    for url, headers in (("/api/videos/8/playback", AUTHORISED), ("/api/videos/7/playback", {})):
        personal = client.get(url, headers=headers)
        assert personal.headers["cache-control"] == "no-store"
        assert "etag" not in personal.headers


def test_an_address_that_ends_is_told_apart_from_one_that_stays(client: TestClient) -> None:
    signed, public = (client.get(f"/api/videos/{n}/playback").json() for n in (7, 8))
    assert (signed["video_url"], bool(signed["signed_url"]), bool(signed["expires_at"])) == (None, True, True)
    assert public["video_url"] == "https://stream.mux.com/play-2.m3u8"
    assert (public["signed_url"], public["tokens"], public["expires_at"]) == (None, None, None)
