"""Watching: what a player reports of one viewing, and how much of it counts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

FASTEST = 2.0
"""Times the clock's own pace that a video can be watched at."""

HEAD_START = timedelta(seconds=60)
"""A viewing may have begun so long before its first report."""

AT_THE_END_S = 10.0
"""Whoever stopped so near the end has seen it, and begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """One viewing of one lesson by one person: one player, from its first report on.

    `watched_s` is what the player said last, counted from the viewing's beginning, `counted_s` how much of it
    was believed.
    """

    session: UUID
    lesson_id: str
    person: str
    started_at: datetime
    reported_at: datetime
    position_s: float = 0.0
    watched_s: float = 0.0
    counted_s: float = 0.0
    completed: bool = False


def begun_at(now: datetime, last_report_at: datetime | None) -> datetime:
    """When a viewing began whose first report comes now: not before the person's last one, of any player."""
    earliest = now - HEAD_START
    return max(earliest, min(last_report_at, now)) if last_report_at else earliest


def countable_s(watched_s: float, *, started_at: datetime, now: datetime) -> float:
    """How much of what a player says can have been watched since the viewing began."""
    return max(0.0, min(watched_s, (now - started_at).total_seconds() * FASTEST))


def told(known: Viewing, *, position_s: float, watched_s: float, completed: bool, now: datetime) -> Viewing:
    """The viewing after a report; an older one, overtaken by a newer, changes nothing."""
    if watched_s < known.watched_s:
        return known
    return replace(
        known,
        reported_at=now,
        position_s=position_s,
        watched_s=watched_s,
        counted_s=max(known.counted_s, countable_s(watched_s, started_at=known.started_at, now=now)),
        completed=known.completed or completed,
    )


def resume_at_s(position_s: float, *, completed: bool, duration_s: float | None) -> float:
    """Where to go on; from the start for whoever was at the end."""
    is_over = completed if duration_s is None else position_s > duration_s - AT_THE_END_S
    return 0.0 if is_over else max(0.0, position_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackTrouble:
    """What a player could not do, in its words."""

    id: str
    lesson_id: str
    provider: str
    code: str
    message: str
    person: str
    at: datetime


class Watches(Protocol):
    """Our own record of viewings, and the school's `lesson_progress`."""

    def hold(self, person: str, lesson_id: str) -> datetime | None:
        """Hold off this person's other reports on the lesson until the transaction ends; the last one's
        time."""

    def viewing(self, session: UUID) -> Viewing | None:
        """As it was reported last; None before its first report."""

    def keep(self, viewing: Viewing) -> None:
        """Write the viewing as it is now."""

    def add(self, lesson_id: str, user_id: str, *, more_s: float, position_s: float, completed: bool) -> bool:
        """Add to the school's own row of this person and lesson, or make it; False where the school has no
        such table, or does not let us write it."""

    def keep_trouble(self, trouble: PlaybackTrouble) -> None:
        """Note it for whoever looks after playback."""

    def troubles(self, lesson_id: str, *, limit: int = 20) -> list[PlaybackTrouble]:
        """What players reported of the lesson, newest first."""
