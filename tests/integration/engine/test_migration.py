"""The main job: sources in S3 become assets at Mux, exactly once, and lessons play them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core import migrating, reconciling, sweeping
from core.access import SYSTEM
from core.asset import AssetStatus
from core.batch import PLAYBACK, BatchState, ItemState
from core.errors import InvalidInput, NotAllowed, RateLimited, Refused, StaleState, Unavailable
from core.migration import Mode, Options, PolicyRule, Trouble
from core.records import Batch
from core.selection import Choice
from core.source import Location, MediaFacts
from tests.integration.engine.harness import BUCKET, PUBLIC, SWITCHED, Engine


def states(school: Engine, batch: Batch) -> dict[ItemState, int]:
    counts = migrating.status(batch.id, services=school.services).progress.counts
    return {state: count for state, count in counts.items() if count}


def reasons(school: Engine, batch: Batch) -> dict[Trouble, int]:
    return dict(migrating.status(batch.id, services=school.services).troubles)


def test_every_lesson_of_a_batch_plays_from_mux_and_each_source_has_one_asset(school: Engine) -> None:
    school.lessons(12)
    batch = school.migrate()
    assert states(school, batch) == {ItemState.DONE: 12}
    assert len(school.mux.assets) == 12
    assert school.ask(SWITCHED)[0][0] == 12
    assert migrating.status(batch.id, services=school.services).batch.state is BatchState.DONE


def test_the_original_in_s3_stays_and_the_row_keeps_its_address(school: Engine) -> None:
    school.lesson("a.mp4")
    school.migrate()
    assert school.ask("SELECT video_url, video_provider FROM lessons") == [(f"s3://{BUCKET}/a.mp4", "mux")]
    assert len(school.store.objects) == 1


def test_all_rows_that_point_at_one_object_switch_together(school: Engine) -> None:
    for _ in range(3):
        school.lesson("shared.mp4", b"\0\0\0\x18ftypisom")
    batch = school.migrate()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert school.ask("SELECT count(DISTINCT mux_asset_id), count(*) FROM lessons") == [(1, 3)]


def test_equal_bytes_under_two_keys_make_one_asset_that_serves_both(school: Engine) -> None:
    body = b"\0\0\0\x18ftypisom the very same"
    school.lesson("a.mp4", body)
    school.lesson("b.mp4", body)
    batch = school.migrate()
    assert states(school, batch) == {ItemState.DONE: 2}
    assert len(school.mux.assets) == 1
    assert school.ask("SELECT count(DISTINCT mux_asset_id) FROM lessons") == [(1,)]


def test_a_twin_that_nobody_may_read_does_not_hold_up_its_like(school: Engine) -> None:
    body = b"\0\0\0\x18ftypisom the very same"
    school.lesson("a.mp4", body)
    school.store.put(BUCKET, "b.mp4", body)
    school.scan()
    school.store.denied.add(Location(BUCKET, "b.mp4"))
    batch = migrating.start(Choice(keys=("a.mp4",)), PUBLIC, name="One", by=SYSTEM, services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}


def test_equal_size_and_etag_alone_do_not_merge(school: Engine) -> None:
    school.lesson("a.mp4", b"\0\0\0\x18ftypisom one")
    school.lesson("b.mp4", b"\0\0\0\x18ftypisom two")
    for location, facts in list(school.store.facts.items()):
        school.store.facts[location] = replace(facts, etag="multipart-2")
    school.migrate()
    assert len(school.mux.assets) == 2


def test_a_lost_answer_is_found_and_not_sent_again(school: Engine) -> None:
    school.lessons(3)
    school.mux.lost_answers = 1
    batch = school.migrate()
    assert states(school, batch) == {ItemState.DONE: 3}
    assert len(school.mux.bodies) == 3


def test_an_answer_lost_before_mux_made_anything_is_sent_again_under_the_same_passthrough(
    school: Engine,
) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.mux.errors.append(Unavailable("no answer"))
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert len(school.mux.assets) == 1
    intents = school.ask("SELECT id FROM mux_admin.intents")
    assert [body["passthrough"] for body in school.mux.bodies] == [str(intents[0][0])]
    assert school.mux.calls.count("newest_assets") >= 2


def test_a_twin_that_turns_up_late_is_deleted_and_never_reaches_a_row(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    twin = school.mux.make(school.mux.bodies[0])
    school.deliver("video.asset.ready", school.mux.make_ready(twin.id))
    school.run()
    assert school.mux.deleted == [twin.id]
    assert school.ask("SELECT mux_asset_id FROM lessons WHERE mux_asset_id = %s", twin.id) == []
    assert states(school, batch) == {ItemState.DONE: 1}


def test_a_twin_without_any_event_is_gone_after_one_reconcile(school: Engine) -> None:
    school.lesson("a.mp4")
    school.migrate()
    twin = school.mux.make(school.mux.bodies[0])
    report = reconciling.reconcile(by=SYSTEM, services=school.services)
    assert report.twins == 1
    assert twin.id not in school.mux.assets
    assert len(school.mux.assets) == 1


def test_lost_webhooks_only_cost_time(school: Engine) -> None:
    school.lessons(3)
    school.losing.add("video.asset.ready")
    batch = school.migrate()
    assert states(school, batch) == {ItemState.INGESTING: 3}
    reconciling.reconcile(by=SYSTEM, services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 3}


def test_the_sweep_asks_about_items_that_have_been_silent(school: Engine) -> None:
    school.lessons(2)
    school.losing.add("video.asset.ready")
    batch = school.migrate()
    school.ask("UPDATE mux_admin.items SET since = since - interval '1 year' RETURNING id")
    sweeping.sweep(services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 2}


def test_a_429_puts_the_item_back_without_counting_an_attempt(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.mux.errors += [RateLimited("slow down")] * 12
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert len(school.pace.slowed) == 12


def test_wrong_credentials_wait_in_words_and_go_on_by_themselves(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.mux.errors += [Refused("Mux refused the token.", account_wide=True)] * 3
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}


def test_an_object_that_changed_since_the_scan_stops_with_that_reason(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.store.put(BUCKET, "a.mp4", b"\0\0\0\x18ftypisom other bytes")
    school.play_out()
    assert reasons(school, batch) == {Trouble.SOURCE_CHANGED: 1}
    assert school.mux.assets == {}


def test_an_object_deleted_in_mid_batch_fails_alone(school: Engine) -> None:
    school.lessons(3)
    school.scan()
    batch = school.start()
    school.store.remove(BUCKET, "lesson-1.mp4")
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 2, ItemState.FAILED: 1}
    assert reasons(school, batch) == {Trouble.SOURCE_GONE: 1}


def test_a_copy_of_another_length_is_rejected_deleted_and_switches_nothing(school: Engine) -> None:
    school.lesson("a.mp4")
    school.media.facts["a.mp4"] = MediaFacts(
        duration_s=60.0, width=640, height=360, video_codec="h264", audio_codec=None
    )
    batch = school.migrate()
    assert reasons(school, batch) == {Trouble.LENGTH_DIFFERS: 1}
    assert school.ask(SWITCHED)[0][0] == 0
    assert school.mux.assets == {}


def test_a_copy_that_never_plays_is_rejected_after_several_tries(school: Engine) -> None:
    school.lesson("a.mp4")
    school.player.errors += [Unavailable("not yet")] * 20
    batch = school.migrate()
    assert reasons(school, batch) == {Trouble.NOT_REACHED: 1}
    assert len(school.player.played) == PLAYBACK.attempts


def test_a_copy_that_plays_a_moment_later_is_accepted(school: Engine) -> None:
    school.lesson("a.mp4")
    school.player.errors += [Unavailable("not yet")] * 2
    batch = school.migrate()
    assert states(school, batch) == {ItemState.DONE: 1}


def test_a_failed_download_is_tried_again_under_a_new_intent_and_the_errored_asset_goes(
    school: Engine,
) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.run()
    first = next(iter(school.mux.assets.values()))
    errored = school.mux.make_errored(first.id, "download_failed", "404")
    school.deliver("video.asset.errored", errored)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert school.mux.deleted == [first.id]
    assert len({body["passthrough"] for body in school.mux.bodies}) == 2


def test_a_damaged_file_fails_with_muxs_own_words(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.run()
    asset = next(iter(school.mux.assets.values()))
    school.deliver("video.asset.errored", school.mux.make_errored(asset.id, "invalid_input", "no duration"))
    school.play_out()
    assert reasons(school, batch) == {Trouble.FILE_DAMAGED: 1}
    with school.services.uow("test.read") as tx:
        assert "no duration" in str(tx.batches.items(batch.id)[0].reason)


def test_a_late_created_event_never_undoes_ready(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    asset = next(iter(school.mux.assets.values()))
    school.deliver("video.asset.updated", replace(asset, status=AssetStatus.PREPARING))
    school.run()
    assert states(school, batch) == {ItemState.DONE: 1}
    with school.services.uow("test.read") as tx:
        known = tx.assets.get(asset.id)
    assert known
    assert known.status is AssetStatus.READY


def test_an_asset_deleted_at_mux_gives_the_lesson_back_to_s3(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    asset = next(iter(school.mux.assets.values()))
    school.deliver("video.asset.deleted", asset)
    school.run()
    assert states(school, batch) == {ItemState.ROLLED_BACK: 1}
    assert school.ask("SELECT mux_playback_id FROM lessons") == [(None,)]


def test_rollback_restores_the_rows_and_keeps_or_deletes_the_asset_as_asked(school: Engine) -> None:
    school.lessons(2)
    before = school.ask("SELECT to_jsonb(l) - 'updated_at' FROM lessons l ORDER BY id")
    batch = school.migrate()
    with school.services.uow("test.read") as tx:
        first, second = tx.batches.item_ids(batch.id, [ItemState.DONE])
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services, item_ids=[first])
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services, item_ids=[second], delete_assets=True)
    school.run()
    assert states(school, batch) == {ItemState.ROLLED_BACK: 2}
    assert school.ask("SELECT to_jsonb(l) - 'updated_at' FROM lessons l ORDER BY id") == before
    assert len(school.mux.assets) == 1
    reconciling.reconcile(by=SYSTEM, services=school.services)
    assert len(school.mux.assets) == 1


def test_every_switch_and_every_way_back_leaves_its_audit_row(school: Engine) -> None:
    lesson_id = school.lesson("a.mp4")
    batch = school.migrate()
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.run()
    told = school.ask(
        "SELECT action FROM mux_admin.audit WHERE subject = %s ORDER BY id", f"lessons {lesson_id}"
    )
    assert told == [("switch to Mux",), ("put back",)]


def test_a_row_that_somebody_changed_since_is_not_rolled_back(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    school.ask("UPDATE lessons SET mux_playback_id = 'someone-else' RETURNING id")
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.run()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert school.ask("SELECT mux_playback_id FROM lessons") == [("someone-else",)]
    with school.services.uow("test.read") as tx:
        assert tx.batches.items(batch.id)[0].trouble is Trouble.ROW_CHANGED


def test_a_spent_failure_budget_pauses_the_batch_and_a_retry_goes_on(school: Engine) -> None:
    school.lessons(12)
    school.scan()
    for number in range(6):
        school.store.remove(BUCKET, f"lesson-{number}.mp4")
    batch = school.start()
    school.play_out()
    status = migrating.status(batch.id, services=school.services)
    assert status.batch.state is BatchState.PAUSED
    assert status.batch.pause_reason
    for number in range(6):
        school.store.put(BUCKET, f"lesson-{number}.mp4", b"\0\0\0\x18ftypisomlesson-%d.mp4" % number)
    migrating.retry(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 12}


def test_pause_sends_nothing_more_and_resume_goes_on(school: Engine) -> None:
    school.lessons(20)
    school.scan()
    batch = school.start()
    migrating.pause(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    assert len(school.mux.assets) == 0
    migrating.resume(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 20}


def test_cancel_lets_go_of_what_was_not_sent(school: Engine) -> None:
    school.lessons(20)
    school.scan()
    batch = school.start()
    migrating.cancel(batch.id, by=SYSTEM, services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.CANCELLED: 20}


def test_a_test_batch_switches_no_row_and_ends_tested(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate(replace(PUBLIC, test=True))
    assert states(school, batch) == {ItemState.TESTED: 1}
    assert school.ask(SWITCHED)[0][0] == 0
    assert school.mux.bodies[0]["test"] is True


def test_push_streams_the_bytes_and_ends_the_same_way(school: Engine) -> None:
    school.lesson("a.mp4", b"\0\0\0\x18ftypisom the bytes")
    batch = school.migrate(replace(PUBLIC, mode=Mode.PUSH))
    assert states(school, batch) == {ItemState.DONE: 1}
    assert list(school.uploader.sent.values()) == [b"\0\0\0\x18ftypisom the bytes"]


def test_a_push_whose_event_is_lost_is_found_by_its_passthrough(school: Engine) -> None:
    school.lesson("a.mp4")
    school.losing.add("video.asset.ready")
    batch = school.migrate(replace(PUBLIC, mode=Mode.PUSH))
    assert states(school, batch) == {ItemState.INGESTING: 1}
    reconciling.reconcile(by=SYSTEM, services=school.services)
    school.play_out()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert len(school.mux.assets) == 1


def test_a_lesson_with_only_an_hls_folder_is_remuxed_and_pushed(school: Engine) -> None:
    for name in ("index.m3u8", "seg-0.ts", "seg-1.ts"):
        school.store.put(BUCKET, f"hls/1/{name}", b"#EXTM3U" if name.endswith("m3u8") else b"G" * 189)
    school.ask(
        "INSERT INTO lessons (title, hls_url) VALUES ('HLS', %s) RETURNING id",
        f"s3://{BUCKET}/hls/1/index.m3u8",
    )
    batch = school.migrate()
    assert states(school, batch) == {ItemState.DONE: 1}
    assert len(school.uploader.sent) == 1
    assert school.ask(SWITCHED)[0][0] == 1


def test_an_unreadable_original_needs_a_look_and_is_left_out(school: Engine) -> None:
    school.lesson("a.mp4")
    school.lesson("b.mp4")
    school.media.facts["a.mp4"] = None
    batch = school.migrate()
    assert states(school, batch) == {ItemState.DONE: 1, ItemState.SKIPPED: 1}


def test_a_source_that_is_on_mux_is_skipped_next_time(school: Engine) -> None:
    school.lesson("a.mp4")
    school.migrate()
    school.lesson("b.mp4")
    batch = school.migrate()
    assert states(school, batch) == {ItemState.DONE: 1, ItemState.SKIPPED: 1}
    assert len(school.mux.assets) == 2


def test_signed_is_refused_without_a_key_before_anything_is_frozen(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    with pytest.raises(InvalidInput, match="signing key"):
        school.start(Options(policy=PolicyRule.SIGNED))
    assert school.ask("SELECT count(*) FROM mux_admin.batches") == [(0,)]


def test_nobody_but_an_admin_starts_a_batch(school: Engine) -> None:
    teacher = replace(SYSTEM, roles=frozenset())
    school.lesson("a.mp4")
    school.scan()
    with pytest.raises(NotAllowed):
        migrating.start(Choice(), PUBLIC, name="x", by=teacher, services=school.services)


def test_retry_says_so_when_nothing_failed(school: Engine) -> None:
    school.lesson("a.mp4")
    batch = school.migrate()
    with pytest.raises(StaleState):
        migrating.retry(batch.id, by=SYSTEM, services=school.services)


def test_a_batch_keeps_what_it_was_said_to_cost(school: Engine) -> None:
    """Six lessons of 10 s are a minute: x $0.03125 of input, $0.003 a month; their bytes come to no cent."""
    school.lessons(6)
    school.scan()
    batch = school.start()
    with school.services.uow("test.read") as tx:
        kept = tx.batch_costs.kept(batch.id)
    assert kept is not None
    assert (kept.once_usd, kept.monthly_usd, kept.minutes) == (Decimal("0.03"), Decimal("0.00"), Decimal(1))
    assert (kept.quality, kept.tier) == ("plus", "1080p")


def test_without_a_price_a_batch_starts_all_the_same(school: Engine) -> None:
    school.lessons(1)
    school.scan()
    services = replace(school.services, built_in_cards=())
    batch = migrating.start(Choice(), PUBLIC, name="Test", by=SYSTEM, services=services)
    with school.services.uow("test.read") as tx:
        assert tx.batch_costs.kept(batch.id) is None
