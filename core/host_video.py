"""What the school's own rows say of a video, as a protocol that `core/db/` fills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.upload import LessonChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class HostVideo:
    """A row of `lessons` or `videos`, in the columns that were there before us.

    `addresses` are those of its video by column (`video_url`, `hls_url`, `s3_key`), without any query, which
    may hold somebody's signature. `beside` are the ids of its rows in the other table.
    """

    table: str
    row_id: str
    title: str | None
    addresses: Mapping[str, str]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A row of `courses`; `teacher_id` is None where the school does not say."""

    id: str
    title: str
    teacher_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseChoices:
    """Courses that somebody may add a lesson to; `needed` where the school takes none without a course."""

    found: Sequence[Course]
    needed: bool


class HostVideos(Protocol):
    """The school's rows of videos, read whatever columns they have."""

    def get(self, table: str, row_id: str) -> HostVideo | None:
        """One row; None where table or row are not there."""

    def find_lessons(self, search: str, *, creator_id: str | None, limit: int) -> Sequence[LessonChoice]:
        """Lessons whose title contains the text, of one creator or of all; the newest first."""

    def course(self, course_id: str) -> Course | None:
        """None where there is no such course, or no table of them."""

    def find_courses(self, search: str, *, teacher_id: str | None, limit: int) -> Sequence[Course]:
        """Courses whose title contains the text, of one teacher or of all, by title; none where no lesson
        could name one."""

    def needs_course(self) -> bool:
        """Whether a new lesson must name its course."""

    def video_of(self, lesson_id: str) -> str | None:
        """The row of `videos` that is the lesson's: one that either names, else one that shares its source
        object with no other lesson, else the one that we have noted."""

    def keeps_videos(self) -> bool:
        """Whether the school has a table of videos."""

    def note_video(self, lesson_id: str, video_id: str) -> None:
        """Remember the lesson's row of `videos`, where the school's tables do not tell."""

    def course_id_of(self, lesson_id: str) -> str | None:
        """The lesson's course."""
