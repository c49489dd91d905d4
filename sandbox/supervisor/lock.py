"""One run per folder. The guard holds the lock too, so it opens when the last child is gone."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psutil

from sandbox.supervisor.service import StartFailed

PATIENCE_S = 20.0
POLL_S = 0.1


@contextmanager
def only_run(folder: Path) -> Iterator[TextIO]:
    """The open lock file; hand its number to the guard.

    Raises:
        StartFailed: Lectern runs here already, or a killed run does not come to its end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "run.lock", "a+") as lock:
        wait_for(lock)
        lock.truncate(0)
        lock.write(str(psutil.Process().pid))
        lock.flush()
        yield lock


def wait_for(lock: TextIO) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_free(lock):
        lock.seek(0)
        holder = int(lock.read() or 0)
        if holder and psutil.pid_exists(holder):
            raise StartFailed(
                f"Lectern runs here already (pid {holder}). Stop it with Ctrl-C in its terminal."
            )
        if time.monotonic() > deadline_s:
            raise StartFailed("The previous run was killed and its programs do not end. See `ps`.")
        time.sleep(POLL_S)


def is_free(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
