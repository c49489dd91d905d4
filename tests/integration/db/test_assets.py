"""The mirror of Mux's assets: sights in any order, one adopted asset per version, twins."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from core.asset import AssetStatus, Policy, deleted
from core.batch import ItemState
from core.ports import Tx, UnitOfWork
from core.selection import Standing
from core.source import Finding, Source
from tests.integration.db.making import NOW, an_asset, an_object, claimed, scan, scanned, source_id, started

PREPARING, READY = AssetStatus.PREPARING, AssetStatus.READY


@pytest.fixture
def source(uow: UnitOfWork) -> Source:
    scanned(uow, "a.mp4")
    with uow("test") as tx:
        found = tx.sources.get(source_id(tx, "a.mp4"))
    assert found is not None
    return found


@pytest.fixture
def item_id(uow: UnitOfWork, source: Source) -> UUID:
    [item_id] = claimed(uow, started(uow))
    return item_id


def adopted(tx: Tx, source: Source, asset_id: str = "a1") -> bool:
    """Take in a ready asset and have it adopted."""
    tx.assets.fold(an_asset(asset_id), at=NOW)
    return tx.assets.adopt(asset_id, source.id, source.etag)


def test_an_asset_comes_back_as_it_was_taken_in(uow: UnitOfWork):
    asset = replace(
        an_asset(passthrough="p", test=True),
        aspect_ratio="16:9",
        resolution_tier="1080p",
        video_quality="plus",
        error_type="download_failed",
        error_messages=("no", "really"),
        static_renditions=({"name": "high.mp4", "status": "ready"},),
    )
    with uow("test") as tx:
        assert tx.assets.fold(asset, at=NOW) == asset
        assert tx.assets.get("a1") == asset


def test_a_late_created_never_undoes_ready(uow: UnitOfWork):
    with uow("test") as tx:
        tx.assets.fold(an_asset(), at=NOW)
        joined = tx.assets.fold(an_asset(status=PREPARING), at=NOW - timedelta(seconds=5))
    assert joined.status is READY


def test_sights_that_come_at_once_are_joined(uow: UnitOfWork):
    sights = [an_asset(status=PREPARING), an_asset(), an_asset(status=PREPARING), an_asset()] * 3

    def take_in(sight):
        with uow("test") as tx:
            tx.assets.fold(sight, at=NOW)
            tx.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(take_in, sights))
    with uow("test") as tx:
        assert tx.assets.get("a1").status is READY


def test_a_version_of_a_source_has_one_adopted_asset(uow: UnitOfWork, source: Source):
    with uow("test") as tx:
        assert adopted(tx, source, "a1")
        assert adopted(tx, source, "a1")
        assert not adopted(tx, source, "a2")
        assert tx.assets.adopted(source.id, source.etag).id == "a1"
        assert tx.assets.sources_of("a1") == [source.id]
        assert tx.assets.sources_of("a2") == []


def test_two_transactions_that_adopt_at_once_agree_on_one_asset(uow: UnitOfWork, source: Source):
    with uow("test") as tx:
        for asset_id in ("a1", "a2", "a3", "a4"):
            tx.assets.fold(an_asset(asset_id), at=NOW)
        tx.commit()

    def adopt(asset_id: str) -> bool:
        with uow("test") as tx:
            mine = tx.assets.adopt(asset_id, source.id, source.etag)
            tx.commit()
        return mine

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(adopt, ["a1", "a2", "a3", "a4"])) == 1


def test_an_adopted_source_is_on_mux_until_it_is_released(uow: UnitOfWork, source: Source):
    with uow("test") as tx:
        adopted(tx, source)
        on_mux = tx.sources.get(source.id)
        tx.assets.release("a1", source.id)
        off = tx.sources.get(source.id)
        assert tx.assets.adopted(source.id, source.etag) is None
    assert (on_mux.standing, on_mux.asset_id) == (Standing.ON_MUX, "a1")
    assert Finding.ON_MUX in on_mux.findings
    assert (off.standing, off.asset_id) == (Standing.READY, None)


def test_a_source_whose_asset_was_deleted_at_mux_can_be_moved_again(uow: UnitOfWork, source: Source):
    with uow("test") as tx:
        adopted(tx, source)
        tx.assets.fold(deleted(an_asset(), at=NOW), at=NOW)
        assert tx.sources.get(source.id).standing == Standing.READY
        assert tx.assets.adopted(source.id, source.etag) is None
        assert adopted(tx, source, "a2")
        assert tx.assets.sources_of("a1") == []


def test_a_new_version_of_a_source_is_not_on_mux(uow: UnitOfWork, source: Source):
    with uow("test") as tx:
        adopted(tx, source)
        found = tx.sources.begin_scan("school", "")
        tx.sources.upsert_page(found, [an_object("a.mp4", etag="new")])
        changed = tx.sources.get(source.id)
    assert (changed.standing, changed.asset_id) == (Standing.READY, None)


def test_a_source_on_mux_stays_listed_when_its_original_is_gone(uow: UnitOfWork, source: Source):
    with uow("test") as tx:
        adopted(tx, source)
        scan(tx, [an_object("other.mp4")])
        assert tx.sources.get(source.id).standing == Standing.ON_MUX


def test_one_asset_can_serve_sources_of_the_same_bytes(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    with uow("test") as tx:
        one, two = (tx.sources.get(source_id(tx, key)) for key in ("a.mp4", "b.mp4"))
        tx.sources.set_sha256(one.id, "ab" * 32, etag=one.etag)
        adopted(tx, one)
        assert tx.assets.serving("ab" * 32, policy=Policy.PUBLIC).id == "a1"
        assert tx.assets.serving("ab" * 32, policy=Policy.SIGNED) is None
        assert tx.assets.serving("cd" * 32, policy=Policy.PUBLIC) is None
        assert tx.assets.adopt("a1", two.id, two.etag)
        assert tx.assets.sources_of("a1") == [one.id, two.id]


def test_bytes_hashed_after_the_adoption_are_found_too(uow: UnitOfWork, source: Source):
    with uow("test") as tx:
        adopted(tx, source)
        tx.sources.set_sha256(source.id, "ab" * 32, etag=source.etag)
        assert tx.assets.serving("ab" * 32, policy=Policy.PUBLIC).id == "a1"


@pytest.mark.parametrize("unfit", [{"test": True}, {"status": AssetStatus.ERRORED}, {"status": PREPARING}])
def test_only_a_ready_asset_that_is_no_trial_serves(uow: UnitOfWork, source: Source, unfit: dict):
    with uow("test") as tx:
        tx.sources.set_sha256(source.id, "ab" * 32, etag=source.etag)
        tx.assets.fold(an_asset(**unfit), at=NOW)
        tx.assets.adopt("a1", source.id, source.etag)
        assert tx.assets.serving("ab" * 32, policy=Policy.PUBLIC) is None


def test_what_a_full_listing_did_not_show_is_named_unless_it_is_too_young(uow: UnitOfWork):
    with uow("test") as tx:
        for asset_id in ("seen", "unseen", "young", "gone"):
            age = timedelta(seconds=1 if asset_id == "young" else 600)
            sight = replace(an_asset(asset_id), created_at=NOW - age)
            tx.assets.fold(deleted(sight, at=NOW) if asset_id == "gone" else sight, at=NOW)
        created_before = NOW - timedelta(seconds=300)
        assert tx.assets.alive_but(["seen"], created_before=created_before) == (["unseen"], 2)
        assert tx.assets.alive_but([], created_before=created_before) == (["seen", "unseen"], 2)


def twins(tx: Tx, passthrough: str | None) -> list[str]:
    """Whether an asset `t1` under this passthrough counts as a twin."""
    tx.assets.fold(an_asset("t1", passthrough=passthrough), at=NOW)
    return tx.assets.twins(["t1", "unknown"])


@pytest.mark.parametrize("passthrough", [None, "lesson-7", "00000000-0000-4000-8000-000000000000"])
def test_an_asset_that_nothing_proves_ours_is_no_twin(uow: UnitOfWork, item_id: UUID, passthrough):
    with uow("test") as tx:
        assert twins(tx, passthrough) == []


def test_a_second_asset_under_an_answered_intent_is_a_twin(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        tx.intents.answer(intent.id, "a1")
        assert twins(tx, str(intent.id)) == ["t1"]
        tx.assets.fold(deleted(an_asset("t1"), at=NOW), at=NOW)
        assert tx.assets.twins(["t1"]) == []


def test_an_asset_that_an_open_intent_waits_for_or_has_is_no_twin(uow: UnitOfWork, item_id: UUID):
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        assert twins(tx, str(intent.id)) == []
        tx.intents.answer(intent.id, "t1")
        assert tx.assets.twins(["t1"]) == []


@pytest.mark.parametrize(("then", "free"), [(ItemState.FAILED, True), (ItemState.INGESTING, False)])
def test_an_items_asset_is_a_twin_only_once_the_item_failed(
    uow: UnitOfWork, item_id: UUID, then: ItemState, free: bool
):
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        tx.intents.answer(intent.id, "t1")
        tx.batches.move(item_id, then, asset_id="t1")
        tx.intents.close(intent.id)
        assert twins(tx, str(intent.id)) == (["t1"] if free else [])


def test_an_asset_that_serves_a_source_is_no_twin(uow: UnitOfWork, item_id: UUID, source: Source):
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        tx.intents.close(intent.id)
        assert twins(tx, str(intent.id)) == ["t1"]
        tx.assets.adopt("t1", source.id, source.etag)
        assert tx.assets.twins(["t1"]) == []
