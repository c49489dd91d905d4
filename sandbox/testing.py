"""Real servers for tests, each gone with the `with` block or with the process that opened it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import postgres
from sandbox.guard import Guard, signal_at_parents_death

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 4 * 2**30


def in_memory() -> Path | None:
    """A file system in memory, where one has room: databases of tests cost a quarter there."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    return MEMORY if has_room else None


class PostgresServer:
    """A server that a test may kill and start again; its address stays the same."""

    def __init__(self, folder: Path, guard: Guard) -> None:
        self._folder = folder
        self._guard = guard
        self.start()

    def start(self) -> None:
        self.cluster = postgres.prepare(self._folder, durable=False)
        self._server = subprocess.Popen(
            self.cluster.command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=signal_at_parents_death(postgres.STOP_SIGNAL),
            **self.cluster.identity,
        )
        self._guard.watch(self._server.pid, postgres.STOP_SIGNAL)
        postgres.wait_until_ready(self.cluster, self._server)

    @property
    def url(self) -> str:
        """Superuser's, to the maintenance database."""
        return self.cluster.url()

    @property
    def pid(self) -> int:
        return self._server.pid

    def kill(self) -> None:
        """As `kill -9` does; `start` afterwards recovers from the log."""
        self._server.kill()
        self._server.communicate()
        self._guard.forget(self._server.pid)

    def stop(self) -> None:
        self._server.send_signal(postgres.STOP_SIGNAL)
        self._server.communicate(timeout=30)
        self._guard.forget(self._server.pid)


@contextmanager
def postgres_server(folder: Path) -> Iterator[PostgresServer]:
    """Serves the data folder `folder`, made where missing, without fsync."""
    with Guard() as guard:
        server = PostgresServer(folder, guard)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """`postgres_server` for those who only need its DATABASE_URL."""
    with postgres_server(folder) as server:
        yield server.url
