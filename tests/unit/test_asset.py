"""Sights of an asset, in whatever order they come."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.asset import (
    RANK,
    Asset,
    AssetStatus,
    Policy,
    asset_from_json,
    deleted,
    fold,
    parse_time,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FACTS = {
    "created_at": NOON,
    "duration_s": 12.5,
    "aspect_ratio": "16:9",
    "resolution_tier": "1080p",
    "video_quality": "plus",
    "playback_id": "play1",
    "policy": Policy.SIGNED,
    "upload_id": "up1",
    "passthrough": "intent-1",
    "test": True,
    "tracks": ({"type": "video"},),
    "static_renditions": ({"name": "highest.mp4", "status": "ready"},),
}
"""What is true of one asset; each sight shows a part of it."""


@st.composite
def sights(draw: st.DrawFn) -> Asset:
    status = draw(st.sampled_from(AssetStatus))
    seen_at = NOON + timedelta(seconds=draw(st.integers(0, 60)))
    shown = draw(st.sets(st.sampled_from(sorted(FACTS))))
    error = {"error_type": "invalid_input", "error_messages": ("no duration",)}
    return Asset(
        id="a1",
        status=status,
        ready_at=seen_at if status is AssetStatus.READY else None,
        deleted_at=seen_at if status is AssetStatus.DELETED else None,
        **{name: FACTS[name] for name in shown},
        **(error if status is AssetStatus.ERRORED and draw(st.booleans()) else {}),
    )


@given(sights(), sights())
def test_folding_does_not_depend_on_the_order(one: Asset, other: Asset) -> None:
    assert fold(one, other) == fold(other, one)


@given(sights(), sights(), sights())
def test_folding_does_not_depend_on_the_grouping(a: Asset, b: Asset, c: Asset) -> None:
    assert fold(fold(a, b), c) == fold(a, fold(b, c))


@given(sights())
def test_seeing_the_same_twice_changes_nothing(sight: Asset) -> None:
    assert fold(sight, sight) == sight
    assert fold(None, sight) == sight


@given(st.lists(sights(), min_size=1, max_size=8))
def test_an_asset_never_falls_back_and_forgets_nothing(seen: list[Asset]) -> None:
    known: Asset | None = None
    for sight in seen:
        before, known = known, fold(known, sight)
        if before is not None:
            assert RANK[known.status] >= RANK[before.status]
            assert [name for name in FACTS if getattr(before, name) and not getattr(known, name)] == []
    assert known is not None
    assert RANK[known.status] == max(RANK[sight.status] for sight in seen)


def test_a_late_created_event_does_not_undo_ready() -> None:
    created = Asset(id="a1", status=AssetStatus.PREPARING, passthrough="intent-1")
    ready = Asset(id="a1", status=AssetStatus.READY, duration_s=12.5, ready_at=NOON)
    results = [fold(*pair) for pair in permutations([created, ready])]
    assert results[0] == results[1]
    assert results[0].status is AssetStatus.READY
    assert results[0].passthrough == "intent-1"


def test_a_deleted_asset_stays_deleted_whatever_comes_after() -> None:
    gone = deleted(Asset(id="a1", status=AssetStatus.READY), at=NOON)
    late = Asset(id="a1", status=AssetStatus.READY, duration_s=12.5)
    assert fold(gone, late).status is AssetStatus.DELETED
    assert fold(gone, late).deleted_at == NOON
    assert deleted(gone, at=NOON + timedelta(days=1)).deleted_at == NOON


def test_a_ready_asset_does_not_keep_an_old_error() -> None:
    failed = Asset(id="a1", status=AssetStatus.ERRORED, error_type="download_failed")
    ready = Asset(id="a1", status=AssetStatus.READY)
    assert fold(failed, ready).error_type is None


def test_an_errored_sight_without_reason_keeps_the_reason_known() -> None:
    told = Asset(id="a1", status=AssetStatus.ERRORED, error_type="invalid_input", error_messages=("bad",))
    silent = Asset(id="a1", status=AssetStatus.ERRORED)
    assert fold(told, silent).error_messages == ("bad",)
    assert fold(silent, told).error_type == "invalid_input"


def test_a_rest_answer_is_read_whole() -> None:
    data = {
        "id": "a1",
        "status": "ready",
        "created_at": "1607876845",
        "duration": 12.5,
        "aspect_ratio": "16:9",
        "resolution_tier": "1080p",
        "video_quality": "plus",
        "playback_ids": [{"id": "drm1", "policy": "drm"}, {"id": "play1", "policy": "signed"}],
        "passthrough": "intent-1",
        "upload_id": "up1",
        "test": True,
        "tracks": [{"type": "video"}],
        "static_renditions": {"files": [{"name": "highest.mp4", "status": "ready"}]},
    }
    created_at = datetime(2020, 12, 13, 16, 27, 25, tzinfo=UTC)  # 1607876845
    assert asset_from_json(data, seen_at=NOON) == Asset(
        id="a1", status=AssetStatus.READY, ready_at=NOON, **FACTS | {"created_at": created_at}
    )


def test_an_answer_may_say_next_to_nothing() -> None:
    assert asset_from_json({"id": "a1"}, seen_at=NOON) == Asset(id="a1", status=AssetStatus.PREPARING)


def test_a_status_unknown_to_us_is_not_ready_yet() -> None:
    assert asset_from_json({"id": "a1", "status": "pondering"}, seen_at=NOON).status is AssetStatus.PREPARING


def test_an_errored_asset_says_why() -> None:
    data = {
        "id": "a1",
        "status": "errored",
        "errors": {"type": "invalid_input", "messages": ["bad", "worse"]},
    }
    asset = asset_from_json(data, seen_at=NOON)
    assert (asset.error_type, asset.error_messages) == ("invalid_input", ("bad", "worse"))


@pytest.mark.parametrize("renditions", [None, [], {}, {"files": None}, {"status": "disabled"}])
def test_an_asset_without_renditions_has_no_mp4(renditions: object) -> None:
    data = {"id": "a1", "status": "ready", "static_renditions": renditions}
    assert asset_from_json(data, seen_at=NOON).mp4_name is None


@pytest.mark.parametrize("none", [[], {}, {"files": []}, {"status": "disabled"}])
def test_renditions_that_mux_says_are_gone_are_gone_though_no_event_told_it(none: object) -> None:
    files = [{"name": "highest.mp4", "status": "ready"}]
    old = asset_from_json({"id": "a1", "status": "ready", "static_renditions": files}, seen_at=NOON)
    gone = asset_from_json({"id": "a1", "status": "ready", "static_renditions": none}, seen_at=NOON)
    silent = asset_from_json({"id": "a1", "status": "ready"}, seen_at=NOON)
    assert fold(old, gone).static_renditions == ()
    assert fold(old, silent).static_renditions == tuple(files)
    early = asset_from_json({"id": "a1", "status": "preparing", "static_renditions": none}, seen_at=NOON)
    assert fold(old, early).static_renditions == tuple(files)  # told late, of before they were made


@pytest.mark.parametrize(
    ("name", "status", "found"),
    [
        ("highest.mp4", "ready", "highest.mp4"),
        ("highest.mp4", "preparing", None),
        ("audio.m4a", "ready", None),
    ],
)
def test_an_mp4_counts_once_it_is_ready(name: str, status: str, found: str | None) -> None:
    data = {"id": "a1", "status": "ready", "static_renditions": [{"name": name, "status": status}]}
    assert asset_from_json(data, seen_at=NOON).mp4_name == found


@pytest.mark.parametrize(
    "value",
    [1656362193, "1656362193", 1656362193.0, "2022-06-27T20:36:33Z", "2022-06-27T20:36:33.000000Z"],
)
def test_mux_times_are_read_in_every_spelling(value: object) -> None:
    assert parse_time(value) == datetime(2022, 6, 27, 20, 36, 33, tzinfo=UTC)


def test_a_time_without_zone_is_utc_and_none_stays_none() -> None:
    assert parse_time("2022-06-27T20:36:33") == datetime(2022, 6, 27, 20, 36, 33, tzinfo=UTC)
    assert parse_time(None) is None
    assert parse_time("") is None


def test_the_playback_id_that_rows_name_stays_whatever_else_mux_tells_of() -> None:
    data = {"id": "a1", "status": "ready"}
    old_id, new_id = {"id": "old", "policy": "public"}, {"id": "new", "policy": "signed"}
    known = asset_from_json({**data, "playback_ids": [old_id]}, seen_at=NOON)
    assert known.playback_ids == (("old", Policy.PUBLIC),)
    for told in ([new_id, old_id], [new_id], []):
        folded = fold(known, asset_from_json({**data, "playback_ids": told}, seen_at=NOON))
        assert (folded.playback_id, folded.policy) == ("old", Policy.PUBLIC)
