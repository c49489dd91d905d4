"""Collects the rows and objects of a school, giving each lesson its number and its way to its file."""

import random
import re
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import cycle

from sandbox.school import curriculum
from sandbox.school.clips import Clip
from sandbox.school.rows import Course, Lesson, SampleObject, School, Video, video_id
from sandbox.school.spellings import SPELLINGS, Spelling, s3_scheme, virtual_hosted

SHAPES = ((320, 180),) * 8 + ((240, 180), (180, 320))  # mostly wide; some old, some from a phone
GUESSED_BYTES = 48_000_000  # the sizes in `videos` were typed in by the upload form, years ago


class Link(StrEnum):
    """How a lesson and its object find each other in the host's tables."""

    BOTH_WAYS = "both_ways"  # lessons.video_id and videos.lesson_id
    FROM_VIDEO = "from_video"  # videos.lesson_id alone
    SAME_OBJECT = "same_object"  # a videos row and a URL that mean the same object
    URL_ONLY = "url_only"  # no videos row


LINKS = (Link.BOTH_WAYS,) * 5 + (Link.URL_ONLY,) * 3 + (Link.FROM_VIDEO, Link.SAME_OBJECT)


class SchoolBuilder:
    def __init__(self, seed: int, now: datetime) -> None:
        self.random = random.Random(seed)
        self.now = now
        self.school = School(
            users=curriculum.people(),
            courses=[],
            videos=[],
            lessons=[],
            purchases=[],
            enrollments=[],
            lesson_progress=[],
            objects=[],
        )
        self._links = cycle(LINKS)
        self._spellings = cycle(SPELLINGS)

    def course(self, title: str, teacher_id: str) -> Course:
        made = Course(id=len(self.school.courses) + 1, title=title, teacher_id=teacher_id)
        self.school.courses.append(made)
        return made

    def clip(self, title: str, course: Course, **differences: object) -> Clip:
        width, height = self.random.choice(SHAPES)
        facts = {
            "title": title,
            "subtitle": course.title,
            "number": len(self.school.lessons) + 1,
            "hue": (course.id - 1) / 12,
            "duration_s": self.random.randint(3, 8),
            "width": width,
            "height": height,
        }
        return Clip(**(facts | differences))

    def object(self, item: SampleObject) -> SampleObject:
        self.school.objects.append(item)
        return item

    def lesson(
        self,
        course: Course,
        title: str,
        item: SampleObject | None,
        *,
        link: Link | None = None,
        spelling: Spelling | None = None,
        **differences: object,
    ) -> Lesson:
        """A lesson with its `videos` row where the link has one. `item` None: nothing to watch yet."""
        link = link or (next(self._links) if item else Link.URL_ONLY)
        number = len(self.school.lessons) + 1
        created_at = self.past(max_days=730)
        video = None
        if item and link is not Link.URL_ONLY:
            video = self.video(
                course, title, item, number if link is not Link.SAME_OBJECT else None, created_at
            )
        has_url = item and link is not Link.FROM_VIDEO
        write = spelling or (next(self._spellings) if has_url else s3_scheme)
        facts = {
            "id": number,
            "title": title,
            "description": f"{title}, from {course.title}." if self.random.random() < 0.8 else None,
            "video_id": video.id if video and link is Link.BOTH_WAYS else None,
            "course_id": course.id,
            "creator_id": course.teacher_id,
            "status": "published" if item and self.random.random() < 0.9 else "draft",
            "position": 1 + sum(other.course_id == course.id for other in self.school.lessons),
            "video_url": write(item.bucket, item.key) if has_url else None,
            "hls_url": None,
            "duration": duration_of(item) if self.random.random() < 0.8 else None,
            "created_at": created_at,
        }
        made = Lesson(**(facts | differences))
        self.school.lessons.append(made)
        return made

    def video(
        self, course: Course, title: str, item: SampleObject, lesson_id: int | None, created_at: datetime
    ) -> Video:
        made = Video(
            id=video_id(f"{len(self.school.videos)} {item.bucket}/{item.key}"),
            lesson_id=lesson_id,
            title=title,
            description="",
            filename=item.key.rpartition("/")[2],
            file_path=virtual_hosted(item.bucket, item.key),
            file_size=GUESSED_BYTES,
            duration=duration_of(item) if self.random.random() < 0.7 else None,
            video_quality=self.random.choice(("1080p", "720p", None)),
            uploaded_by=course.teacher_id,
            course_id=course.id,
            s3_key=item.key,
            s3_bucket=item.bucket,
            is_processed=True,
            is_public=self.random.random() < 0.3,
            created_at=created_at,
        )
        self.school.videos.append(made)
        return made

    def past(self, *, max_days: int) -> datetime:
        """A moment of a school day, naive UTC as the host stores it."""
        return self.now - timedelta(
            days=self.random.randint(1, max_days), minutes=self.random.randint(0, 600)
        )


def duration_of(item: SampleObject | None) -> int | None:
    return item.content.duration_s if item and isinstance(item.content, Clip) else None


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
