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
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType

GRACE_S = 10.0
POLL_S = 0.02
PR_SET_PDEATHSIG = 1


class Guard:
    """The parent's end of the pipe. Children must lead a process group of their own."""

    def __init__(self, *, keeps_open: Sequence[int] = ()) -> None:
        """The guard also holds the files `keeps_open`, a lock for instance, until its work is done."""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            text=True,
            pass_fds=keeps_open,
            start_new_session=True,  # Ctrl-C in the terminal is for the parent alone
            preexec_fn=ignore_requests,
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


def ignore_requests() -> None:
    """Before the guard's first instruction: it is asked to end when everybody else is, and must not."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)


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
    while group_is_alive(pid):
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


def group_is_alive(pid: int) -> bool:
    """A dead process that nobody has collected yet does not count, where the system tells."""
    if not signal_group(pid, 0):
        return False
    if sys.platform != "linux":
        return True
    return any(group == pid and state not in "ZX" for state, group in states_and_groups())


def states_and_groups() -> Iterator[tuple[str, int]]:
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                # The name in parentheses may itself hold spaces and parentheses.
                state, _, group, *_ = file.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield state, int(group)


def stand_guard() -> None:
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
