"""Chapters of a lesson: a VTT file beside it that is called so, whatever plays the lesson."""

from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

import pytest

from core import playing
from core.errors import Unavailable
from core.playback import Provider
from core.player import Track
from tests.integration.playing.stage import Stage, person

BEN = person("ben")
RESOURCE = """INSERT INTO mux_admin.lesson_resources
        (id, lesson_id, kind, name, mime, size_bytes, bucket, key, person, created_at)
    VALUES (%s, %s, 'subtitle', %s, 'text/vtt', 9, 'uploads', %s, 'ben', now()) RETURNING id"""


def lies(stage: Stage, lesson_id: str, name: str, key: str = "resources/a/c.vtt") -> None:
    stage.ask(RESOURCE, uuid4(), lesson_id, name, key)


def chapters_of(stage: Stage, lesson_id: str) -> list[str | None]:
    return [track.src for track in stage.plays(lesson_id, BEN).tracks if track.kind == "chapters"]


def test_whatever_plays_the_lesson_its_chapters_come_with_an_address_that_opens(stage: Stage) -> None:
    lessons = {
        Provider.MUX: stage.on_mux(),
        Provider.S3: stage.in_s3(),
        Provider.HLS: stage.lesson(hls_url="s3://school-videos/sets/hls/master.m3u8"),
    }
    src = "https://s3.test/uploads/resources/a/c.vtt?X-Amz-Signature=secret"
    for provider, lesson_id in lessons.items():
        lies(stage, lesson_id, "Sets.chapters.vtt")
        found = stage.plays(lesson_id, BEN)
        assert found.provider is provider
        assert found.tracks[-1] == Track(kind="chapters", language="und", name="Chapters", src=src)
        assert "secret" not in repr(found.tracks)


def test_of_several_files_the_one_that_came_last_counts(stage: Stage) -> None:
    lesson_id = stage.in_s3()
    for name, key in (("chapters.vtt", "1"), ("Sets.Chapters.VTT", "2"), ("captions.vtt", "3")):
        lies(stage, lesson_id, name, key)
    assert chapters_of(stage, lesson_id) == ["https://s3.test/uploads/2?X-Amz-Signature=secret"]


@pytest.mark.parametrize("name", ["captions.vtt", "my chapters.vtt", "chapters.srt", "chaptersXvtt"])
def test_other_files_are_no_chapters(stage: Stage, name: str) -> None:
    lesson_id = stage.in_s3()
    lies(stage, lesson_id, name)
    assert chapters_of(stage, lesson_id) == []


def test_another_lessons_chapters_are_its_own(stage: Stage) -> None:
    lesson_id = stage.in_s3()
    lies(stage, stage.in_s3(), "chapters.vtt")
    assert chapters_of(stage, lesson_id) == []


def test_a_lesson_without_a_video_has_no_chapters_to_show(stage: Stage) -> None:
    lesson_id = stage.lesson()
    lies(stage, lesson_id, "chapters.vtt")
    assert stage.plays(lesson_id, BEN).tracks == ()


def test_while_s3_signs_nothing_the_copy_at_mux_plays_without_chapters(stage: Stage) -> None:
    class Mute:
        def presign(self, *_: object, **__: object) -> str:
            raise Unavailable("The credentials have expired.")

    lesson_id = stage.on_mux()
    lies(stage, lesson_id, "chapters.vtt")
    found = playing.playback(lesson_id, by=BEN, services=replace(stage.services, store=cast(Any, Mute())))
    assert found.src
    assert [track.kind for track in found.tracks] == ["subtitles"]
