"""Mux's rate limits: its buckets, the two lanes, and who keeps the pace."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Call(StrEnum):
    """Mux's rate buckets."""

    POST = "post"
    OTHER = "other"
    DATA = "data"


class Lane(StrEnum):
    """Interactive calls have a person waiting and go first; a batch only takes a slot that is free now."""

    INTERACTIVE = "interactive"
    BATCH = "batch"


class Stopped(BaseException):
    """The process was told to stop, so nobody in it waits for a slot any more.

    Raised where no call is under way, so that what was asked for can be done anew from where it stands. Not
    an `Exception`: nothing failed, and nothing is to be told or tried again by whoever looks after failures.
    """


class Pace(Protocol):
    """Mux's rate limits, shared by every process through the database."""

    def take(self, call: Call, lane: Lane) -> float:
        """Seconds to wait. Interactive: the slot is reserved, call after the wait. Batch: 0 means the slot is
        yours now, more means ask again then."""

    def wait(self, call: Call, lane: Lane, *, unless: Callable[[], bool] | None = None) -> bool:
        """Block until the slot is there; False when `unless` said to give up. Raises `Stopped` in the lane of
        batches."""

    def stop(self) -> None:
        """This process ends: its batches get no slot any more."""

    def slow(self, call: Call, *, wait_s: float | None = None) -> None:
        """A 429 came: everybody waits, and the gap grows until it heals."""

    def refused(self, call: Call) -> None:
        """Mux said no to a call for another reason than its pace: it counts among the refusals."""

    def refusals(self, call: Call) -> int:
        """How many calls of all processes Mux refused in the last minute, 429s among them; 0 without
        a limit, where nobody keeps count."""

    def rate_per_s(self, call: Call) -> float:
        """The rate at which calls go out at present, after any slowing; inf without a limit."""
