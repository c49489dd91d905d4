"""A copy's master at Mux: the whole video as one file, behind an address that opens it for a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

PREPARED = "Mux prepares the original of the copy that the lesson plays."
"""What an item says meanwhile."""

PATIENCE = timedelta(hours=6)
"""So long a master may take before it is given up."""


class MasterState(StrEnum):
    NONE = "none"  # nobody asked for it, or its day is over
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """Where it stands. Whoever has the `url` has the video: it is asked for when it is used, and not kept."""

    state: MasterState
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A master that we asked for. `told`: Mux has said since what became of it."""

    asset_id: str
    asked_at: datetime
    told: bool


class MasterHost(Protocol):
    """The calls of Mux's API about masters; raises as `core.ports.VideoHost` does."""

    def master(self, asset_id: str) -> Master:
        """As it is now."""

    def open_master(self, asset_id: str) -> Master:
        """PUT: have it made and opened for a day; while it is open, nothing happens."""

    def close_master(self, asset_id: str) -> bool:
        """PUT: its address opens nothing any more. False when Mux has no such asset (any more)."""


class Masters(Protocol):
    """`mux_admin.masters`: those that we opened and have to close."""

    def opening(self, asset_id: str, *, now: datetime) -> None:
        """Mux is about to be asked for it."""

    def opened(self, asset_id: str) -> Opened | None:
        """Locked until the transaction ends; None where we did not ask, or have closed it."""

    def told(self, asset_id: str, *, now: datetime) -> None:
        """Mux said what became of it."""

    def unused(self, *, limit: int = 20) -> Sequence[Opened]:
        """Those of which nothing is being made (any more)."""

    def closed(self, opened: Opened) -> None:
        """Forget it, unless somebody has asked for it anew."""
