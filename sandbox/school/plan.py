"""The whole sample school as values: the same for the same seed and day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from sandbox.s3.synthetic import inventory_key
from sandbox.school import curriculum
from sandbox.school.awkward import add_awkward
from sandbox.school.builder import SchoolBuilder, slug
from sandbox.school.rows import Enrollment, Lesson, Progress, Purchase, SampleObject, School, Video, video_id
from sandbox.school.spellings import ARCHIVE, ARCHIVE_PREFIX, MEDIA, SPELLINGS

SEED = 1
COURSES_PER_STUDENT = 3
INVENTORY_BYTES = 80_000_000


def plan_school(*, seed: int = SEED, today: date | None = None) -> School:
    day = today or datetime.now(UTC).date()
    build = SchoolBuilder(seed, datetime.combine(day, time(18)))
    teachers = curriculum.teachers()
    for index, taught in enumerate(curriculum.subjects()):
        add_course(build, taught, teachers[index % len(teachers)])
    add_awkward(build)
    add_learning(build)
    return build.school


def add_course(build: SchoolBuilder, taught: curriculum.Subject, teacher_id: str) -> None:
    """A course whose last lesson has no video yet."""
    course = build.course(taught.title, teacher_id)
    *filmed, planned = curriculum.lesson_titles(taught)
    for position, title in enumerate(filmed, start=1):
        key = f"courses/{taught.slug}/{position:02d}-{slug(title)}.mp4"
        item = SampleObject(bucket=MEDIA, key=key, content=build.clip(title, course))
        build.lesson(course, title, build.object(item))
    build.lesson(course, planned, None)


def add_learning(build: SchoolBuilder) -> None:
    """Who may watch what, and how far they got."""
    school, random = build.school, build.random
    published = [lesson for lesson in school.lessons if lesson.status == "published"]
    for user_id in curriculum.students():
        courses = {course.id for course in random.sample(school.courses, COURSES_PER_STUDENT)}
        school.enrollments.extend(Enrollment(course_id=id_, user_id=user_id) for id_ in sorted(courses))
        bought = random.sample(published, 2)
        school.purchases.extend(Purchase(lesson_id=lesson.id, user_id=user_id) for lesson in bought)
        watchable = [lesson for lesson in published if lesson.course_id in courses]
        for lesson in random.sample(watchable, min(12, len(watchable))):
            school.lesson_progress.append(progress(build, user_id, lesson))


def progress(build: SchoolBuilder, user_id: str, lesson: Lesson) -> Progress:
    length_s = lesson.duration or 5
    reached_s = build.random.randint(0, length_s)
    return Progress(
        user_id=user_id,
        lesson_id=lesson.id,
        position_s=reached_s,
        watched_s=min(reached_s + build.random.randint(0, 3), 2 * length_s),
        completed=reached_s == length_s,
        updated_at=build.past(max_days=60),
    )


def inventory_rows(school: School, start: int, stop: int) -> Iterator[tuple[Video, Lesson]]:
    """One lesson and one video for each inventory key from `start` on, for looking at scale."""
    created_at = school.lessons[0].created_at
    for number in range(start, stop):
        course = school.courses[number % len(school.courses)]
        key = inventory_key(ARCHIVE_PREFIX, number)
        lesson_id = len(school.lessons) + number + 1
        address = SPELLINGS[number % 5](ARCHIVE, key)  # the spellings that know their bucket
        video = Video(
            id=video_id(address),
            lesson_id=lesson_id,
            title=f"Recording {number}",
            description="",
            filename=key.rpartition("/")[2],
            file_path=address,
            file_size=INVENTORY_BYTES,
            duration=None,
            video_quality=None,
            uploaded_by=course.teacher_id,
            course_id=course.id,
            s3_key=key,
            s3_bucket=ARCHIVE,
            is_processed=True,
            is_public=False,
            created_at=created_at,
        )
        lesson = Lesson(
            id=lesson_id,
            title=video.title,
            description=None,
            video_id=video.id,
            course_id=course.id,
            creator_id=course.teacher_id,
            status="published",
            position=number,
            video_url=address,
            hls_url=None,
            duration=None,
            created_at=created_at,
        )
        yield video, lesson
