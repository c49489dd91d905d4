"""Captions by the API: the list, and files for whoever may play the lesson."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine as Database
from starlette.testclient import TestClient

from api.app import create
from core import playing
from core.access import SYSTEM
from core.player import Track
from core.settings import Secret
from tests.integration.captions.scenarios import Way, begun, brought
from tests.integration.engine.schools import schools

KEY = {"Authorization": "Bearer key"}


@pytest.fixture
def way(engine: Database, database_url: str) -> Way:
    return begun(schools(engine, database_url)(""))


@pytest.fixture
def client(way: Way) -> Iterator[TestClient]:
    settings = replace(way.services.settings, api_key=Secret("key"))
    with TestClient(create(replace(way.services, settings=settings))) as client:
        yield client


def make_public(way: Way) -> None:
    way.school.ask("UPDATE lessons SET status = 'published' RETURNING id")
    way.school.ask("UPDATE videos SET is_public = true RETURNING id")


def test_the_address_in_the_schools_row_gives_the_file(way: Way, client: TestClient) -> None:
    brought(way)
    row = way.row()
    vtt = client.get(row["captions_webvtt_url"], headers=KEY)
    srt = client.get(row["captions_srt_url"], headers=KEY)
    assert (vtt.status_code, srt.status_code) == (200, 200)
    assert vtt.text == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHallo\n"
    assert srt.text == "1\n00:00:00,000 --> 00:00:01,000\nHallo\n"
    assert vtt.headers["content-type"] == "text/vtt; charset=utf-8"
    assert vtt.headers["cache-control"] == "no-store"


def test_the_list_names_each_with_its_state_and_its_files(way: Way, client: TestClient) -> None:
    brought(way)
    (found,) = client.get(f"/api/videos/{way.lesson_id}/captions", headers=KEY).json()["captions"]
    assert (found["name"], found["language"], found["state"]) == ("Deutsch", "de", "ready")
    assert client.get(found["txt"], headers=KEY).text == "Hallo\n"


def test_a_stranger_reads_what_is_published_and_public_and_nothing_else(way: Way, client: TestClient) -> None:
    brought(way)
    way.school.ask("UPDATE lessons SET status = 'draft' RETURNING id")
    address = way.row()["captions_webvtt_url"]
    assert client.get(address).status_code == 404
    assert client.get(f"/api/videos/{way.lesson_id}/captions").status_code == 404
    make_public(way)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "public" in answer.headers["cache-control"]


def test_captions_of_another_lesson_are_not_there(way: Way, client: TestClient) -> None:
    brought(way)
    other = way.school.ask("INSERT INTO lessons (title) VALUES ('Other') RETURNING id")[0][0]
    name = way.row()["captions_webvtt_url"].rpartition("/")[2]
    assert client.get(f"/api/videos/{other}/captions/{name}", headers=KEY).status_code == 404
    assert client.get(f"/api/videos/{way.lesson_id}/captions/x.vtt", headers=KEY).status_code == 404


def test_mux_is_asked_to_write_captions(way: Way, client: TestClient) -> None:
    path = f"/api/videos/{way.lesson_id}/captions"
    answer = client.post(path, json={"language": "auto"}, headers=KEY)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    way.settle()
    (found,) = client.get(path, headers=KEY).json()["captions"]
    assert (found["id"], found["language"], found["confidence"]) == (answer.json()["id"], "en", 0.98)
    assert client.post(path, json={"language": "tlh"}, headers=KEY).status_code == 400


def test_a_lesson_that_plays_from_s3_again_still_shows_them(way: Way) -> None:
    brought(way)
    way.school.store.put("school-videos", "sets.mp4")
    sql = "UPDATE lessons SET mux_asset_id = NULL, mux_playback_id = NULL, video_url = %s RETURNING id"
    way.school.ask(sql, "s3://school-videos/sets.mp4")
    (track,) = playing.playback(way.lesson_id, by=SYSTEM, services=way.services).tracks
    assert isinstance(track, Track)
    assert str(track.src).startswith("https://s3.test/school-videos/captions/")
