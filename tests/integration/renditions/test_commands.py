"""MP4s and the picture from a shell."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine as Database

from cli import main
from commands.session import Session
from tests.integration.engine.schools import schools
from tests.integration.renditions.scenarios import Way, begun


@pytest.fixture
def way(engine: Database, database_url: str) -> Way:
    return begun(schools(engine, database_url)(""))


def run(way: Way, *words: str) -> Result:
    return CliRunner().invoke(main, list(words), obj=Session(lambda: way.services))


def said(way: Way, *words: str) -> Any:
    done = run(way, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_an_mp4_is_made_listed_and_deleted_and_the_picture_chosen(way: Way) -> None:
    made = said(way, "mp4", "make", way.lesson_id, "--as", "720p")
    way.settle()
    (line,) = said(way, "mp4", "list", way.lesson_id)["files"]
    assert (line["key"], line["name"], line["state"]) == (made["key"], "720p.mp4", "ready")
    assert "720p.mp4" in run(way, "mp4", "list", way.lesson_id).output
    assert said(way, "mp4", "delete", way.lesson_id, line["key"])["state"] == "deleting"
    assert said(way, "picture", way.lesson_id, "--at", "2.5") == {"at_s": 2.5}
    way.settle()
    assert said(way, "mp4", "list", way.lesson_id)["files"] == []
    assert way.school.mux.thumbnails == {way.asset_id: 2.5}
    wrong = run(way, "picture", way.lesson_id, "--at", "99")
    assert wrong.exit_code != 0
    assert "after the end of the video" in wrong.output
