"""What the supervisor is told about a program: how to run it and how to see that it works."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class StartFailed(Exception):
    """A sentence for the person: what did not start, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    host: str
    port: int
    variable: str  # what a person sets to choose another one

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    name: str
    command: list[str]
    environment: Mapping[str, str] = field(repr=False)  # holds secrets
    folder: Path
    address: Address | None = None  # None: it listens to nobody, and works once it has said something
    health_path: str = "/"
    stop_signal: signal.Signals = signal.SIGTERM
    identity: Mapping[str, object] = field(default_factory=dict)
    before_start: Callable[[], object] | None = None
    is_ready: Callable[[], bool] | None = None  # instead of asking the address
