"""Console, ports, lock and keys."""

import io
import json
import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from sandbox.supervisor.console import Console
from sandbox.supervisor.keys import load_keys, load_signing_key, new_keys, write_environment
from sandbox.supervisor.lock import only_run
from sandbox.supervisor.ports import refuse_taken
from sandbox.supervisor.reset import forget
from sandbox.supervisor.service import Address, StartFailed
from tests.sandbox.supervisor.stand_ins import free_port


def test_every_line_begins_with_who_says_it():
    out = io.StringIO()
    Console(out).say("hello", name="worker")
    assert out.getvalue() == "worker    | hello\n"


def test_each_name_keeps_a_colour_of_its_own():
    out = io.StringIO()
    console = Console(out, colour=True)
    for name in ("worker", "webhook", "worker"):
        console.say("hello", name=name)
    first, second, third = (line.partition("m")[0] for line in out.getvalue().splitlines())
    assert first == third != second


def test_a_step_is_said_when_it_is_done_and_not_when_it_failed():
    out = io.StringIO()
    console = Console(out)
    with console.step("one"):
        assert out.getvalue() == ""
    with pytest.raises(ZeroDivisionError), console.step("two"):
        1 / 0  # noqa: B018
    assert "one" in out.getvalue()
    assert " s\n" in out.getvalue()
    assert "two" not in out.getvalue()


def test_a_closed_terminal_ends_the_run_as_if_it_had_been_asked_to():
    asked: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    master, slave = os.openpty()
    try:
        os.close(master)
        console = Console(os.fdopen(slave, "w"))
        console.say("hello")
        console.say("nobody hears this")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert asked == [signal.SIGTERM]


def test_every_taken_port_is_named_with_what_to_do():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        taken = Address(host="127.0.0.1", port=listening.getsockname()[1], variable="API_ADDRESS")
        free = Address(host="127.0.0.1", port=free_port(), variable="SANDBOX_S3_PORT")
        with pytest.raises(StartFailed) as failure:
            refuse_taken([taken, free])
    assert f"Port {taken.port} is taken by " in str(failure.value)
    assert f"make run API_ADDRESS=127.0.0.1:{taken.port + 100}" in str(failure.value)
    assert str(free.port) not in str(failure.value)


def test_one_run_per_folder(tmp_path):
    with (
        only_run(tmp_path),
        pytest.raises(StartFailed, match=r"runs here already \(pid \d+\)"),
        only_run(tmp_path),
    ):
        pass
    with only_run(tmp_path):
        pass


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path):
    path = tmp_path / "keys.json"
    assert load_keys(path) == load_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert new_keys() != new_keys()


def test_a_shell_reads_the_environment_back_as_it_was(tmp_path):
    path = tmp_path / "env"
    awkward = "a b'c\"d$e`f\\g;h#i"
    write_environment(path, {"PLAIN": "x", "AWKWARD": awkward})
    script = f'set -a; . {path}; printf "%s" "$AWKWARD"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == awkward
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@contextmanager
def fake_mux() -> Iterator[tuple[str, list[str]]]:
    """Makes keys and knows those it made; gives its address and what it was asked."""
    known: list[str] = []
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(self.path.rpartition("/")[2] in known, {"id": "kept"})

        def do_POST(self) -> None:
            known.append(f"key{len(known)}")
            self._answer(True, {"id": known[-1], "private_key": "cGVt"})

        def _answer(self, is_there: bool, data: dict[str, str]) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response(200 if is_there else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"data": data}).encode())

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_the_signing_key_is_kept_while_the_double_knows_it(tmp_path):
    path = tmp_path / "signing-key.json"
    with fake_mux() as (url, asked):
        first = load_signing_key(path, url, new_keys())
        assert load_signing_key(path, url, new_keys()) == first
        assert asked == ["POST /system/v1/signing-keys", "GET /system/v1/signing-keys/key0"]
    with fake_mux() as (url, asked):
        load_signing_key(path, url, new_keys())
        assert asked == ["GET /system/v1/signing-keys/key0", "POST /system/v1/signing-keys"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_reset_empties_the_folder_and_refuses_while_something_runs(tmp_path):
    (tmp_path / "s3").mkdir()
    (tmp_path / "s3" / "object").touch()
    (tmp_path / "keys.json").touch()
    with only_run(tmp_path), pytest.raises(StartFailed):
        forget(tmp_path)
    assert (tmp_path / "s3" / "object").exists()
    forget(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.lock"]
