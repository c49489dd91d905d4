"""Rows of the host's tables and objects of its buckets, as values. Field names are column names."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sandbox.school.clips import Clip
from sandbox.school.curriculum import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The first part of a clip whose index stands at its end: what a broken upload leaves."""

    clip: Clip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hls:
    """A whole folder, playlist and segments, below the object's key."""

    clip: Clip


Content = Clip | Cut | Hls | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleObject:
    bucket: str
    key: str
    content: Content
    content_type: str = "video/mp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    id: int
    title: str
    teacher_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    id: UUID
    lesson_id: int | None
    title: str
    description: str
    filename: str
    file_path: str
    file_size: int
    duration: int | None
    video_quality: str | None
    uploaded_by: str
    course_id: int | None
    s3_key: str
    s3_bucket: str
    is_processed: bool
    is_public: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    id: int
    title: str
    description: str | None
    video_id: UUID | None
    course_id: int
    creator_id: str
    status: str
    position: int
    video_url: str | None
    hls_url: str | None
    duration: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    lesson_id: int
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    course_id: int
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    user_id: str
    lesson_id: int
    position_s: int
    watched_s: int
    completed: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    users: list[Person]
    courses: list[Course]
    videos: list[Video]
    lessons: list[Lesson]
    purchases: list[Purchase]
    enrollments: list[Enrollment]
    lesson_progress: list[Progress]
    objects: list[SampleObject]

    @property
    def clips(self) -> list[Clip]:
        contents = [item.content for item in self.objects]
        return [content for content in contents if isinstance(content, Clip)] + [
            content.clip for content in contents if isinstance(content, Cut)
        ]


def video_id(address: str) -> UUID:
    """The same id for the same address in every school."""
    return uuid5(NAMESPACE_URL, address)
