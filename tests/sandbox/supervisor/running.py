"""The sandbox as a process: what it says, whom it started, how it ends."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import psutil

from tests.sandbox.supervisor.stand_ins import clean_environment

KILLED_AFTER_S = 120
REPOSITORY = Path(__file__).parents[3]


class RunningSandbox:
    def __init__(self, root: Path, env: dict[str, str], *options: str) -> None:
        command = [sys.executable, "-m", "sandbox.supervisor", "--root", str(root), *options]
        self.process = subprocess.Popen(
            command,
            env=clean_environment() | env,
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._patience = Timer(KILLED_AFTER_S, self.process.kill)
        self._patience.start()

    def until(self, expected: str) -> str:
        """Reads on to the line that matches."""
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if re.search(expected, line):
                return line
        raise AssertionError(f"never said {expected!r}:\n" + "\n".join(self.lines))

    def family(self) -> list[int]:
        return descendants(self.process.pid)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit status; asks it to stop where it has not done so by itself."""
        if not self.process.stdout.closed:
            self.process.send_signal(number)
            self.lines += self.process.communicate(timeout=60)[0].splitlines()
        self._patience.cancel()
        return self.process.returncode


def descendants(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]
