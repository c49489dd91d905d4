"""How well videos play, as tables to take along, with their units and their period."""

from collections.abc import Mapping, Sequence

from core.quality import KeptQuality, Quality
from core.quality_failure import FailureGroup
from core.quality_looking import SchoolQuality, VideoQuality
from core.report import harmless
from dashboard.analytics import terms
from dashboard.analytics.sheets import Cell, Row, Sheet
from dashboard.retention import audience
from dashboard.retention import quality_terms as words

DAY_HEAD = ("day", "views that ended", "start after, median (s)", "waiting (% of the time)", "fail (%)")
FAILURE_HEAD = ("what went wrong", "views", "last on", "with", "in")


def of_video(found: VideoQuality | None) -> Sheet:
    """A video's figures beside the school's; empty where none are told."""
    kept = [found.own, found.school] if found and found.own and found.own.quality.is_told else []
    columns = [_figures(one) for one in kept if one]
    rows: list[Row] = [
        (name, *(one.get(name) for one in columns)) for name in (columns[0] if columns else ())
    ]
    return Sheet(name="Quality", head=("figure", "this video", "the school's videos"), rows=rows)


def failures(found: VideoQuality | None) -> Sheet:
    """What went wrong, as far as it is told."""
    is_told = found and found.own and found.own.quality.is_told
    rows = [_failure(one) for one in found.failures] if found and is_told else []
    return Sheet(name="Failures", head=FAILURE_HEAD, rows=rows)


def of_school(found: SchoolQuality | None) -> list[Sheet]:
    """The school's figures and its days; nothing where none are told."""
    if found is None or not found.kept.quality.is_told:
        return []
    days: list[Row] = [(day, *_of_day(found.by_day.get(day))) for day in found.kept.days]
    return [
        Sheet(name="Quality", head=("figure", "all of the school"), rows=[*_figures(found.kept).items()]),
        Sheet(name="QualityDays", head=DAY_HEAD, rows=days),
    ]


def viewers(kept: KeptQuality | None) -> list[Sheet]:
    """Groups of the school's viewers, as far as they are told."""
    if kept is None:
        return []
    rows: list[Row] = [
        (side, str(harmless(name)), count, kept.days.first, kept.days.last)
        for side, name, count in audience.cells(kept.audience or ())
    ]
    return [Sheet(name="Viewers", head=("by", "group", "viewers", "from", "to"), rows=rows)] if rows else []


def _figures(kept: KeptQuality) -> Mapping[str, Cell]:
    one = kept.quality
    return {
        "from": kept.days.first,
        "to": kept.days.last,
        "views that ended": one.views,
        "viewers": None if one.viewers is None else terms.learners(round(one.viewers)),
        "start after, median (s)": _seconds(one.startup_ms),
        "19 of 20 start within (s)": _seconds(one.slow_startup_ms),
        "waiting (% of the time)": _percent(one.waiting),
        "stops to load (a minute)": one.stops_per_min and round(one.stops_per_min, 3),
        "could not start (views)": one.views_not_started,
        "failed (views)": one.views_failed,
        "Mux's score (of 100)": _percent(one.score),
    }


def _of_day(one: Quality | None) -> tuple[Cell, ...]:
    """Empty where nothing is known of it."""
    if one is None:
        return (None, None, None, None)
    return (one.views, _seconds(one.startup_ms), _percent(one.waiting), _percent(one.failed))


def _failure(one: FailureGroup) -> Row:
    views: Cell = terms.learners(one.views)
    return (str(harmless(words.what(one))), views, one.last_on, _told(one.used), _told(words.where(one)))


def _told(found: Sequence[tuple[str | None, int]]) -> Cell:
    return str(harmless(words.among(found))) or None


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else round(ms / 1000, 2)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)
