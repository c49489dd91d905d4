"""Batches: a frozen manifest, claims that never overlap, and what is told of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.batch import BatchState, ItemState
from core.errors import IllegalMove, NotFound
from core.migration import Mode, Options, SkipReason, Trouble
from core.ports import UnitOfWork
from core.records import Batch
from core.selection import Filter, Standing
from tests.integration.db.making import (
    NOW,
    an_asset,
    an_object,
    claimed,
    scan,
    scanned,
    source_id,
    started,
)

TEST = Options(test=True)
FAR_AHEAD = timedelta(days=1)


def counts(uow: UnitOfWork, batch: Batch) -> dict[str, int]:
    """States that some item is in."""
    with uow("test") as tx:
        return {state.value: n for state, n in tx.batches.progress(batch.id).counts.items() if n}


def test_a_batch_remembers_what_was_chosen_and_how(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    options = Options(mode=Mode.PUSH, captions_language="de")
    batch = started(uow, options=options)
    with uow("test") as tx:
        again = tx.batches.get(batch.id)
    assert again == batch
    assert (batch.name, batch.state, batch.total, batch.created_by) == (
        "Spring",
        BatchState.RUNNING,
        2,
        "ada",
    )
    assert batch.options == options
    assert batch.started_at is not None
    assert batch.started_at.tzinfo is not None


def test_what_cannot_be_moved_is_in_the_manifest_with_its_reason(uow: UnitOfWork, engine: Engine):
    with engine.begin() as connection:
        lost = "INSERT INTO public.lessons (title, video_url) VALUES ('Lost', 's3://school/lost.mp4')"
        connection.execute(text(lost))
    with uow("test") as tx:
        scan(
            tx, [an_object("a.mp4"), an_object("b.pdf"), an_object("c.mp4", size_bytes=0), an_object("d.mp4")]
        )
        tx.sources.set_media(
            source_id(tx, "d.mp4"), tx.sources.get(1).kind, None, error="cut off", etag="etag-d.mp4"
        )
        tx.sources.refresh_findings()
        tx.commit()
    batch = started(uow)
    with uow("test") as tx:
        skips = tx.batches.skips(batch.id)
    assert counts(uow, batch) == {"queued": 1, "skipped": 4}
    assert skips == {
        SkipReason.NOT_VIDEO: 1,
        SkipReason.EMPTY: 1,
        SkipReason.UNREADABLE: 1,
        SkipReason.MISSING: 1,
    }


def test_a_source_moves_in_one_batch_at_a_time(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    first, second = started(uow, "a.mp4"), started(uow)
    assert counts(uow, first) == {"queued": 1}
    assert counts(uow, second) == {"queued": 1, "skipped": 1}


def test_starts_at_the_same_moment_do_not_share_a_source(uow: UnitOfWork):
    scanned(uow, *(f"{n}.mp4" for n in range(50)))
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: started(uow), range(4)))
    assert sorted(counts(uow, batch).get("queued", 0) for batch in batches) == [0, 0, 0, 50]


def test_a_test_batch_may_run_beside_a_real_one_and_moves_nothing(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    trial = started(uow, options=TEST)
    with uow("test") as tx:
        assert tx.sources.count(Filter(standing=Standing.MOVING)) == 0
    real = started(uow)
    assert counts(uow, trial) == counts(uow, real) == {"queued": 1}


def test_an_empty_choice_makes_an_empty_batch(uow: UnitOfWork):
    assert started(uow, "nothing.mp4").total == 0


def test_claims_follow_the_manifest_up_to_the_number_in_flight(uow: UnitOfWork):
    with uow("test") as tx:
        scan(tx, [an_object(f"{n}.mp4", age_s=n) for n in range(5)])
        tx.commit()
    batch = started(uow)
    first = claimed(uow, batch, in_flight=3)
    with uow("test") as tx:
        assert [tx.batches.work(item_id).source.key for item_id in first] == ["0.mp4", "1.mp4", "2.mp4"]
    assert claimed(uow, batch, in_flight=3) == []
    assert len(claimed(uow, batch, in_flight=4)) == 1


def test_workers_that_claim_together_never_get_the_same_item(uow: UnitOfWork):
    scanned(uow, *(f"{n:03}.mp4" for n in range(120)))
    batch = started(uow)
    with ThreadPoolExecutor(6) as pool:
        claims = list(pool.map(lambda n: claimed(uow, batch, in_flight=10 * n), range(1, 13)))
    items = [item_id for claim in claims for item_id in claim]
    assert len(items) == len(set(items)) == 120


@pytest.mark.parametrize("state", [BatchState.PAUSED, BatchState.CANCELLED])
def test_nothing_is_claimed_of_a_batch_that_does_not_run(uow: UnitOfWork, state: BatchState):
    scanned(uow, "a.mp4")
    batch = started(uow)
    with uow("test") as tx:
        tx.batches.set_state(batch.id, state)
        tx.commit()
    assert claimed(uow, batch) == []


def test_an_item_that_is_put_back_for_later_is_not_claimed_before(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    batch = started(uow)
    first, _ = claimed(uow, batch)
    with uow("test") as tx:
        tx.batches.move(first, ItemState.QUEUED, not_before=datetime.now(UTC) + FAR_AHEAD, count=True)
        tx.commit()
    assert claimed(uow, batch) == []
    with uow("test") as tx:
        [again] = tx.batches.claim(batch.id, in_flight=9, now=datetime.now(UTC) + 2 * FAR_AHEAD).item_ids
        work = tx.batches.work(again)
    assert (again, work.item.attempts, work.item.not_before) == (first, 1, None)


def test_every_move_leaves_a_line_of_history_newest_first(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    batch = started(uow)
    [item_id] = claimed(uow, batch)
    with uow("test") as tx:
        tx.batches.move(item_id, ItemState.FAILED, trouble=Trouble.SOURCE_GONE, reason="It is gone.")
        tx.batches.note(item_id, trouble=Trouble.SOURCE_GONE, reason="Still gone.")
        lines = [(line.what, line.reason, line.item_id) for line in tx.batches.history(batch.id)]
    assert lines == [
        ("failed", "Still gone.", item_id),
        ("failed", "It is gone.", item_id),
        ("submitting", None, item_id),
        ("running", None, None),
    ]


def test_a_move_that_there_is_not_is_refused(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    [item_id] = claimed(uow, started(uow))
    with uow("test") as tx, pytest.raises(IllegalMove, match="submitting cannot become done"):
        tx.batches.move(item_id, ItemState.DONE)


def test_a_move_to_where_the_item_is_changes_nothing(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    batch = started(uow)
    [item_id] = claimed(uow, batch)
    with uow("test") as tx:
        assert not tx.batches.move(item_id, ItemState.SUBMITTING, reason="again")
        assert tx.batches.work(item_id).item.reason is None
        assert len(tx.batches.history(batch.id)) == 2


def test_an_item_that_does_not_exist_is_said_to_be_not_found(uow: UnitOfWork):
    with uow("test") as tx:
        assert tx.batches.work(uuid4()) is None
        assert tx.batches.get(1) is None
        with pytest.raises(NotFound):
            tx.batches.move(uuid4(), ItemState.FAILED)
        with pytest.raises(NotFound):
            tx.batches.progress(1)
        with pytest.raises(NotFound):
            tx.batches.set_state(1, BatchState.PAUSED)


def test_a_source_is_moving_from_the_start_of_its_batch_to_the_end_of_its_item(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    batch = started(uow)
    [item_id] = claimed(uow, batch)
    with uow("test") as tx:
        assert tx.sources.count(Filter(standing=Standing.MOVING)) == 1
        tx.batches.move(item_id, ItemState.FAILED, trouble=Trouble.MUX_REFUSED)
        assert tx.sources.count(Filter(standing=Standing.READY)) == 1
        tx.batches.renew(batch.id)
        assert tx.sources.count(Filter(standing=Standing.MOVING)) == 1


def test_a_renewed_item_starts_from_scratch_with_the_sources_present_version(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    batch = started(uow)
    [item_id] = claimed(uow, batch)
    with uow("test") as tx:
        tx.batches.bind(item_id, "a1")
        tx.batches.move(
            item_id, ItemState.FAILED, trouble=Trouble.SOURCE_CHANGED, reason="changed", count=True
        )
        scan(tx, [an_object("a.mp4", etag="new")])
        assert tx.batches.renew(batch.id, item_ids=[item_id]) == {item_id: ItemState.QUEUED}
        item = tx.batches.work(item_id).item
    assert (item.state, item.etag, item.attempts) == (ItemState.QUEUED, "new", 0)
    assert (item.asset_id, item.trouble, item.reason) == (None, None, None)


def test_an_item_whose_source_moves_elsewhere_by_now_stays_failed_and_says_so(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    [item_id] = claimed(uow, batch := started(uow))
    with uow("test") as tx:
        tx.batches.move(item_id, ItemState.FAILED, trouble=Trouble.MUX_REFUSED)
        tx.commit()
    started(uow)
    with uow("test") as tx:
        assert tx.batches.renew(batch.id) == {item_id: ItemState.FAILED}
        item = tx.batches.work(item_id).item
        with pytest.raises(IllegalMove, match="another batch"):
            tx.batches.move(item_id, ItemState.QUEUED)
    assert (item.state, item.reason) == (ItemState.FAILED, "It is under way in another batch.")


def test_only_failed_items_are_renewed_and_of_them_those_that_were_named(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    one, two, _ = claimed(uow, batch := started(uow))
    with uow("test") as tx:
        for item_id in (one, two):
            tx.batches.move(item_id, ItemState.FAILED, trouble=Trouble.MUX_REFUSED)
        assert tx.batches.renew(batch.id, item_ids=[one]) == {one: ItemState.QUEUED}
        assert tx.batches.renew(batch.id) == {two: ItemState.QUEUED}
        assert tx.batches.renew(batch.id) == {}
        assert [line.what for line in tx.batches.history(batch.id, limit=2)] == ["queued", "queued"]


def test_all_items_of_a_state_move_together(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    batch = started(uow)
    claimed(uow, batch, in_flight=1)
    with uow("test") as tx:
        moved = tx.batches.move_all(batch.id, ItemState.QUEUED, ItemState.CANCELLED, reason="Enough.")
        lines = [line.what for line in tx.batches.history(batch.id)]
        assert tx.sources.count(Filter(standing=Standing.MOVING)) == 1
        tx.commit()
    assert (moved, lines[:3]) == (2, ["cancelled", "cancelled", "submitting"])
    assert counts(uow, batch) == {"submitting": 1, "cancelled": 2}
    with uow("test") as tx:
        [one, _] = tx.batches.item_ids(batch.id, [ItemState.CANCELLED])
        assert tx.batches.move_all(batch.id, ItemState.CANCELLED, ItemState.QUEUED, item_ids=[one]) == 1
        assert tx.batches.item_ids(batch.id, [ItemState.QUEUED]) == [one]


def test_work_has_everything_a_step_needs(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    batch = started(uow, options=Options(mode=Mode.PUSH))
    [item_id] = claimed(uow, batch)
    with uow("test") as tx:
        bare = tx.batches.work(item_id)
        intent = tx.intents.open(item_id, now=NOW)
        asset = tx.assets.fold(an_asset(passthrough=str(intent.id)), at=NOW)
        tx.intents.answer(intent.id, asset.id)
        full = tx.batches.work(item_id, lock=True)
    assert (bare.intent, bare.asset, bare.batch_state) == (None, None, BatchState.RUNNING)
    assert bare.source.key == "a.mp4"
    assert bare.options.mode is Mode.PUSH
    assert (full.intent.asset_id, full.asset) == ("a1", asset)


def test_items_are_found_by_their_asset(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    one, _ = claimed(uow, started(uow))
    with uow("test") as tx:
        tx.batches.bind(one, "a1")
        assert tx.batches.on_asset("a1") == [one]
        assert tx.batches.on_asset("a2") == []


def test_items_that_said_nothing_for_long_are_found(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    batch = started(uow)
    one, two = claimed(uow, batch, in_flight=2)
    with uow("test") as tx:
        tx.batches.move(one, ItemState.FAILED)
        silent = tx.batches.silent(before=datetime.now(UTC) + FAR_AHEAD)
        assert [item.id for item in silent] == [two]
        assert tx.batches.silent(before=NOW) == []


def test_pages_of_items_can_be_narrowed_by_state_and_trouble(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4", "d.pdf")
    batch = started(uow)
    one, two = claimed(uow, batch, in_flight=2)
    with uow("test") as tx:
        tx.batches.move(one, ItemState.FAILED, trouble=Trouble.SOURCE_GONE, reason="gone")
        tx.batches.move(two, ItemState.FAILED, trouble=Trouble.MUX_REFUSED, reason="no")
        everything = tx.batches.items(batch.id)
        paged = [row for n in (1, 2) for row in tx.batches.items(batch.id, number=n, size=2)]
        failed = tx.batches.items(batch.id, state="failed")
        gone = tx.batches.items(batch.id, trouble=Trouble.SOURCE_GONE)
        troubles = tx.batches.troubles(batch.id)
        report = list(tx.batches.all_items(batch.id))
    assert len(everything) == 4
    assert paged == everything == report
    assert {row.id for row in failed} == {one, two}
    assert [(row.id, row.reason, row.state) for row in gone] == [(one, "gone", ItemState.FAILED)]
    assert troubles == {Trouble.SOURCE_GONE: 1, Trouble.MUX_REFUSED: 1}


def test_progress_measures_the_posts_of_the_last_minute(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    batch = started(uow)
    now = datetime.now(UTC)
    with uow("test") as tx:
        assert tx.batches.progress(batch.id).posts_in_window == 0
        tx.commit()
    for age_s, item_id in zip((600, 30, 10), claimed(uow, batch), strict=True):
        with uow("test") as tx:
            intent = tx.intents.open(item_id, now=now)
            tx.intents.posted(intent.id, now=now - timedelta(seconds=age_s))
            tx.commit()
    with uow("test") as tx:
        progress = tx.batches.progress(batch.id)
        [(listed, same)] = tx.batches.newest()
    assert (progress.posts_in_window, progress.window_s) == (2, 60.0)
    assert progress.first_post_at == now - timedelta(seconds=600)
    assert (listed.id, same.posts_in_window) == (batch.id, 2)


def test_the_window_is_no_longer_than_the_batch_has_been_posting(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    [item_id] = claimed(uow, batch := started(uow))
    with uow("test") as tx:
        intent = tx.intents.open(item_id, now=NOW)
        tx.intents.posted(intent.id, now=datetime.now(UTC) - timedelta(seconds=10))
        tx.commit()
    with uow("test") as tx:
        assert tx.batches.progress(batch.id).window_s == pytest.approx(10, abs=2)


def test_the_tail_is_the_median_time_from_post_to_end(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    batch = started(uow)
    with uow("test") as tx:
        assert tx.batches.tail_s(batch.id) == 0
        tx.commit()
    for age_s, item_id in zip((5, 20, 1000), claimed(uow, batch), strict=True):
        with uow("test") as tx:
            intent = tx.intents.open(item_id, now=NOW)
            tx.intents.posted(intent.id, now=datetime.now(UTC) - timedelta(seconds=age_s))
            for state in (ItemState.INGESTING, ItemState.VERIFYING, ItemState.DONE):
                tx.batches.move(item_id, state)
            tx.commit()
    with uow("test") as tx:
        assert tx.batches.tail_s(batch.id) == pytest.approx(20, abs=2)


def test_only_one_of_two_items_with_the_same_bytes_can_pass(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    one, two = claimed(uow, started(uow))
    with uow("test") as tx:
        for key in ("a.mp4", "b.mp4"):
            tx.sources.set_sha256(source_id(tx, key), "ab" * 32, etag=f"etag-{key}")
        assert not tx.batches.same_content_in_flight("ab" * 32, but=one)
        intent = tx.intents.open(one, now=NOW)
        assert not tx.batches.same_content_in_flight("ab" * 32, but=two)
        tx.intents.posted(intent.id, now=NOW)
        assert tx.batches.same_content_in_flight("ab" * 32, but=two)
        assert not tx.batches.same_content_in_flight("ab" * 32, but=one)
        tx.batches.move(one, ItemState.FAILED)
        assert not tx.batches.same_content_in_flight("ab" * 32, but=two)
