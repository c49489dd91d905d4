"""One program under supervision, for real."""

import asyncio
import io
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from sandbox.guard import Guard
from sandbox.supervisor import child as child_module
from sandbox.supervisor.child import Child
from sandbox.supervisor.console import Console
from sandbox.supervisor.service import Address, Service, StartFailed
from tests.sandbox.supervisor.stand_ins import free_port, gone, python

PATIENCE_S = 10.0


@pytest.fixture
def guard() -> Iterator[Guard]:
    with Guard() as opened:
        yield opened


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def make(guard: Guard, out: io.StringIO) -> Callable[..., Child]:
    def make_child(source: str, **differences: object) -> Child:
        facts = {
            "name": "program",
            "command": python(source),
            "environment": dict(os.environ),
            "folder": Path("/"),
        }
        return Child(Service(**(facts | differences)), guard, Console(out))

    return make_child


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.01)


def during(child: Child, check: Callable[[], Awaitable[None]]) -> None:
    async def story() -> None:
        try:
            await child.start()
            await check()
        finally:
            await child.stop()

    asyncio.run(story())


def test_its_lines_are_repeated_with_its_name(make, out):
    child = make("import sys; print('to out'); print('to err', file=sys.stderr); print('no end', end='')")
    asyncio.run(child.run_to_end())
    assert set(out.getvalue().splitlines()) == {
        "program   | to out",
        "program   | to err",
        "program   | no end",
    }


def test_a_name_that_a_program_says_itself_is_not_said_twice(make, out):
    asyncio.run(make("print('program: at work')").run_to_end())
    assert out.getvalue() == "program   | at work\n"


def test_a_very_long_line_is_repeated_whole(make, out):
    asyncio.run(make("print('x' * 300_000)").run_to_end())
    assert out.getvalue() == f"program   | {'x' * 300_000}\n"


SERVER = """
import http.server, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status})
        self.end_headers()
time.sleep(0.3)
http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""


def server(make: Callable[..., Child], status: int) -> Child:
    address = Address(host="127.0.0.1", port=free_port(), variable="API_ADDRESS")
    return make(SERVER.format(port=address.port, status=status), address=address)


@pytest.mark.parametrize("status", [200, 404])
def test_a_server_is_started_when_it_answers(make, status):
    child = server(make, status)

    async def check() -> None:
        with socket.create_connection((child.service.address.host, child.service.address.port)):
            assert child.pid

    during(child, check)


def test_a_server_that_only_fails_does_not_count_as_started(make, monkeypatch):
    monkeypatch.setattr(child_module, "READY_WITHIN_S", 1.0)
    child = server(make, 503)
    with pytest.raises(StartFailed, match="does not answer"):
        during(child, never)


async def never() -> None:
    raise AssertionError("it did not start")


async def nothing() -> None:
    return None


def test_a_program_that_ends_at_its_start_is_not_tried_again(make, out):
    child = make("raise SystemExit('MUX_TOKEN_SECRET is missing')", address=None, is_ready=lambda: False)
    with pytest.raises(StartFailed, match=r"program ended at its start \(exit 1\)"):
        asyncio.run(child.start())
    assert out.getvalue().count("MUX_TOKEN_SECRET is missing") == 1


def test_a_program_that_dies_later_is_said_and_started_again(make, out, monkeypatch):
    monkeypatch.setattr(child_module, "FIRST_PAUSE_S", 0.05)
    child = make("import signal; print('at work', flush=True); signal.pause()")

    async def check() -> None:
        first = child.pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: child.pid != first and out.getvalue().count("at work") == 2)

    during(child, check)
    assert "ended (killed by SIGKILL); starting it again in 0.05 s" in out.getvalue()


def test_a_program_stopped_while_somebody_still_holds_its_output_is_not_started_again(make, out):
    source = """
import signal, subprocess
print(subprocess.Popen(["sleep", "20"], start_new_session=True).pid, flush=True)
signal.pause()
"""
    child = make(source)

    async def check() -> None:
        os.kill(child.pid, signal.SIGKILL)
        await until(lambda: child._process.returncode is not None)
        await child.stop()
        os.kill(int(out.getvalue().split()[-1]), signal.SIGKILL)
        await until(child._pump.done)

    during(child, check)
    assert "starting it again" not in out.getvalue()


def test_a_program_that_keeps_dying_is_started_later_each_time(make, out, monkeypatch):
    monkeypatch.setattr(child_module, "FIRST_PAUSE_S", 0.05)
    child = make("import time; time.sleep(0.1)", is_ready=lambda: True)

    async def check() -> None:
        await until(lambda: out.getvalue().count("starting it again") == 3)

    during(child, check)
    assert [f"in {pause} s" in out.getvalue() for pause in ("0.05", "0.1", "0.2")] == [True] * 3


def test_stopping_asks_first_and_waits(make, out):
    source = """
import signal, sys, time
def end(*_):
    print('tidying up', flush=True); time.sleep(0.2); print('tidy', flush=True); sys.exit(0)
signal.signal(signal.SIGTERM, end)
print('at work', flush=True)
while True: signal.pause()
"""

    during(make(source), nothing)
    assert out.getvalue().endswith("tidying up\nprogram   | tidy\n")


def test_a_program_that_ignores_the_request_is_killed(make, out, monkeypatch):
    monkeypatch.setattr(child_module, "GRACE_S", 0.2)
    source = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
signal.pause()
"""
    child = make(source)
    during(child, nothing)
    assert not psutil.pid_exists(child.pid)
    assert "does not end, killing it" in out.getvalue()


def test_what_a_program_started_itself_ends_with_it(make, out):
    source = """
import subprocess, signal
print(subprocess.Popen(["sleep", "1000"]).pid, flush=True)
signal.pause()
"""

    during(make(source), nothing)
    grandchild = int(out.getvalue().split()[-1])
    assert gone(grandchild)


def test_a_task_that_fails_says_so(make):
    with pytest.raises(StartFailed, match=r"program failed \(exit 3\)"):
        asyncio.run(make("raise SystemExit(3)").run_to_end())
