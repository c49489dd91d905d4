"""Stops the children of a process that can no longer do it itself.

The guard is a small process of its own at the other end of a pipe. When its parent ends,
however it ends, the pipe closes and the guard stops what is still on its list, last started
first. On Linux every child also asks the kernel for a signal at its parent's death.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import TracebackType

GRACE_S = 10.0
POLL_S = 0.02
PR_SET_PDEATHSIG = 1


class Guard:
    """The parent's end of the pipe. Children must lead a process group of their own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal is for the parent alone
        )

    def watch(self, pid: int, stop_signal: signal.Signals = signal.SIGTERM) -> None:
        self._tell(f"watch {pid} {int(stop_signal)}")

    def forget(self, pid: int) -> None:
        self._tell(f"forget {pid} 0")

    def close(self) -> None:
        """Closes the pipe and waits until the guard has stopped what was left."""
        self._process.communicate()

    def _tell(self, line: str) -> None:
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            print("the guard is gone; children may outlive a killed parent", file=sys.stderr)

    def __enter__(self) -> "Guard":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def signal_at_parents_death(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`; None where the kernel does not offer it.

    The kernel means the thread that forked, so start children from one that lives on.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))


def stop_group(pid: int, stop_signal: signal.Signals, grace_s: float = GRACE_S) -> None:
    """Asks a process group to end, and kills it when it has not after `grace_s`."""
    if not signal_group(pid, stop_signal):
        return
    deadline = time.monotonic() + grace_s
    while signal_group(pid, 0):
        if time.monotonic() > deadline:
            signal_group(pid, signal.SIGKILL)
            return
        time.sleep(POLL_S)


def signal_group(pid: int, number: int) -> bool:
    """False when no process of the group is left to hear it."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says this of a group of zombies
        return False
    return True


def stand_guard() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watched: dict[int, signal.Signals] = {}
    for line in sys.stdin:
        verb, pid, number = line.split()
        if verb == "watch":
            watched[int(pid)] = signal.Signals(int(number))
        else:
            watched.pop(int(pid), None)
    for pid, stop_signal in reversed(watched.items()):
        stop_group(pid, stop_signal)


if __name__ == "__main__":
    stand_guard()
