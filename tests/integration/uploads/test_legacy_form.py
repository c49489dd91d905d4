"""The way of old: a form with the file, posted to the API, goes on as it comes."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import urllib3
import uvicorn

from api.app import create
from core.settings import Secret
from core.upload import UploadState
from sandbox.stack import free_port, listens, wait_until
from tests.integration.uploads.stage import BUCKET, Stage

KEY = "key-of-the-school"
BOUNDARY = "----lectern"
MIB = 1024 * 1024


@pytest.fixture
def api(stage: Stage) -> Iterator[str]:
    """The API over the stage, on a free port."""
    settings = replace(stage.services.settings, api_key=Secret(KEY), mux_playback_policy="public")
    port = free_port()
    config = uvicorn.Config(create(replace(stage.services, settings=settings)), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: listens(port), "the API")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def form(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A form as a browser makes it: a text field, then the file."""
    yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'.encode()
    disposition = f'Content-Disposition: form-data; name="video"; filename="{name}"\r\n'
    yield f"--{BOUNDARY}\r\n{disposition}Content-Type: video/mp4\r\n\r\n".encode()
    yield from pieces
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def post(api: str, lesson_id: str, body: Iterator[bytes]) -> urllib3.BaseHTTPResponse:
    headers = {
        "Authorization": f"Bearer {KEY}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    url = f"{api}/api/courses/lessons/{lesson_id}/upload-video"
    return urllib3.request("POST", url, body=body, headers=headers, retries=False, timeout=60)


def test_a_form_with_a_film_ends_in_the_lesson_and_says_that_it_is_of_old(
    stage: Stage, film: Path, api: str
) -> None:
    lesson_id = stage.lesson()
    answer = post(api, lesson_id, form("old way.mp4", iter([film.read_bytes()])))
    assert answer.status == 202, answer.data
    assert answer.headers["Deprecation"].startswith("@")
    told = answer.json()
    assert (told["via"], told["size_bytes"], told["filename"]) == ("mux", film.stat().st_size, "old way.mp4")
    stage.run_until(lambda: stage.row("lessons", lesson_id)["video_provider"] == "mux")


def test_while_mux_is_away_it_goes_to_s3(stage: Stage, film: Path, api: str) -> None:
    stage.mux_is_away()
    lesson_id = stage.lesson()
    answer = post(api, lesson_id, form("lesson.mp4", iter([film.read_bytes()])))
    assert answer.status == 202, answer.data
    told = answer.json()
    assert (told["via"], told["state"], told["fallback_used"]) == ("s3", "stored", True)
    key = f"uploads/{lesson_id}/{told['id']}/lesson.mp4"
    stored = stage.s3.client().get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert stored == film.read_bytes()


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("lesson.mp4", b"", "is empty"),
        ("lesson.mp4", b"#!/bin/sh\nrm -rf /", "may do harm"),
        ("lesson.pdf", b"\0\0\0\x18ftypisom", "not what its name says"),
    ],
)
def test_what_is_not_taken_is_said_and_nothing_is_begun(
    stage: Stage, api: str, name: str, body: bytes, words: str
) -> None:
    answer = post(api, stage.lesson(), form(name, iter([body])))
    assert answer.status == 400
    assert words in answer.json()["title"]
    assert stage.ask("SELECT count(*) FROM mux_admin.uploads") == [(0,)]


def test_no_form_and_no_file_are_told_what_to_send(stage: Stage, api: str) -> None:
    url = f"{api}/api/courses/lessons/{stage.lesson()}/upload-video"
    headers = {"Authorization": f"Bearer {KEY}"}
    no_form = urllib3.request("POST", url, body=b"bytes", headers=headers)
    fields = {"note": "hello"}
    no_file = urllib3.request("POST", url, fields=fields, headers=headers)
    for answer in (no_form, no_file):
        assert answer.status == 400
        assert "multipart/form-data" in answer.json()["hint"]


def test_a_form_that_breaks_off_frees_the_lesson(stage: Stage, film: Path, api: str) -> None:
    lesson_id = stage.lesson()

    def broken() -> Iterator[bytes]:
        yield from list(form("lesson.mp4", iter([film.read_bytes()])))[:-1]

    answer = post(api, lesson_id, broken())
    assert answer.status == 400
    assert stage.ask("SELECT state, trouble FROM mux_admin.uploads") == [("errored", "abandoned")]
    assert stage.open(lesson_id, film).upload.state is UploadState.WAITING


def test_a_caller_who_goes_away_frees_the_lesson_and_is_no_mistake_of_ours(
    stage: Stage, film: Path, api: str, caplog: pytest.LogCaptureFixture
) -> None:
    lesson_id = stage.lesson()
    body = b"".join(form("lesson.mp4", iter([film.read_bytes()])))
    head = (
        f"POST /api/courses/lessons/{lesson_id}/upload-video HTTP/1.1\r\nHost: api\r\n"
        f"Authorization: Bearer {KEY}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", int(api.rpartition(":")[2]))) as caller:
        caller.sendall(head.encode() + body[: len(body) // 2])
        wait_until(lambda: stage.ask("SELECT state FROM mux_admin.uploads") == [("waiting",)], "it began")
    ended = [("errored", "abandoned")]
    wait_until(lambda: stage.ask("SELECT state, trouble FROM mux_admin.uploads") == ended, "it ended")
    assert stage.open(lesson_id, film).upload.state is UploadState.WAITING
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


def test_memory_does_not_grow_with_the_file(stage: Stage, film: Path, api: str) -> None:
    """256 MiB through the API and on to Mux, which is a double in this very process."""
    me = psutil.Process()
    most = [0]
    block = bytes(MIB)

    def pieces() -> Iterator[bytes]:
        yield film.read_bytes()
        for _ in range(256):
            yield block
            most[0] = max(most[0], me.memory_info().rss)

    post(api, stage.lesson(), form("warm.mp4", iter([film.read_bytes()])))
    before = me.memory_info().rss
    answer = post(api, stage.lesson(), form("large.mp4", pieces()))
    assert answer.status == 202, answer.data
    assert answer.json()["size_bytes"] == 256 * MIB + film.stat().st_size
    assert most[0] - before < 96 * MIB
