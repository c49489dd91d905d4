"""Uploads, lessons and what plays them, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.asset import Policy
from core.host_video import Course
from core.playable import Playable
from core.resource import Resource
from core.source import Location
from core.tie import LessonTies
from core.upload import FileKind, LessonChoice, Upload, UploadState, UploadTrouble, Via
from core.watch import PlaybackTrouble
from tests.fakes import EPOCH


@dataclass(slots=True)
class Videos:
    """What the school has for uploading and playing."""

    uploads: list[Upload] = field(default_factory=list)
    lessons: list[LessonChoice] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    needs_course: bool = False
    playables: dict[str, Playable] = field(default_factory=dict)
    troubles: list[PlaybackTrouble] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)


def upload(number: int, state: UploadState, **facts: Any) -> Upload:
    """A video of 84 MB, unless said otherwise."""
    usual: dict[str, Any] = {
        "id": UUID(int=number),
        "lesson_id": str(number),
        "lesson_title": f"Lesson {number}",
        "state": state,
        "via": Via.MUX,
        "kind": FileKind.VIDEO,
        "filename": f"take-{number}.mp4",
        "size_bytes": 84_000_000,
        "person": "dana",
        "subject": "dana",
        "created_at": EPOCH,
        "moved_at": EPOCH,
        "expires_at": EPOCH + timedelta(hours=1),
    }
    return Upload(**(usual | facts))


def everything() -> Videos:
    """An upload in each state and with each trouble, a resource, a lesson that plays from Mux."""
    uploads = [upload(n, state) for n, state in enumerate(UploadState, 1)]
    numbers = enumerate(UploadTrouble, 50)
    uploads += [upload(n, UploadState.ERRORED, trouble=one, reason="It broke.") for n, one in numbers]
    uploads.append(upload(90, UploadState.READY, kind=FileKind.PDF, filename="notes.pdf", via=Via.S3))
    lesson = Playable(
        ties=LessonTies(lesson_id="1", is_published=True, is_public=True),
        title="Sets · 1",
        series="Algebra II",
        playback_id="play-1",
        policy=Policy.PUBLIC,
        duration_s=600.0,
        position_s=130.0,
        secret="secret",
    )
    choices = [LessonChoice(id=str(n), title=f"Lesson {n}", course="Algebra II") for n in range(1, 9)]
    return Videos(uploads=uploads, lessons=choices, playables={"1": lesson})


def resource(number: int, name: str, kind: FileKind = FileKind.PDF) -> Resource:
    """A file of 2 MB beside lesson 1."""
    return Resource(
        id=UUID(int=number),
        lesson_id="1",
        kind=kind,
        name=name,
        mime="application/pdf",
        size_bytes=2_000_000,
        location=Location("school-videos", f"r/{name}"),
        person="tess",
        created_at=EPOCH,
    )


class FakeUploads:
    def __init__(self, videos: Videos) -> None:
        self.videos = videos

    def newest(self, *, subject: str | None, lesson_id: str | None, limit: int) -> Sequence[Upload]:
        found = self.videos.uploads
        return [
            one for one in found if subject in (None, one.subject) and lesson_id in (None, one.lesson_id)
        ][:limit]

    def get(self, upload_id: UUID) -> Upload | None:
        return next((one for one in self.videos.uploads if one.id == upload_id), None)

    def resources(self, lesson_id: str) -> Sequence[Resource]:
        return [one for one in self.videos.resources if one.lesson_id == lesson_id]

    def opened_since(self, subject: str, moment: datetime) -> list[datetime]:
        return []


class FakeLessons:
    def __init__(self, videos: Videos) -> None:
        self.videos = videos

    def find_lessons(self, search: str, *, creator_id: str | None, limit: int) -> Sequence[LessonChoice]:
        return [one for one in self.videos.lessons if search.lower() in one.title.lower()][:limit]

    def find_courses(self, search: str, *, teacher_id: str | None, limit: int) -> Sequence[Course]:
        theirs = (one for one in self.videos.courses if teacher_id in (None, one.teacher_id))
        return [one for one in theirs if search.lower() in one.title.lower()][:limit]

    def needs_course(self) -> bool:
        return self.videos.needs_course

    def keeps_videos(self) -> bool:
        return False

    def course(self, course_id: str) -> Course | None:
        return next((one for one in self.videos.courses if one.id == course_id), None)


class FakePlayables:
    def __init__(self, videos: Videos) -> None:
        self.videos = videos

    def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        return self.videos.playables.get(lesson_id)


class FakeWatches:
    def __init__(self, videos: Videos) -> None:
        self.videos = videos

    def keep_trouble(self, trouble: PlaybackTrouble) -> None:
        self.videos.troubles.append(trouble)
