"""Playback addresses, tokens, and what a ready asset writes into the school's rows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.asset import Asset, AssetStatus, Policy
from core.playback import (
    Audience,
    Hosts,
    Provider,
    claims,
    host_facts,
    needs_token,
    provider_of,
    token_lifetime_s,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ASSET = Asset(
    id="a1",
    status=AssetStatus.READY,
    created_at=NOON,
    ready_at=NOON,
    duration_s=12.5,
    aspect_ratio="16:9",
    playback_id="play1",
    policy=Policy.PUBLIC,
    static_renditions=({"name": "highest.mp4", "status": "ready"},),
)


def test_addresses_are_those_of_mux() -> None:
    hosts = Hosts()
    assert hosts.manifest("play1") == "https://stream.mux.com/play1.m3u8"
    assert hosts.thumbnail("play1") == "https://image.mux.com/play1/thumbnail.jpg"
    assert hosts.storyboard("play1") == "https://image.mux.com/play1/storyboard.vtt"
    assert hosts.rendition("play1", "highest.mp4") == "https://stream.mux.com/play1/highest.mp4"


def test_a_token_is_the_only_thing_after_the_question_mark() -> None:
    assert Hosts().manifest("play1", token="a.b-c_d") == "https://stream.mux.com/play1.m3u8?token=a.b-c_d"


def test_a_token_says_what_it_opens_until_when_and_by_which_key() -> None:
    assert claims("play1", Audience.VIDEO, key_id="key1", now_s=1000.9, lifetime_s=3600) == {
        "sub": "play1",
        "aud": "v",
        "exp": 4600,  # ⌊1000.9 + 3600⌋
        "kid": "key1",
    }


@pytest.mark.parametrize(
    ("duration_s", "lifetime_s"), [(None, 3600), (0, 3600), (600, 4200), (36_000, 39_600)]
)
def test_a_token_outlives_its_video_by_an_hour(duration_s: float | None, lifetime_s: float) -> None:
    assert token_lifetime_s(duration_s) == lifetime_s


@pytest.mark.parametrize(("policy", "needed"), [(Policy.SIGNED, True), (Policy.PUBLIC, False), (None, False)])
def test_only_signed_playback_carries_a_token(policy: Policy | None, needed: bool) -> None:
    assert needs_token(policy) is needed


@pytest.mark.parametrize(
    ("row", "provider"),
    [
        ({"mux_playback_id": "p", "video_url": "s3://b/k", "hls_url": "s3://b/h"}, Provider.MUX),
        ({"mux_playback_id": None, "video_url": "s3://b/k", "hls_url": "s3://b/h"}, Provider.S3),
        ({"video_url": "", "hls_url": "s3://b/h"}, Provider.HLS),
        ({"video_url": None}, Provider.NONE),
        ({}, Provider.NONE),
    ],
)
def test_mux_plays_first_and_s3_still_plays_without_it(row: dict[str, str], provider: Provider) -> None:
    found, why = provider_of(row)
    assert found is provider
    assert why.endswith(".")


def test_a_row_of_videos_gets_the_facts_of_its_asset() -> None:
    assert host_facts("videos", ASSET, Hosts()) == {
        "mux_asset_id": "a1",
        "mux_playback_id": "play1",
        "mux_upload_id": None,
        "mux_status": "ready",
        "mux_thumbnail_url": "https://image.mux.com/play1/thumbnail.jpg",
        "mux_streaming_url": "https://stream.mux.com/play1.m3u8",
        "mux_mp4_url": "https://stream.mux.com/play1/highest.mp4",
        "mux_duration_seconds": 12,
        "mux_aspect_ratio": "16:9",
        "mux_created_at": NOON,
        "mux_ready_at": NOON,
        "audio_enhanced": False,
        "audio_enhancement_job_id": None,
    }


def test_even_sound_is_told_with_the_number_of_the_asset_that_it_came_by() -> None:
    facts = host_facts("videos", replace(ASSET, normalized=True), Hosts())
    assert (facts["audio_enhanced"], facts["audio_enhancement_job_id"]) == (True, "a1")


def test_a_row_of_lessons_says_that_mux_plays_it() -> None:
    facts = host_facts("lessons", ASSET, Hosts())
    assert facts["video_provider"] == "mux"
    assert facts["processing_status"] == facts["video_status"] == "ready"
    assert facts["duration"] == 12


def test_a_length_that_is_not_known_leaves_the_lessons_own_alone() -> None:
    assert "duration" not in host_facts("lessons", replace(ASSET, duration_s=None), Hosts())


def test_an_mp4_address_is_only_written_when_there_is_an_mp4() -> None:
    assert host_facts("videos", replace(ASSET, static_renditions=()), Hosts())["mux_mp4_url"] is None


def test_no_stored_address_holds_a_token() -> None:
    signed = replace(ASSET, policy=Policy.SIGNED)
    assert [v for v in host_facts("videos", signed, Hosts()).values() if "token" in str(v)] == []


def test_an_asset_without_playback_id_has_no_addresses() -> None:
    facts = host_facts("videos", replace(ASSET, playback_id=None), Hosts())
    assert [name for name in facts if name.endswith("_url") and facts[name]] == []
