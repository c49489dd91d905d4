"""In what a video plays worse than the school's others, and which fail to start.

Pure; every threshold stands here, but those of `core.attention`.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from core.attention import LEAST_VIEWS, Starts
from core.quality import Quality

MUCH_WORSE = 1.5
"""So many times the school's figure is worth a word."""


class Weakness(StrEnum):
    """In what a video plays worse than others, by the figure that says so; the worst for viewers first."""

    FAILS = "failed"
    WAITS = "waiting"
    STARTS_LATE = "startup_ms"


FLOOR: Mapping[Weakness, float] = {
    Weakness.FAILS: 0.03,
    Weakness.WAITS: 0.01,
    Weakness.STARTS_LATE: 1_500.0,
}
"""Nobody minds less, whatever the school's other videos do."""


def weakness(one: Quality, school: Quality) -> Weakness | None:
    """In what a video plays worse than the school's do, what is worst for viewers first; None where it does
    not, or too little is known.

    >>> usual = Quality(views=900, failed=0.01, waiting=0.004, startup_ms=800)
    >>> weakness(Quality(views=50, failed=0.1, waiting=0.004, startup_ms=3_000), usual)
    <Weakness.FAILS: 'failed'>
    >>> weakness(Quality(views=50, failed=0.02, waiting=0.004, startup_ms=1_000), usual)
    """
    if one.views < LEAST_VIEWS:
        return None
    for weak in Weakness:
        own, usual = getattr(one, weak), getattr(school, weak)
        if own is not None and usual is not None and own >= FLOOR[weak] and own > usual * MUCH_WORSE:
            return weak
    return None


def starts_of(lessons: Mapping[str, Quality]) -> Mapping[str, Starts]:
    """How many views of each did not start."""
    return {
        lesson_id: Starts(views=one.views, failed=one.views_not_started) for lesson_id, one in lessons.items()
    }


def failing(assets: Mapping[str, Quality], *, limit: int) -> Sequence[str]:
    """Those with views that failed, most of them first."""
    found = [asset_id for asset_id, one in assets.items() if one.views_failed]
    return sorted(found, key=lambda one: (-assets[one].views_failed, one))[:limit]
