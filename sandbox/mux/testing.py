"""A running double for tests: over real connections in a thread, or as a process that can be killed."""

import base64
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import urllib3
import uvicorn

from sandbox.guard import signal_at_parents_death
from sandbox.mux.app import create_app
from sandbox.mux.config import Config
from sandbox.mux.server import configured

START_TIMEOUT_S = 20.0


@contextmanager
def running_mux(
    state: Path | None = None, *, clock: Callable[[], float] = time.time, **settings: Any
) -> Iterator[str]:
    """Serves a double on a free port and yields its base URL, such as `http://127.0.0.1:40123`.

    `settings` are fields of `Config` (`limits=False`, `webhook_url=…`, `faults={"error_rate": "0.2"}`).
    The API is at the base URL, streams at `/stream`, images at `/image`, the console at `/sandbox`.
    Without `state` the double forgets everything at the end.
    """
    with tempfile.TemporaryDirectory(prefix="mux-double-") as folder, _free_socket() as listening:
        port = listening.getsockname()[1]
        config = replace(Config(state=state or Path(folder), port=port), **settings)
        server = uvicorn.Server(configured(create_app(config, clock), lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            _wait_until(lambda: server.started or not thread.is_alive())
            yield config.public_url
        finally:
            server.should_exit = True
            thread.join(START_TIMEOUT_S)


class MuxProcess:
    """A double in a process of its own, to be killed and started again over the same state."""

    def __init__(self, state: Path, *flags: str) -> None:
        with _free_socket() as chosen:
            self.port = chosen.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "sandbox.mux", "--port", str(self.port)]
        self._command += ["--state", str(state), *flags]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *flags: str) -> "MuxProcess":
        """`flags` stand over those of before, this once."""
        root = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(
            [*self._command, *flags],
            cwd=root,
            stdout=subprocess.DEVNULL,
            preexec_fn=signal_at_parents_death(signal.SIGKILL),
        )
        _wait_until(self._answers)
        return self

    def kill(self) -> None:
        """`kill -9`: nothing is written down in passing."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> "MuxProcess":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _answers(self) -> bool:
        try:
            return urllib3.request("GET", f"{self.url}/sandbox/stats", retries=False).status == 200
        except urllib3.exceptions.HTTPError:
            return False


def signing_key(url: str) -> dict[str, str]:
    """A new key of the double, as Lectern's settings."""
    credentials = base64.b64encode(b"token-id:token-secret").decode()
    headers = {"Authorization": f"Basic {credentials}"}
    answer = urllib3.request("POST", f"{url}/system/v1/signing-keys", headers=headers)
    key = answer.json()["data"]
    return {"MUX_SIGNING_KEY": key["id"], "MUX_PRIVATE_KEY": key["private_key"]}


def _free_socket() -> socket.socket:
    # Named TCP, or asyncio leaves Nagle's delay on and every answer takes 40 ms.
    chosen = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    chosen.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    chosen.bind(("127.0.0.1", 0))
    return chosen


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the Mux double did not start")
        time.sleep(0.02)
