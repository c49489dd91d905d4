"""The whole system on free ports, each part a process that a test may kill and start again.

For chaos tests, browser journeys and benches. `make run` is `sandbox.supervisor`'s; this one has no school.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg

from sandbox import postgres
from sandbox.guard import signal_at_parents_death
from sandbox.mux.testing import MuxProcess
from sandbox.s3.testing import RunningS3, running_s3
from sandbox.testing import PostgresServer, in_memory, postgres_server

ROOT = Path(__file__).resolve().parent.parent
BUCKET = "school-videos"
WEBHOOK_SECRET = "stack-webhook-secret"
START_TIMEOUT_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str, *, timeout_s: float = START_TIMEOUT_S) -> None:
    """Ask until it is so; `TimeoutError` names what never came."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} after {timeout_s:g} s")
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(slots=True)
class Part:
    """One of our own processes."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    port: int | None = None
    process: subprocess.Popen[bytes] | None = None
    cpu_before_s: float = 0.0

    def start(self, **env: str) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env={**os.environ, **self.env, **env},
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=signal_at_parents_death(9),
            )
        if self.port:
            wait_until(self.is_up, f"{self.name} did not listen ({self.log})")

    def is_up(self) -> bool:
        if self.process and self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended at its start: {self.log.read_text()[-2000:]}")
        return self.port is None or listens(self.port)

    def kill(self) -> None:
        """As `kill -9` does."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None

    def cpu_s(self) -> float:
        """User and system seconds of the running process."""
        if self.process is None:
            return 0.0
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


@dataclass(slots=True)
class Stack:
    """What runs, and the environment it runs with."""

    folder: Path
    env: dict[str, str]
    postgres: PostgresServer
    s3: RunningS3
    mux: MuxProcess
    parts: dict[str, Part] = field(default_factory=dict)

    def part(self, name: str, *command: str, port: int | None = None, **env: str) -> Part:
        """Declare and start one of our own processes; `env` holds for this start alone."""
        log = self.folder / f"{name}.log"
        part = self.parts[name] = Part(name, command, self.env, log, port)
        part.start(**env)
        return part

    def worker(self, name: str = "worker", **env: str) -> Part:
        return self.part(name, "worker.py", **env)

    def webhook(self) -> Part:
        port = int(self.env["WEBHOOK_ADDRESS"].rpartition(":")[2])
        return self.part("webhook", "webhook.py", port=port)

    def stop(self) -> None:
        for part in reversed(self.parts.values()):
            part.stop()


@contextmanager
def running_stack(folder: Path, *, mux_flags: Sequence[str] = (), **env: str) -> Iterator[Stack]:
    """PostgreSQL, S3 and the Mux double; worker, webhook and the rest are started by whoever needs them."""
    with ExitStack() as cleanups:
        # Not in `folder`: as root, PostgreSQL runs as another user, whom a test's folder may shut out.
        data = cleanups.enter_context(TemporaryDirectory(prefix="lectern-pg-", dir=in_memory()))
        server = cleanups.enter_context(postgres_server(Path(data) / "data"))
        s3 = cleanups.enter_context(running_s3(folder / "s3"))
        s3.make_bucket(BUCKET)
        webhook = f"127.0.0.1:{free_port()}"
        hook_url = f"http://{webhook}/api/videos/mux/webhook"
        flags = ["--webhook-url", hook_url, "--webhook-secret", WEBHOOK_SECRET, "--retry-cap-s", "10"]
        mux = cleanups.enter_context(MuxProcess(folder / "mux", *flags, *mux_flags))
        settings = {
            "DATABASE_URL": postgres.create_database(server.cluster, "lectern"),
            "MUX_TOKEN_ID": "token-id",
            "MUX_TOKEN_SECRET": "token-secret",
            "MUX_BASE_URL": mux.url,
            "MUX_STREAM_URL": f"{mux.url}/stream",
            "MUX_IMAGE_URL": f"{mux.url}/image",
            "MUX_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "S3_BUCKETS": BUCKET,
            "WEBHOOK_ADDRESS": webhook,
            "AUTH": "off",
            **s3.environment,
            **env,
        }
        stack = Stack(folder, settings, server, s3, mux)
        cleanups.callback(stack.stop)
        yield stack


def query(stack: Stack, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Rows of a question to the database, on a connection of its own."""
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        return connection.execute(sql, values or None).fetchall()  # type: ignore[arg-type]
