"""Captions of a lesson that plays from S3: the file that its row of `videos` names."""

import pytest

from core.playback import Provider
from core.player import Track
from tests.integration.playing.stage import Stage, person

BEN = person("ben")
IN_S3 = "https://s3.test/school-videos/a.vtt?X-Amz-Signature=secret"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.ask("SELECT 1; ALTER TABLE videos ADD COLUMN IF NOT EXISTS captions_webvtt_url text")
    return stage


def tracks(stage: Stage, lesson_id: str, captions_url: str) -> tuple[Track, ...]:
    sql = "INSERT INTO videos (lesson_id, captions_webvtt_url) VALUES (%s, %s) RETURNING id"
    stage.ask(sql, lesson_id, captions_url)
    return stage.plays(lesson_id, BEN).tracks


def captions(src: str) -> tuple[Track, ...]:
    return (Track(kind="captions", language="und", name="Captions", src=src),)


def test_captions_in_s3_come_with_an_address_that_opens(stage: Stage) -> None:
    found = tracks(stage, stage.in_s3(), "s3://school-videos/a.vtt")
    assert found == captions(IN_S3)
    assert "secret" not in repr(found)


def test_captions_elsewhere_come_as_they_are(stage: Stage) -> None:
    address = "https://captions.test/a.vtt"
    assert tracks(stage, stage.in_s3(), address) == captions(address)


def test_a_folder_in_s3_has_its_captions_too(stage: Stage) -> None:
    lesson_id = stage.lesson(hls_url="s3://school-videos/sets/hls/master.m3u8")
    assert tracks(stage, lesson_id, "s3://school-videos/a.vtt") == captions(IN_S3)
    assert stage.plays(lesson_id, BEN).provider is Provider.HLS


@pytest.mark.parametrize(
    "address",
    ["/api/videos/7/captions/en.vtt", "s3://payroll/a.vtt", "javascript:alert(1)", "", " "],
)
def test_captions_that_do_not_open_keep_no_video_from_playing(stage: Stage, address: str) -> None:
    lesson_id = stage.in_s3()
    assert tracks(stage, lesson_id, address) == ()
    assert stage.plays(lesson_id, BEN).src


def test_a_copy_at_mux_shows_the_captions_that_mux_has(stage: Stage) -> None:
    found = tracks(stage, stage.on_mux(), "s3://school-videos/a.vtt")
    assert [track.src for track in found] == [None]
