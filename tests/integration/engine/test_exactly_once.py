"""Where a second asset, a lost good copy or an endless loop would come from: none does."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from core import absorbing, finding, ingesting, migrating, submitting, verifying
from core.access import SYSTEM
from core.asset import deleted
from core.batch import PLAYBACK, BatchState, ItemState
from core.errors import AppError, RateLimited, Refused, Unavailable
from core.migration import Mode, Options, Trouble
from core.records import Batch
from tests.integration.engine.harness import PUBLIC, Engine
from tests.integration.engine.test_migration import reasons, states

SAME = b"\0\0\0\x18ftypisom the very same"
PUSH = replace(PUBLIC, mode=Mode.PUSH)


def begun(school: Engine, options: Options = PUBLIC) -> Batch:
    """A scanned school and its batch, no job run yet."""
    school.scan()
    return school.start(options)


def always(error: AppError) -> Callable[[], None]:
    def happen() -> None:
        raise error

    return happen


# ------------------------------------------------------------------ one asset per version of a source


def test_a_kept_asset_that_somebody_has_asked_to_delete_does_not_serve_again(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.run()
    [asset_id] = school.mux.assets
    school.ask(
        "INSERT INTO mux_admin.discards VALUES (%s, true, 'dana', 'dana', now()) RETURNING asset_id", asset_id
    )
    school.start()
    school.play_out()
    assert len(school.mux.bodies) == 2


def adopted(school: Engine) -> str:
    """The id of an asset that came to serve the source of the one item there is."""
    asset = school.mux.make_ready(school.mux.make({"playback_policies": ["public"]}).id)
    [(source_id, etag)] = school.ask("SELECT source_id, etag FROM mux_admin.items")
    with school.services.uow("test") as tx:
        tx.assets.fold(asset, at=school.clock())
        assert tx.assets.adopt(asset.id, source_id, etag)
        tx.commit()
    return asset.id


def test_an_item_takes_the_asset_that_has_come_to_serve_its_source(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = begun(school)
    winner = adopted(school)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert school.ask("SELECT mux_asset_id FROM lessons") == [(winner,)]
    assert school.mux.bodies == []


@pytest.mark.parametrize(("again", "posts"), [(PUBLIC, 1), (replace(PUBLIC, normalize_audio=True), 2)])
def test_after_a_rollback_the_kept_asset_serves_again_where_the_same_is_asked_for(
    school: Engine, again: Options, posts: int
) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.run()
    once_more = school.start(again)
    school.play_out()
    assert states(school, once_more) == {ItemState.DONE: 1}
    assert len(school.mux.bodies) == posts


def test_an_asset_that_lost_to_an_adopted_one_is_deleted_and_its_item_names_the_winner(
    school: Engine,
) -> None:
    school.lesson("a.mp4")
    batch = begun(school)
    school.run()
    [loser] = school.mux.assets.values()
    winner = adopted(school)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert school.ask("SELECT asset_id FROM mux_admin.items") == [(winner,)]
    assert school.mux.deleted == [loser.id]


# ------------------------------------------------------------------ a cancelled batch comes to rest


def cancelled_midway(school: Engine, trouble: AppError) -> Batch:
    """Cancelled while the POST is on its way, which then ends in this trouble."""
    school.lesson("a.mp4")
    batch = begun(school)
    school.run(most=1)

    def cancel() -> None:
        migrating.cancel(batch.id, by=SYSTEM, services=school.services)
        raise trouble

    school.trip.once("mux.create_asset:before", cancel)
    school.play_out()
    return batch


@pytest.mark.parametrize("trouble", [RateLimited("slow down"), Refused("token", account_wide=True)])
def test_a_refusal_that_comes_after_the_cancel_leaves_nothing_in_the_queue(
    school: Engine, trouble: AppError
) -> None:
    batch = cancelled_midway(school, trouble)
    assert states(school, batch) == {ItemState.CANCELLED: 1}
    assert school.ask("SELECT count(*) FROM mux_admin.intents WHERE closed_at IS NULL") == [(0,)]
    assert school.ask("SELECT standing FROM mux_admin.sources") == [("ready",)]


def test_a_lost_post_of_a_cancelled_batch_is_not_sent_again_and_its_late_asset_is_deleted(
    school: Engine,
) -> None:
    batch = cancelled_midway(school, Unavailable("no answer"))
    assert states(school, batch) == {ItemState.CANCELLED: 1}
    late = school.mux.make(passthrough_of(school))
    school.deliver("video.asset.ready", school.mux.make_ready(late.id))
    school.play_out()
    assert school.mux.deleted == [late.id]
    assert states(school, batch) == {ItemState.CANCELLED: 1}


def test_a_cancel_closes_what_waits_in_the_queue_to_be_sent_again(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = begun(school)
    school.mux.errors.append(RateLimited("slow down"))
    school.run(most=2)
    migrating.cancel(batch.id, by=SYSTEM, services=school.services)
    late = school.mux.make(passthrough_of(school))
    school.deliver("video.asset.ready", school.mux.make_ready(late.id))
    school.play_out()
    assert states(school, batch) == {ItemState.CANCELLED: 1}
    assert school.mux.deleted == [late.id]


def passthrough_of(school: Engine) -> dict[str, Any]:
    [(intent_id,)] = school.ask("SELECT id FROM mux_admin.intents")
    return {"passthrough": str(intent_id), "playback_policies": ["public"]}


# ------------------------------------------------------------------ nothing is sent for ever


def test_a_body_that_mux_always_answers_500_fails_in_words(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = begun(school)
    school.trip.at["mux.create_asset:before"] = always(Unavailable("Mux could not create an asset (500)."))
    school.play_out(rounds=2000)
    assert reasons(school, batch) == {Trouble.MUX_SILENT: 1}
    assert 5 <= school.trip.passed.count("mux.create_asset:before") <= 8


def test_a_push_whose_upload_always_breaks_fails_in_words(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = begun(school, PUSH)
    school.uploader.errors += [Unavailable("The upload to Mux does not get any further.")] * 50
    school.play_out(rounds=2000)
    assert reasons(school, batch) == {Trouble.MUX_SILENT: 1}
    assert 5 <= len(school.mux.uploads) <= 8


def test_a_push_whose_reading_always_breaks_fails_for_s3_and_is_not_searched_for(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = begun(school, PUSH)
    school.trip.at["store.chunks:before"] = always(Unavailable("S3 does not answer."))
    school.play_out(rounds=2000)
    assert reasons(school, batch) == {Trouble.SOURCE_UNREACHABLE: 1}
    assert len(school.mux.uploads) <= 8
    assert "newest_assets" not in school.mux.calls


def test_s3_refusing_the_bytes_of_a_push_is_not_taken_for_wrong_mux_credentials(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = begun(school, PUSH)
    school.trip.at["store.chunks:before"] = always(Refused("S3 refuses access (AccessDenied).", status=403))
    school.play_out()
    assert reasons(school, batch) == {Trouble.SOURCE_DENIED: 1}
    assert len(school.mux.uploads) == 1


# ------------------------------------------------------------------ searches act on what is true now


def lost_one(school: Engine, count: int = 1) -> Batch:
    """A batch whose POST took no effect and was never answered; no search has been made."""
    school.lesson("a.mp4")
    batch = begun(school)
    school.mux.errors += [Unavailable("no answer")] * count
    school.run(most=2)
    school.clock.tick(3600)
    return batch


def test_an_answer_that_comes_while_mux_is_searched_is_not_overwritten(school: Engine) -> None:
    batch = lost_one(school)
    finding.find_lost(services=school.services)
    school.clock.tick(3600)

    def answer() -> None:
        asset = school.mux.make(passthrough_of(school))
        school.deliver("video.asset.ready", school.mux.make_ready(asset.id))
        [(event_id,)] = school.ask("SELECT id FROM mux_admin.webhook_events")
        ingesting.ingest(event_id, services=school.services)

    school.trip.once("mux.newest_assets:after", answer)
    finding.find_lost(services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert (len(school.mux.assets), school.mux.calls.count("create_asset")) == (1, 1)


def test_two_searches_at_the_same_time_count_as_one(school: Engine) -> None:
    lost_one(school)
    look = partial(finding.find_lost, services=school.services)
    school.trip.once("mux.newest_assets:after", look)
    finding.find_lost(services=school.services)
    assert school.ask("SELECT looks FROM mux_admin.intents") == [(1,)]


def test_an_asset_that_was_announced_and_deleted_does_not_keep_the_search_going(school: Engine) -> None:
    batch = lost_one(school)
    asset = school.mux.make(passthrough_of(school))
    school.deliver("video.asset.created", asset)
    school.mux.delete_asset(asset.id)
    with school.services.uow("test") as tx:
        tx.assets.fold(deleted(asset, at=school.clock()), at=school.clock())
        tx.commit()
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}


# ------------------------------------------------------------------ events that are faster than answers


def test_a_push_whose_event_comes_before_the_last_answer_ends_well(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = begun(school, PUSH)
    school.trip.once("uploader.send:after", lambda: became_ready(school))
    school.run(most=2)
    assert states(school, batch) == {ItemState.VERIFYING: 1}
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}


@pytest.mark.parametrize(
    "trouble", [Unavailable("no answer"), RateLimited("slow"), Refused("no", status=400)]
)
def test_a_late_no_does_not_undo_what_an_event_has_done(school: Engine, trouble: AppError) -> None:
    school.lesson("a.mp4")
    batch = begun(school)

    def tell() -> None:
        became_ready(school)
        raise trouble

    school.trip.once("mux.create_asset:after", tell)
    school.run(most=2)
    assert states(school, batch) == {ItemState.VERIFYING: 1}
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert len(school.mux.assets) == 1


def became_ready(school: Engine) -> None:
    """An event is taken in before the answer comes."""
    [asset] = school.mux.assets.values()
    with school.services.uow("test") as tx:
        verify_id = absorbing.absorb(tx, school.mux.make_ready(asset.id), services=school.services)
        finding.verify_later(tx, verify_id)
        tx.commit()


# ------------------------------------------------------------------ equal bytes wait without a slot


def test_items_that_wait_for_equal_bytes_take_no_slot_and_are_woken_by_its_end(school: Engine) -> None:
    for number in range(7):
        school.lesson(f"{number}.mp4", SAME)
    batch = begun(school)
    school.run(within_s=120)
    assert len(school.pace.taken) == 1
    history = "SELECT count(*) FROM mux_admin.item_changes WHERE reason LIKE 'The same bytes%'"
    assert school.ask(history) == [(6,)]
    at = school.clock.now
    school.mux_works()
    school.run(within_s=1)
    assert states(school, batch) == {ItemState.DONE: 7}
    assert (school.clock.now - at).total_seconds() <= 1
    assert len(school.mux.assets) == 1


def test_equal_bytes_whose_first_copy_failed_are_sent_by_the_next(school: Engine) -> None:
    for name in ("a.mp4", "b.mp4"):
        school.lesson(name, SAME)
    batch = begun(school)
    school.run(within_s=120)
    [first] = school.mux.assets.values()
    school.deliver("video.asset.errored", school.mux.make_errored(first.id, "invalid_input", "odd"))
    school.play_out()
    assert states(school, batch) == {ItemState.FAILED: 1, ItemState.DONE: 1}


# ------------------------------------------------------------------ what stops everything is said once


EXPIRED = Refused("S3 refuses the credentials in use (ExpiredToken).", status=400, account_wide=True)


def test_expired_s3_credentials_hold_the_batch_with_the_reason_and_it_goes_on_by_itself(
    school: Engine,
) -> None:
    school.lessons(30)
    batch = begun(school)
    school.store.errors += [EXPIRED] * 8
    school.run(within_s=20)
    held = migrating.status(batch.id, services=school.services).batch
    assert (held.state, held.hold_reason) == (BatchState.RUNNING, EXPIRED.sentence)
    assert school.mux.assets == {}
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 30}
    assert migrating.status(batch.id, services=school.services).batch.hold_reason is None


def test_credentials_that_expire_before_a_copy_is_verified_fail_no_item(school: Engine) -> None:
    school.lessons(3)
    batch = begun(school)
    school.run(within_s=1)
    school.store.errors += [EXPIRED] * 12
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 3}


def test_a_held_batch_does_not_ask_for_every_item(school: Engine) -> None:
    school.lessons(30)
    batch = begun(school)
    school.store.errors += [EXPIRED] * 200
    school.run(within_s=100)
    assert len(school.store.errors) >= 200 - 4 * 8
    assert states(school, batch) == {ItemState.QUEUED: 30}


def test_wrong_mux_credentials_hold_the_batch_with_the_reason(school: Engine) -> None:
    school.lessons(10)
    batch = begun(school)
    school.mux.errors += [Refused("Mux refused the token.", account_wide=True)] * 8
    school.run(within_s=20)
    assert "token" in str(migrating.status(batch.id, services=school.services).batch.hold_reason)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 10}


def test_a_step_that_is_given_up_ends_its_item_and_the_others_go_on(school: Engine) -> None:
    school.lessons(2)
    batch = begun(school)
    school.run(most=1)
    [item_id, _] = [row[0] for row in school.ask("SELECT id FROM mux_admin.items ORDER BY position")]
    submitting.give_up(item_id, reason="Report 0123abcd.", services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.FAILED: 1, ItemState.DONE: 1}
    assert reasons(school, batch) == {Trouble.UNEXPECTED: 1}


# ------------------------------------------------------------------ one end for an item verified twice


def ready_to_verify(school: Engine) -> tuple[Batch, UUID]:
    """A batch whose one copy is ready and not looked at yet."""
    school.lesson("a.mp4")
    batch = begun(school)
    school.run(within_s=1)
    school.ask("DELETE FROM jobs RETURNING id")
    [asset] = school.mux.assets.values()
    with school.services.uow("test") as tx:
        item_id = absorbing.absorb(tx, school.mux.make_ready(asset.id), services=school.services)
        tx.commit()
    assert item_id
    return batch, item_id


@pytest.mark.parametrize(
    "seen", [Refused("The copy's first segment does not decode."), Unavailable("The stream does not answer.")]
)
@pytest.mark.parametrize("columns", [True, False])
def test_what_a_second_worker_saw_too_late_does_not_undo_the_switch(
    school: Engine, seen: AppError, columns: bool
) -> None:
    if not columns:
        school.drop_columns()
    batch, item_id = ready_to_verify(school)

    def the_other_is_faster() -> None:
        verifying.verify(item_id, services=school.services)
        raise seen

    school.trip.once("player.first_frame:before", the_other_is_faster)
    verifying.verify(item_id, services=school.services, attempt=PLAYBACK.attempts)
    assert states(school, batch) == {ItemState.DONE if columns else ItemState.AWAITING_SCHEMA: 1}
    assert school.mux.deleted == []
