"""What plays a lesson, and with which addresses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from core import playing, streaming
from core.db.playables import SqlPlayables
from core.errors import ConfigError, NotFound
from core.playback import Provider
from core.player import Tokens, Track
from core.settings import Bucket
from core.tokens.seals import JwtSeals
from tests.integration.playing.stage import Stage, person

BEN = person("ben")


def test_a_signed_copy_plays_with_tokens_that_outlive_the_video(stage: Stage) -> None:
    found = stage.plays(stage.on_mux(policy="signed", duration_s=600), BEN)
    assert (found.provider, found.why) == (Provider.MUX, "The lesson has a Mux playback id.")
    assert found.tokens == Tokens(
        video="token.v.play-1", thumbnail="token.t.play-1", storyboard="token.s.play-1"
    )
    assert found.src == "https://stream.mux.com/play-1.m3u8?token=token.v.play-1"
    assert found.poster == "https://image.mux.com/play-1/thumbnail.jpg?token=token.t.play-1"
    assert found.storyboard == "https://image.mux.com/play-1/storyboard.vtt?token=token.s.play-1"
    assert found.expires_at == stage.school.clock.now + timedelta(seconds=600 + 3600)


def test_a_public_copy_plays_without_any_token(stage: Stage) -> None:
    found = stage.plays(stage.on_mux(policy="public"), BEN)
    assert (found.tokens, found.expires_at) == (None, None)
    assert found.src == "https://stream.mux.com/play-1.m3u8"


def test_a_video_of_unknown_length_is_taken_for_a_long_one(stage: Stage) -> None:
    found = stage.plays(stage.on_mux(duration_s=None), BEN)
    assert found.expires_at == stage.school.clock.now + timedelta(hours=13)  # 12 h and PLAYBACK_BEYOND_S


def test_a_lesson_in_s3_plays_from_a_presigned_address(stage: Stage) -> None:
    found = stage.plays(stage.in_s3("a.mp4", duration=60), BEN)
    assert (found.provider, found.why) == (Provider.S3, "No Mux playback id yet; the S3 address plays.")
    assert found.src == "https://s3.test/school-videos/a.mp4?X-Amz-Signature=secret"
    assert found.expires_at == stage.school.clock.now + timedelta(seconds=60 + 3600)


def test_a_lesson_without_an_address_plays_the_object_of_its_row_in_videos(stage: Stage) -> None:
    lesson_id = stage.lesson()
    sql = (
        "INSERT INTO videos (lesson_id, s3_bucket, s3_key) VALUES (%s, 'school-videos', 'b.mp4') RETURNING id"
    )
    stage.ask(sql, lesson_id)
    assert stage.plays(lesson_id, BEN).src.startswith("https://s3.test/school-videos/b.mp4?")


def test_what_lies_in_s3_can_be_looked_at_beside_its_copy_at_mux(stage: Stage) -> None:
    both = stage.on_mux(video_url="s3://school-videos/a.mp4")
    beside = playing.original(both, by=BEN, services=stage.services)
    assert beside is not None
    assert (beside.provider, beside.src) == (
        Provider.S3,
        "https://s3.test/school-videos/a.mp4?X-Amz-Signature=secret",
    )
    assert playing.original(stage.on_mux(), by=BEN, services=stage.services) is None
    assert playing.original(stage.in_s3(), by=BEN, services=stage.services) is None
    with pytest.raises(NotFound):
        playing.original(stage.on_mux(status="draft"), by=person("eve"), services=stage.services)


def test_an_hls_folder_plays_through_the_api_by_a_token_for_that_folder(stage: Stage) -> None:
    lesson_id = stage.lesson(hls_url="s3://school-videos/sets/hls/master.m3u8", duration=60)
    found = stage.plays(lesson_id, BEN)
    address, _, token = found.src.partition("?token=")
    assert address == f"http://127.0.0.1:8503/api/videos/{lesson_id}/hls/master.m3u8"
    [(secret,)] = stage.ask("SELECT secret FROM mux_admin.local_keys")
    now_s = stage.school.clock.now.timestamp()
    claims = JwtSeals().unseal(token, secret=secret, audience=streaming.AUDIENCE, now_s=now_s)
    assert (claims["sub"], claims["key"], claims["folder"]) == (
        lesson_id,
        "sets/hls/master.m3u8",
        "sets/hls/",
    )
    assert claims["exp"] == int(now_s) + 60 + 3600


def test_an_address_that_is_none_of_s3s_plays_as_it_stands(stage: Stage) -> None:
    found = stage.plays(stage.lesson(video_url="https://videos.elsewhere.test/a.mp4"), BEN)
    assert (found.src, found.expires_at) == ("https://videos.elsewhere.test/a.mp4", None)


def test_nothing_is_presigned_in_a_bucket_that_lectern_was_not_given(stage: Stage) -> None:
    lesson_id = stage.lesson(video_url="s3://payroll/2026.mp4")
    with pytest.raises(ConfigError, match="does not serve"):
        stage.plays(lesson_id, BEN)
    assert stage.school.store.presigned == []


def test_a_part_of_a_bucket_is_served_and_no_more(stage: Stage) -> None:
    settings = replace(stage.services.settings, s3_buckets=(Bucket(name="school-videos", prefix="public/"),))
    services = replace(stage.services, settings=settings)
    inside, outside = stage.in_s3("public/a.mp4"), stage.in_s3("private/a.mp4")
    assert playing.playback(inside, by=BEN, services=services).provider is Provider.S3
    with pytest.raises(ConfigError):
        playing.playback(outside, by=BEN, services=services)


def test_an_address_that_no_browser_plays_is_refused(stage: Stage) -> None:
    with pytest.raises(ConfigError, match="none that a browser can play"):
        stage.plays(stage.lesson(video_url="javascript:alert(1)"), BEN)


def test_a_lesson_without_a_video_says_so(stage: Stage) -> None:
    found = stage.plays(stage.lesson(), BEN)
    assert (found.provider, found.why, found.src) == (Provider.NONE, "The lesson has no video.", "")


def test_a_copy_that_mux_has_deleted_is_not_played_any_more(stage: Stage) -> None:
    lesson_id = stage.on_mux(video_url="s3://school-videos/a.mp4")
    stage.ask("UPDATE mux_admin.assets SET status = 'deleted' RETURNING id")
    found = stage.plays(lesson_id, BEN)
    assert (found.provider, found.why) == (
        Provider.S3,
        "The copy at Mux was deleted; the S3 address plays.",
    )


def test_facts_that_wait_for_their_columns_play_already(stage: Stage) -> None:
    lesson_id = stage.on_mux(policy="public")
    stage.school.drop_columns()
    facts = '{"mux_asset_id": "asset-1", "mux_playback_id": "play-1"}'
    sql = "INSERT INTO mux_admin.pending_facts VALUES ('lessons', %s, %s, now()) RETURNING row_id"
    stage.ask(sql, lesson_id, facts)
    assert stage.plays(lesson_id, BEN).src == "https://stream.mux.com/play-1.m3u8"


@pytest.mark.parametrize(
    ("rule", "is_public", "signed"),
    [("auto", True, False), ("auto", False, True), ("public", False, False), ("signed", True, True)],
)
def test_an_asset_that_nobody_knows_is_taken_for_what_we_would_have_made(
    stage: Stage, rule: str, is_public: bool, signed: bool
) -> None:
    lesson_id = stage.lesson(mux_playback_id="elsewhere", is_public=is_public)
    services = replace(stage.services, settings=replace(stage.services.settings, mux_playback_policy=rule))
    found = playing.playback(lesson_id, by=BEN, services=services)
    assert (found.tokens is not None) is signed


def test_signed_playback_without_a_key_says_what_to_set(stage: Stage) -> None:
    lesson_id = stage.on_mux(policy="signed")
    with pytest.raises(ConfigError) as caught:
        playing.playback(lesson_id, by=BEN, services=stage.without_key())
    assert caught.value.hint == "Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY."


def test_the_tracks_are_those_that_are_ready(stage: Stage) -> None:
    found = stage.plays(stage.on_mux(), BEN)
    assert found.tracks == (Track(kind="subtitles", language="en", name="English"),)


def test_it_goes_on_where_the_person_stopped_and_from_the_start_when_they_have_seen_it_all(
    stage: Stage,
) -> None:
    lesson_id = stage.on_mux()
    for row in (("ben", lesson_id, 42.5, 50, False), ("sam", lesson_id, 600, 600, True)):
        stage.ask("INSERT INTO lesson_progress VALUES (%s, %s, %s, %s, %s) RETURNING 1", *row)
    assert [stage.plays(lesson_id, person(who)).resume_at_s for who in ("ben", "sam", "bo")] == [42.5, 0, 0]


def test_a_viewer_has_one_name_that_tells_nobody_who_it_is(stage: Stage) -> None:
    one, other = stage.on_mux(), stage.on_mux(policy="public", is_public=True)
    names = {stage.plays(lesson_id, who).viewer for lesson_id in (one, other) for who in (BEN, person("sam"))}
    assert len(names) == 2
    assert not any("ben" in name or "sam" in name for name in names)
    assert stage.plays(other, None).viewer == ""


@pytest.mark.parametrize("user_id", ["ben", None])
def test_the_question_is_short_enough_for_the_driver_to_keep_it(
    stage: Stage, engine: Engine, user_id: str | None
) -> None:
    with engine.connect() as connection:
        asked = SqlPlayables(connection, host_schema="public").question(stage.in_s3(), user_id)
        assert asked is not None
        assert len(str(asked[0].compile(dialect=connection.dialect))) < 4096


def test_mux_data_learns_the_lesson_and_its_series(stage: Stage) -> None:
    found = stage.plays(stage.on_mux(title="Sets · 1"), BEN)
    assert (found.title, found.series) == ("Sets · 1", "Algebra")


def test_what_opens_something_is_not_in_the_words_about_a_playback(stage: Stage) -> None:
    said = repr(stage.plays(stage.on_mux(), BEN)) + repr(stage.plays(stage.in_s3(), BEN))
    assert "token." not in said
    assert "secret" not in said


@pytest.mark.parametrize("lesson_id", ["999", "no number", "a\x00b", ""])
def test_a_lesson_that_is_not_there_is_not_found(stage: Stage, lesson_id: str) -> None:
    with pytest.raises(NotFound, match="There is no lesson"):
        stage.plays(lesson_id, BEN)


@pytest.mark.parametrize("table", ["videos", "courses", "lesson_progress", "purchases", "enrollments"])
def test_a_school_without_a_table_plays_all_the_same(stage: Stage, table: str) -> None:
    lesson_id = stage.on_mux(policy="public")
    stage.ask(f"SELECT 1; DROP TABLE {table}")
    assert stage.plays(lesson_id, BEN).provider is Provider.MUX


def test_the_row_in_videos_is_found_by_what_we_have_noted(stage: Stage) -> None:
    one, other = stage.lesson(), stage.lesson()
    sql = "INSERT INTO videos (s3_bucket, s3_key) VALUES ('school-videos', 'noted.mp4') RETURNING id::text"
    [(video_id,)] = stage.ask(sql)
    stage.ask("INSERT INTO mux_admin.lesson_videos VALUES (%s, %s, now()) RETURNING lesson_id", one, video_id)
    assert "noted.mp4" in stage.plays(one, BEN).src
    assert stage.plays(other, BEN).provider is Provider.NONE


def test_the_row_in_videos_is_found_by_its_object(stage: Stage) -> None:
    stage.school.store.put("school-videos", "b.mp4", b"12345678")
    one = stage.in_s3("b.mp4")
    sql = (
        "INSERT INTO videos (s3_bucket, s3_key, duration) VALUES ('school-videos', 'b.mp4', 90) RETURNING id"
    )
    stage.ask(sql)
    assert stage.plays(one, BEN).duration_s is None
    stage.school.scan()
    assert stage.plays(one, BEN).duration_s == 90
    assert stage.plays(stage.in_s3("c.mp4"), BEN).duration_s is None


def test_the_row_in_videos_is_found_by_the_lesson_that_names_it(stage: Stage) -> None:
    sql = "INSERT INTO videos (s3_bucket, s3_key) VALUES ('school-videos', %s) RETURNING id"
    ids = [stage.ask(sql, key)[0][0] for key in ("one.mp4", "two.mp4")]
    lessons = [stage.lesson(video_id=video_id) for video_id in ids]
    sources = [stage.plays(lesson_id, BEN).src for lesson_id in lessons]
    assert ["one.mp4" in sources[0], "two.mp4" in sources[1]] == [True, True]
    assert stage.plays(stage.lesson(), BEN).provider is Provider.NONE


@pytest.mark.parametrize("type_", ["text", "varchar(36)"])
def test_ids_of_videos_may_be_of_any_type(stage: Stage, type_: str) -> None:
    lesson_id = stage.lesson()
    stage.ask(f"SELECT 1; ALTER TABLE videos ALTER id DROP DEFAULT, ALTER id TYPE {type_} USING id::text")
    sql = (
        "INSERT INTO videos (id, s3_bucket, s3_key) VALUES ('clip 7', 'school-videos', 'c.mp4') RETURNING id"
    )
    stage.ask(sql)
    stage.ask("INSERT INTO mux_admin.lesson_videos VALUES (%s, 'clip 7', now()) RETURNING 1", lesson_id)
    assert "c.mp4" in stage.plays(lesson_id, BEN).src
