"""What a person reads: every line with the name of who says it."""

import io
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

NAME_WIDTH = 9
COLOURS = (36, 32, 33, 35, 34, 96, 92, 93)  # ANSI foregrounds that read on dark and on light
OWN_NAME = "run"


class Console:
    def __init__(self, out: TextIO = sys.stdout, *, colour: bool = False) -> None:
        self._out = out
        self._colour = colour
        self._seen: dict[str, int] = {}

    def say(self, line: str, *, name: str = OWN_NAME) -> None:
        try:
            self._out.write(f"{self._prefix(name)}{line}\n")
            self._out.flush()
        except OSError:
            # Nobody reads any more, as after `make run | head` (EPIPE), or the terminal is gone (EIO).
            self._out = io.StringIO()
            signal.raise_signal(signal.SIGTERM)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Says what was done and how long it took, once it is done."""
        started_s = time.monotonic()
        yield
        self.say(f"{what:<60} {time.monotonic() - started_s:5.1f} s")

    def _prefix(self, name: str) -> str:
        text = f"{name:<{NAME_WIDTH}} | "
        if not self._colour:
            return text
        number = self._seen.setdefault(name, len(self._seen))
        return f"\033[{COLOURS[number % len(COLOURS)]}m{text}\033[0m"
