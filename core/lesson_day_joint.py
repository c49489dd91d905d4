"""How Mux's figures of a lesson's day and the platform's own become one; docs/decisions/figures.md says why.

Pure.
"""

from dataclasses import dataclass
from datetime import date

from core.lesson_day import Joined, LessonDay

LessonAndDay = tuple[str, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What Mux counted. `whole_ms` is what these views would have played to the end; None where a length is
    not known."""

    views: int = 0
    watch_ms: int = 0
    playing_ms: int = 0
    whole_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What the platform's own progress says of a day: learners who watched more, by how much, and how many
    came to the end for the first time."""

    learners: int = 0
    watch_ms: int = 0
    finished: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """All that is known of one lesson on one day.

    `by_assets` are the views of assets that were this lesson's alone that day, `by_video_id` those whose
    player named the lesson. `is_read`: whether Mux was asked about the day at all.
    """

    lesson_id: str
    day: date
    by_assets: Seen = Seen()
    by_video_id: Seen = Seen()
    own: Own = Own()
    moved_on: date | None = None
    is_read: bool = True


def joint(sides: Sides) -> LessonDay | None:
    """The lesson's day; None where nothing was watched.

    Up to the day of the move each source counts a part of the same plays, so the larger figure is nearer to
    the truth; after it everybody watches at Mux.
    """
    own = sides.own
    mux = max(sides.by_assets, sides.by_video_id, key=lambda seen: (seen.views, seen.watch_ms))
    views, from_views = _chosen(mux.views, own.learners, sides)
    watch_ms, from_watch = _chosen(mux.watch_ms, own.watch_ms, sides)
    if not (mux.views or mux.watch_ms or own.learners or own.watch_ms or own.finished):
        return None
    return LessonDay(
        lesson_id=sides.lesson_id,
        day=sides.day,
        mux_views=mux.views,
        mux_watch_ms=mux.watch_ms,
        mux_playing_ms=mux.playing_ms,
        mux_whole_ms=mux.whole_ms,
        own_learners=own.learners,
        own_watch_ms=own.watch_ms,
        own_finished=own.finished,
        views=views,
        watch_ms=watch_ms,
        joined=from_views if from_views is from_watch else Joined.BOTH,
    )


def _chosen(mux: int, own: int, sides: Sides) -> tuple[int, Joined]:
    if not sides.is_read:
        return own, Joined.OWN
    if sides.moved_on is not None and sides.day > sides.moved_on:
        return mux, Joined.MUX
    return (mux, Joined.MUX) if mux >= own else (own, Joined.OWN)
