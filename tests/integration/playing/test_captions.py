"""Captions of a lesson that plays from S3: the file that its row of `videos` names."""

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
        (id, lesson_id, kind, name, mime, size_bytes, bucket, key, person, created_at, language, asset_id)
    VALUES (%s, %s, 'subtitle', %s, 'text/vtt', 9, 'uploads', %s, 'ben', now(), %s, %s) RETURNING id"""
OWN = "5f9f4c1e-0b7e-4a53-9c52-0f3f0c8f8a11"
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


def brought(stage: Stage, lesson_id: str, name: str, *, asset_id: str | None = None) -> None:
    stage.ask(RESOURCE, uuid4(), lesson_id, name, f"resources/{name}", "de", asset_id)


def beside(name: str) -> Track:
    src = f"https://s3.test/uploads/resources/{name}?X-Amz-Signature=secret"
    return Track(kind="captions", language="de", name=name.rpartition(".")[0], src=src)


def test_captions_that_somebody_brought_are_shown_while_the_lesson_plays_from_s3(stage: Stage) -> None:
    folder = stage.lesson(hls_url="s3://school-videos/sets/hls/master.m3u8")
    for lesson_id in (stage.in_s3(), folder):
        brought(stage, lesson_id, "Sets.de.vtt", asset_id="deleted")
        brought(stage, lesson_id, "More.srt")
        found = stage.plays(lesson_id, BEN)
        assert found.tracks == (beside("Sets.de.vtt"), beside("More.srt"))
        assert "secret" not in repr(found)


def test_what_mux_was_not_given_is_shown_beside_what_it_has(stage: Stage) -> None:
    lesson_id = stage.on_mux()
    [(asset_id,)] = stage.ask("SELECT mux_asset_id FROM lessons WHERE id::text = %s", lesson_id)
    brought(stage, lesson_id, "Given.vtt", asset_id=str(asset_id))
    assert [track.src for track in stage.plays(lesson_id, BEN).tracks] == [None]
    brought(stage, lesson_id, "Waits.vtt")
    assert stage.plays(lesson_id, BEN).tracks[1:] == (beside("Waits.vtt"),)


def test_while_s3_signs_nothing_the_copy_at_mux_plays_without_what_was_brought(stage: Stage) -> None:
    class Mute:
        def presign(self, *_: object, **__: object) -> str:
            raise Unavailable("The credentials have expired.")

    lesson_id = stage.on_mux()
    brought(stage, lesson_id, "Waits.vtt")
    found = playing.playback(lesson_id, by=BEN, services=replace(stage.services, store=cast(Any, Mute())))
    assert [track.kind for track in found.tracks] == ["subtitles"]


def test_captions_made_here_open_also_while_the_lesson_plays_from_s3(stage: Stage) -> None:
    lesson_id = stage.in_s3()
    [track] = tracks(stage, lesson_id, f"/api/videos/{lesson_id}/captions/{OWN}.vtt")
    assert str(track.src).endswith(f"{OWN}.vtt?X-Amz-Signature=secret")


MADE = """INSERT INTO mux_admin.text_tracks (id, lesson_id, asset_id, origin, state, language, name, person,
        created_at, moved_at, first_at, file_id)
    VALUES (%s, %s, 'deleted', %s, 'ready', 'de', 'Sets in German', 'ben', now(), now(), now(), %s)
    RETURNING id"""


@pytest.mark.parametrize("origin", ["found", "edited"])
def test_a_file_and_the_captions_that_were_made_of_it_are_told_once(stage: Stage, origin: str) -> None:
    """A lesson that fell back to S3 has both: the row names what Mux had, and the file lies beside it."""
    lesson_id, file_id = stage.in_s3(), uuid4()
    stage.ask(RESOURCE, file_id, lesson_id, "Sets.de.vtt", "resources/Sets.de.vtt", "de", "deleted")
    brought(stage, lesson_id, "More.srt")
    stage.ask(MADE, OWN, lesson_id, origin, file_id)
    named, other = tracks(stage, lesson_id, f"/api/videos/{lesson_id}/captions/{OWN}.vtt")
    assert (named.language, named.name) == ("de", "Sets in German")
    assert str(named.src).endswith(f"{OWN}.vtt?X-Amz-Signature=secret")
    assert other == beside("More.srt")


def test_captions_of_another_making_stand_beside_the_files(stage: Stage) -> None:
    lesson_id = stage.in_s3()
    brought(stage, lesson_id, "Sets.de.vtt", asset_id="deleted")
    stage.ask(MADE, OWN, lesson_id, "generated", None)
    found = tracks(stage, lesson_id, f"/api/videos/{lesson_id}/captions/{OWN}.vtt")
    assert [one.name for one in found] == ["Captions", "Sets.de"]
