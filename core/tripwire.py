"""Named points at which a test can kill the process: around every commit and every outside call.

`FAILPOINT=submit.intent:after` kills at the first pass, `FAILPOINT=mux.create_asset:before:3` at the third.
"""

import os
import signal
from collections.abc import Callable
from typing import Any, TypeVar, cast

from core.errors import ConfigError

Trip = Callable[[str], None]
"""Called with a point's name as the process passes it."""


Port = TypeVar("Port")


class Tripwire:
    """Kills this process, as `kill -9` would, when the named point is passed for the n-th time."""

    def __init__(self, spec: str) -> None:
        parts = spec.split(":")
        if len(parts) not in (2, 3) or parts[1] not in ("before", "after"):
            raise ConfigError("FAILPOINT is not of the form name:before|after[:count].")
        self.point = ":".join(parts[:2])
        self.passes_left = int(parts[2]) if len(parts) == 3 else 1

    def __call__(self, point: str) -> None:
        if point == self.point:
            self.passes_left -= 1
            if self.passes_left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def trip_of(spec: str) -> Trip | None:
    """The tripwire of the setting; None, and no cost, without one."""
    return Tripwire(spec) if spec else None


def wired(port: Port, name: str, trip: Trip | None) -> Port:
    """The same port with a point before and after each call: `name.method:before`, `name.method:after`."""
    return port if trip is None else cast(Port, _Wired(port, name, trip))


class _Wired:
    def __init__(self, port: Any, name: str, trip: Trip) -> None:
        self._port, self._name, self._trip = port, name, trip

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call = getattr(self._port, method)

        def passing(*args: Any, **kwargs: Any) -> Any:
            self._trip(f"{self._name}.{method}:before")
            answer = call(*args, **kwargs)
            self._trip(f"{self._name}.{method}:after")
            return answer

        return passing
