"""The sample school as values."""

from collections import Counter
from datetime import date, datetime, time

import pytest

from core.source import Location, parse_s3_url
from sandbox.school.clips import Clip
from sandbox.school.plan import inventory_rows, plan_school
from sandbox.school.rows import Cut, Hls, School
from sandbox.school.spellings import ARCHIVE, BUCKETS, DOMAINS, MEDIA, SPELLINGS

TODAY = date(2026, 11, 21)
DOMAIN_BUCKETS = dict(pair.split("=") for pair in DOMAINS.split(","))


@pytest.fixture(scope="module")
def school() -> School:
    return plan_school(today=TODAY)


def locations(school: School) -> Counter[Location]:
    """How many rows point at each place, by their URL or by their bucket and key."""
    urls = [lesson.video_url or lesson.hls_url for lesson in school.lessons]
    by_url = [parse_s3_url(url, domains=DOMAIN_BUCKETS) for url in urls if url]
    by_key = [Location(video.s3_bucket, video.s3_key) for video in school.videos]
    return Counter(place for place in [*by_url, *by_key] if place)


def stored(school: School) -> set[Location]:
    return {Location(item.bucket, item.key) for item in school.objects}


def test_the_same_seed_and_day_give_the_same_school(school):
    assert plan_school(today=TODAY) == school
    assert plan_school(today=TODAY, seed=2) != school


def test_it_has_the_size_of_a_school(school):
    assert len(school.courses) == 12
    assert 290 <= len(school.lessons) <= 330
    assert 290 <= len(school.objects) <= 330
    roles = Counter(person.role for person in school.users)
    assert roles["teacher"] == 6
    assert all(roles[role] >= 1 for role in ("admin", "ops", "finance", "student"))


def test_every_reference_finds_its_row(school):
    users = {person.id for person in school.users}
    courses = {course.id for course in school.courses}
    lessons = {lesson.id for lesson in school.lessons}
    videos = {video.id for video in school.videos}
    assert {course.teacher_id for course in school.courses} <= users
    assert {lesson.course_id for lesson in school.lessons} <= courses
    assert {lesson.video_id for lesson in school.lessons} - {None} <= videos
    assert {video.lesson_id for video in school.videos} - {None} <= lessons
    for learning in (*school.purchases, *school.lesson_progress):
        assert learning.lesson_id in lessons
        assert learning.user_id in users


def test_addresses_come_in_every_spelling_and_all_but_the_missing_mean_an_object(school):
    shapes = {spelling("bucket", "key").replace("bucket", MEDIA).split("key")[0] for spelling in SPELLINGS}
    urls = [lesson.video_url for lesson in school.lessons if lesson.video_url]
    assert all(any(url.startswith(shape) for url in urls) for shape in shapes)
    missing = locations(school).keys() - stored(school)
    foreign = Location("partner-uploads", "1914/overview.mp4")
    removed = {Location(MEDIA, f"courses/chemistry/removed-{number}.mp4") for number in (1, 2, 3)}
    assert missing == removed | {foreign}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("key", ["courses/¿Qué tal?.mp4", "a b/1+1=2 & 100% #1.mp4"])
def test_each_spelling_means_its_object(spelling, key):
    assert parse_s3_url(spelling(MEDIA, key), domains=DOMAIN_BUCKETS) == Location(MEDIA, key)


def test_one_object_serves_three_rows_and_some_serve_nobody(school):
    counts = locations(school)
    assert counts[Location(MEDIA, "shared/welcome.mp4")] == 3
    unreferenced = [item for item in school.objects if Location(item.bucket, item.key) not in counts]
    assert sum(isinstance(item.content, Clip) for item in unreferenced) == 14


def test_keys_are_as_awkward_as_real_ones(school):
    keys = [item.key for item in school.objects]
    assert len(keys) == len(set(keys))
    assert max(len(key.encode()) for key in keys) == 900
    assert any(not key.isascii() for key in keys)
    assert all(any(character in key for key in keys) for character in " +%#?&")
    assert any(key.endswith(".MP4") for key in keys)


def test_files_are_as_awkward_as_real_ones(school):
    contents = {item.key: item.content for item in school.objects}
    assert contents["courses/python/tests-empty.mp4"] == b""
    assert contents["courses/python/slides.mp4"].startswith(b"%PDF")
    assert isinstance(contents["courses/python/files-upload-2.mp4"], Cut)
    assert sum(isinstance(content, Hls) for content in contents.values()) == 2
    assert contents["courses/chemistry/safety.mp4"] == contents["courses/chemistry/safety (copy).mp4"]


def test_all_other_clips_are_distinct(school):
    clips = Counter(item.content for item in school.objects if isinstance(item.content, Clip))
    assert [count for count in clips.values() if count > 1] == [2]


def test_one_lesson_has_nothing_but_an_hls_folder(school):
    only = [lesson for lesson in school.lessons if lesson.hls_url and not lesson.video_url]
    assert [lesson.title for lesson in only] == ["Genes, live"]


def test_every_object_but_one_lies_where_the_scan_looks(school):
    prefixes = [tuple(part.partition("/")[::2]) for part in BUCKETS.split(",")]
    outside = [
        item.key
        for item in school.objects
        if not any(item.bucket == bucket and item.key.startswith(prefix) for bucket, prefix in prefixes)
    ]
    assert outside == ["backups/2019.tar"]


def test_no_moment_lies_in_the_future(school):
    end = datetime.combine(date(2026, 11, 22), time())
    assert all(lesson.created_at < end for lesson in school.lessons)
    assert all(progress.updated_at < end for progress in school.lesson_progress)


def test_inventory_rows_are_numbered_behind_the_lessons_and_point_into_the_archive(school):
    pairs = list(inventory_rows(school, 5, 15))
    assert [lesson.id for _, lesson in pairs] == [len(school.lessons) + number + 1 for number in range(5, 15)]
    for video, lesson in pairs:
        assert lesson.video_id == video.id
        assert parse_s3_url(lesson.video_url) == Location(ARCHIVE, video.s3_key)
