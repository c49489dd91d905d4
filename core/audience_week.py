"""The hours of the week in which a video is watched, by the school's clocks.

Pure. Mux counts viewers of each hour of the calendar. Viewers of several weeks do not add up: who comes each
Monday would be four. So an hour of the week is told where one week alone had viewers enough.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core.few import FEWEST_TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedHour:
    """One hour of the calendar: views that began in it, and of how many viewers they were."""

    start_at: datetime
    views: int
    viewers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekHour:
    """One hour of the week over a period, 0 is Monday. `most_viewers` is how many the fullest of them had."""

    weekday: int
    hour: int
    views: int
    most_viewers: int


def week_of(hours: Iterable[WatchedHour], zone: ZoneInfo) -> tuple[WeekHour, ...]:
    """Hours of the calendar as those of the week; those in which nobody watched are left out.

    An hour counts where the school's clocks stand at its start. The hour that they show twice in autumn
    counts both times, the one that they leave out in spring is not there.

    >>> from datetime import UTC
    >>> twice = [datetime(2026, 10, 25, hour, tzinfo=UTC) for hour in (0, 1)]  # in Berlin both are 2 o'clock
    >>> week_of([WatchedHour(start_at=at, views=3, viewers=2) for at in twice], ZoneInfo("Europe/Berlin"))
    (WeekHour(weekday=6, hour=2, views=6, most_viewers=2),)
    """
    found: dict[tuple[int, int], WeekHour] = {}
    for one in hours:
        at = one.start_at.astimezone(zone)
        place = at.weekday(), at.hour
        before = found.get(place)
        if one.views:
            found[place] = WeekHour(
                weekday=at.weekday(),
                hour=at.hour,
                views=one.views + (before.views if before else 0),
                most_viewers=max(one.viewers, before.most_viewers if before else 0),
            )
    return tuple(found[place] for place in sorted(found))


def told_hours(week: Sequence[WeekHour]) -> list[WeekHour]:
    """Those that may be told: in one of the weeks at least `FEWEST_TOLD` viewers came."""
    return [one for one in week if one.most_viewers >= FEWEST_TOLD]
