"""Copies at Mux that nothing of the school's plays any more, as a protocol that `core/db/` fills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One copy, and what is still known of it: its lesson's title, what file it was made of, and which lesson
    played it last."""

    asset_id: str
    made_at: datetime | None
    duration_s: float | None
    quality: str | None = None
    title: str = ""
    file: str = ""
    lesson_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """The longest of them, how many there are in all, and seconds of video by quality."""

    lines: Sequence[Leftover] = ()
    count: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)


class LeftoverCopies(Protocol):
    """Left over are ready copies that Lectern had made, of which all of this holds: no row of the school's
    names them, and none waits to; no lesson may go back to them; nothing is under way with them; nobody has
    asked yet that they go."""

    def leftovers(self, *, limit: int) -> Leftovers:
        """With at most `limit` lines, the longest first."""

    def is_leftover(self, asset_id: str) -> bool:
        """Whether it is one at this moment."""
