"""Statuses in the school's own words: what a row of `videos` or `lessons` says at each moment of its video.

`lessons` has two columns for one fact, because two parts of the school's site grew apart: the lesson model
(upload and player) reads `processing_status`, the lesson list and its status trigger read `video_status`.
We write both, always equal.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from core.errors import InvalidInput

PUBLISHED, DRAFT = "published", "draft"
"""`lessons.status`."""


class Moment(StrEnum):
    """Where a video stands on its way to and at Mux."""

    WAITING = "waiting"
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"
    DELETED = "deleted"


class VideoStatus(StrEnum):
    """`videos.mux_status`; NULL where there is no asset (any more)."""

    PENDING = "pending"
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"


class LessonStatus(StrEnum):
    """`lessons.processing_status` and `lessons.video_status`."""

    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    ERROR = "error"


VIDEO_STATUS: dict[Moment, VideoStatus | None] = {
    Moment.WAITING: VideoStatus.PENDING,
    Moment.PREPARING: VideoStatus.PREPARING,
    Moment.READY: VideoStatus.READY,
    Moment.ERRORED: VideoStatus.ERRORED,
    Moment.DELETED: None,
}

LESSON_STATUS: dict[Moment, LessonStatus] = {
    Moment.WAITING: LessonStatus.PENDING,
    Moment.PREPARING: LessonStatus.PROCESSING,
    Moment.READY: LessonStatus.READY,
    Moment.ERRORED: LessonStatus.ERROR,
    Moment.DELETED: LessonStatus.ERROR,
}
"""For a lesson that has nothing else to play."""

TWIN_COLUMNS = ("processing_status", "video_status")


def lesson_status(moment: Moment, *, plays_from_s3: bool) -> LessonStatus:
    """What a lesson says; one that still plays from S3 stays ready when its copy fails or goes."""
    falls_back = plays_from_s3 and moment in (Moment.ERRORED, Moment.DELETED)
    return LessonStatus.READY if falls_back else LESSON_STATUS[moment]


def status_facts(table: str, moment: Moment, *, plays_from_s3: bool = False) -> dict[str, Any]:
    """The status columns of a row of `videos` or `lessons`, by name."""
    if table == "videos":
        return {"mux_status": VIDEO_STATUS[moment]}
    status = lesson_status(moment, plays_from_s3=plays_from_s3)
    return dict.fromkeys(TWIN_COLUMNS, status)


def with_equal_statuses(table: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with both status columns of `lessons` where one is given; two that differ are refused."""
    given = [facts[name] for name in TWIN_COLUMNS if name in facts]
    if table != "lessons" or not given:
        return dict(facts)
    if any(status != given[0] for status in given):
        raise InvalidInput("processing_status and video_status must be equal.")
    return {**facts, **dict.fromkeys(TWIN_COLUMNS, given[0])}
