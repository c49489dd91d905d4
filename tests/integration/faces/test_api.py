"""The API over a real database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.app import create
from core.settings import Secret
from tests.integration.engine.harness import Engine, signed

AUTHORISED = {"Authorization": "Bearer key"}


@pytest.fixture
def client(school: Engine) -> Iterator[TestClient]:
    settings = replace(school.services.settings, api_key=Secret("key"))
    with TestClient(create(replace(school.services, settings=settings))) as client:
        yield client


def test_an_upload_is_opened_for_a_lesson_that_is_there(school: Engine, client: TestClient) -> None:
    lesson_id = school.lesson("a.mp4")
    answer = client.post("/api/videos/mux/upload-url", json={"lesson_id": lesson_id}, headers=AUTHORISED)
    assert answer.status_code == 200, answer.text
    rows = school.ask("SELECT mux_upload_id FROM lessons WHERE id = %s", lesson_id)
    assert rows == [(answer.json()["upload_id"],)]
    with school.services.uow("test.read") as tx:
        [audit] = tx.audits.newest()
    assert (audit.actor, audit.action, audit.subject) == ("api-key", "open upload", f"lesson {lesson_id}")
    assert "url" not in str(audit.after)


@pytest.mark.parametrize("lesson_id", [999_999, "no such lesson"])
def test_a_lesson_that_is_not_there_is_not_found(client: TestClient, lesson_id: object) -> None:
    asked = client.post("/api/videos/mux/upload-url", json={"lesson_id": lesson_id}, headers=AUTHORISED)
    status = client.get(f"/api/videos/mux-status?lesson_id={lesson_id}", headers=AUTHORISED)
    assert (asked.status_code, status.status_code) == (404, 404)


def test_the_status_of_a_lesson_follows_its_video(school: Engine, client: TestClient) -> None:
    lesson_id = school.lesson("a.mp4")
    path = f"/api/videos/mux-status?lesson_id={lesson_id}"
    assert client.get(path, headers=AUTHORISED).json()["asset_id"] is None
    school.migrate()
    answer = client.get(path, headers=AUTHORISED).json()
    assert (answer["provider"], answer["status"], answer["asset_status"]) == ("mux", "ready", "ready")
    assert answer["playback_id"] in {asset.playback_id for asset in school.mux.assets.values()}


def test_health_is_told_from_the_database(school: Engine, client: TestClient) -> None:
    school.lessons(1)
    school.migrate()
    answer = client.get("/api/database/health", headers=AUTHORISED).json()
    assert answer["status"] == "ok"
    assert answer["last_event_at"] is not None
    assert client.get("/api/health/ready").status_code == 200


def test_the_api_takes_events_too(school: Engine, client: TestClient) -> None:
    asset = school.mux.make({"passthrough": "somebody else's"})
    body, header = signed("video.asset.created", asset, school.clock.now)
    for is_new in (True, False):
        answer = client.post("/api/videos/mux/webhook", content=body, headers={"Mux-Signature": header})
        assert answer.json() == {"received": True, "new": is_new}
