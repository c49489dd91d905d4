"""Captions from a shell."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine as Database

from cli import main
from commands.session import Session
from tests.integration.captions.scenarios import GERMAN, Way, begun
from tests.integration.engine.schools import schools


@pytest.fixture
def way(engine: Database, database_url: str) -> Way:
    return begun(schools(engine, database_url)(""))


def run(way: Way, *words: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["captions", *words], obj=Session(lambda: way.services), input=stdin)


def said(way: Way, *words: str, stdin: bytes = b"") -> Any:
    done = run(way, *words, "--json", stdin=stdin)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_captions_are_put_listed_got_replaced_and_deleted(way: Way, tmp_path: Path) -> None:
    file = tmp_path / "sets.vtt"
    file.write_bytes(GERMAN)
    put = said(way, "put", way.lesson_id, str(file), "--language", "de", "--name", "Deutsch")
    way.settle()
    (line,) = said(way, "list", way.lesson_id)["captions"]
    assert (line["key"], line["state"], line["is_named"]) == (put["key"], "ready", True)
    assert run(way, "get", way.lesson_id, put["key"], "--as", "txt").output == "Hallo\n"
    new = GERMAN.replace(b"Hallo", b"Neu")
    said(way, "put", way.lesson_id, "-", "--language", "de", "--replace", put["key"], stdin=new)
    way.settle()
    (line,) = said(way, "list", way.lesson_id)["captions"]
    assert said(way, "get", way.lesson_id, line["key"])["text"] == new.decode().replace(
        "00:00.000 --> 00:01.000", "00:00:00.000 --> 00:00:01.000"
    )
    assert said(way, "delete", way.lesson_id, line["key"])["state"] == "deleting"
    way.settle()
    assert said(way, "list", way.lesson_id)["captions"] == []


def test_mux_writes_them(way: Way) -> None:
    said(way, "generate", way.lesson_id)
    way.settle()
    (line,) = said(way, "list", way.lesson_id)["captions"]
    assert (line["language"], line["origin"]) == ("en", "generated")


def test_a_wrong_line_is_named(way: Way, tmp_path: Path) -> None:
    file = tmp_path / "sets.srt"
    file.write_text("1\n00:00:05,000 --> 00:00:04,000\nhi\n")
    done = run(way, "put", way.lesson_id, str(file), "--language", "de")
    assert done.exit_code != 0
    assert "Line 2: 00:00:05.000 --> 00:00:04.000 ends before it starts." in done.output
