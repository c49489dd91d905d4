"""The API over a real database."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

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


DIAGNOSTICS = "/api/debug/video-diagnostics"


def diagnosis(client: TestClient, **query: object) -> dict[str, Any]:
    answer = client.get(DIAGNOSTICS, params=query, headers=AUTHORISED)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def said(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(check["name"], check["state"]) for check in found["checks"]]


def test_a_diagnosis_of_a_lesson_on_s3_says_what_plays_and_that_it_is_there(
    school: Engine, client: TestClient
) -> None:
    lesson_id = school.lesson("a.mp4", b"12345678", title="One")
    found = diagnosis(client, lesson_id=lesson_id)
    assert (found["player"], found["why"]) == ("s3", "No Mux playback id yet; the S3 address plays.")
    assert said(found) == [("player", "ok"), ("mux", "skipped"), ("s3", "ok")]
    [row] = found["stored"]
    assert (row["table"], row["title"]) == ("lessons", "One")
    assert row["addresses"] == {"video_url": "s3://school-videos/a.mp4"}
    assert [one["size_bytes"] for one in found["objects"]] == [8]


def test_a_diagnosis_of_a_moved_lesson_compares_rows_and_mux(school: Engine, client: TestClient) -> None:
    lesson_id = school.lesson("a.mp4")
    school.migrate()
    found = diagnosis(client, lesson_id=lesson_id)
    assert found["player"] == "mux"
    checks = ("player", "mux", "playback id", "policy", "s3")
    assert said(found) == [(name, "ok") for name in checks]
    assert (
        found["mux_asset"]["id"]
        == found["known_asset"]["id"]
        == found["stored"][0]["columns"]["mux_asset_id"]
    )


def test_a_diagnosis_names_what_is_gone_and_what_to_do(school: Engine, client: TestClient) -> None:
    lesson_id = school.lesson("a.mp4")
    school.migrate()
    school.store.remove("school-videos", "a.mp4")
    school.mux.assets.clear()
    found = diagnosis(client, lesson_id=lesson_id)
    assert said(found) == [("player", "ok"), ("mux", "failed"), ("s3", "failed")]
    assert all(check["hint"] for check in found["checks"] if check["state"] == "failed")
    assert found["mux_asset"] is None


def test_a_diagnosis_goes_from_a_video_to_its_lesson_and_shows_no_signature(
    school: Engine, client: TestClient
) -> None:
    lesson_id = school.lesson("a.mp4")
    sql = """INSERT INTO videos (lesson_id, s3_bucket, s3_key) VALUES (%s, 'school-videos', 'gone.mp4')
        RETURNING id::text"""
    [(video_id,)] = school.ask(sql, lesson_id)
    school.ask("UPDATE lessons SET video_url = 'https://cdn.school.test/a.mp4?sig=secret' RETURNING id")
    answer = client.get(DIAGNOSTICS, params={"video_id": video_id}, headers=AUTHORISED)
    assert "secret" not in answer.text
    found = answer.json()
    assert [(row["table"], row["row_id"]) for row in found["stored"]] == [
        ("videos", video_id),
        ("lessons", str(lesson_id)),
    ]
    assert said(found) == [("player", "ok"), ("mux", "skipped"), ("s3", "warn"), ("s3", "failed")]


@pytest.mark.parametrize("query", [{}, {"lesson_id": "1", "video_id": "2"}])
def test_a_diagnosis_is_of_one_thing(client: TestClient, query: dict[str, str]) -> None:
    answer = client.get(DIAGNOSTICS, params=query, headers=AUTHORISED)
    assert (answer.status_code, answer.json()["title"]) == (400, "Send either lesson_id or video_id.")


@pytest.mark.parametrize("query", [{"lesson_id": "99"}, {"video_id": "no uuid"}, {"video_id": "a\x00"}])
def test_there_is_no_diagnosis_of_what_is_not_there(client: TestClient, query: dict[str, str]) -> None:
    assert client.get(DIAGNOSTICS, params=query, headers=AUTHORISED).status_code == 404


def test_a_school_without_lessons_has_its_videos_diagnosed(school: Engine, client: TestClient) -> None:
    [(video_id,)] = school.ask("INSERT INTO videos (title) VALUES ('Empty') RETURNING id::text")
    school.ask("SELECT 1; DROP TABLE lessons")
    found = diagnosis(client, video_id=video_id)
    assert (found["player"], said(found)) == ("none", [("player", "failed"), ("mux", "skipped")])


def test_an_upload_url_is_given_at_its_old_address_too(school: Engine, client: TestClient) -> None:
    lesson_id = school.lesson("a.mp4")
    answer = client.post("/api/videos/upload", json={"lesson_id": lesson_id}, headers=AUTHORISED)
    assert set(answer.json()) == {"upload_url", "upload_id"}


@pytest.mark.parametrize("path", ["/api/videos/upload", "/api/videos/mux/upload-url"])
def test_a_form_with_a_file_is_told_where_files_go(client: TestClient, path: str) -> None:
    answer = client.post(path, files={"file": ("a.mp4", b"bytes")}, headers=AUTHORISED)
    assert answer.status_code == 415
    assert "`upload_url`" in answer.json()["hint"]
