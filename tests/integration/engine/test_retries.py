"""Failed items on their second way: what is asked of Mux again, and what becomes of the batch."""

from threading import Thread

import pytest

from core import migrating, reconciling, sweeping
from core.access import SYSTEM
from core.batch import BatchState, ItemState
from core.errors import InvalidInput, Refused, StaleState, Unavailable
from core.migration import SkipReason, Trouble
from core.records import Batch
from core.source import MediaFacts
from tests.integration.engine.harness import BUCKET, SWITCHED, Engine


def status(school: Engine, batch: Batch) -> migrating.Status:
    return migrating.status(batch.id, services=school.services)


def retry(school: Engine, batch: Batch, **named: object) -> int:
    return migrating.retry(batch.id, by=SYSTEM, services=school.services, **named)  # type: ignore[arg-type]


def failed(school: Engine, batch: Batch) -> list:
    with school.services.uow("test.read") as tx:
        return tx.batches.item_ids(batch.id, [ItemState.FAILED])


def test_a_copy_whose_stream_was_away_for_long_is_checked_again_and_not_made_again(school: Engine) -> None:
    school.lesson("a.mp4")
    school.player.errors += [Unavailable("The copy's stream does not answer.")] * 20
    batch = school.migrate()
    assert status(school, batch).troubles == {Trouble.NOT_REACHED: 1}
    reconciling.reconcile(by=SYSTEM, services=school.services)
    assert retry(school, batch) == 1
    school.play_out()
    assert status(school, batch).progress.counts[ItemState.DONE] == 1
    assert school.mux.calls.count("create_asset") == 1


def test_a_copy_that_was_refused_to_us_is_checked_again_and_not_made_again(school: Engine) -> None:
    school.lesson("a.mp4")
    school.player.errors.append(Refused("The copy's stream may not be played (403).", status=403))
    batch = school.migrate()
    retry(school, batch)
    school.play_out()
    assert status(school, batch).progress.counts[ItemState.DONE] == 1
    assert school.mux.calls.count("create_asset") == 1


@pytest.mark.parametrize("account_wide", [False, True])
def test_an_original_that_s3_refuses_says_nothing_against_the_copy(
    school: Engine, account_wide: bool
) -> None:
    school.lesson("a.mp4")
    school.scan()
    school.ask("UPDATE mux_admin.sources SET duration_s = NULL RETURNING id")
    batch = school.start()
    school.run(within_s=1)

    def refuse() -> None:
        raise Refused("S3 refuses access (AccessDenied).", status=403, account_wide=account_wide)

    school.trip.once("store.first_bytes:before", refuse)
    school.play_out()
    if not account_wide:
        assert status(school, batch).troubles == {Trouble.SOURCE_DENIED: 1}
        retry(school, batch)
        school.play_out()
    assert status(school, batch).progress.counts[ItemState.DONE] == 1
    assert school.mux.calls.count("create_asset") == 1


def test_a_copy_that_does_not_decode_goes_and_a_retry_makes_another(school: Engine) -> None:
    school.lesson("a.mp4")
    school.player.errors.append(Refused("The copy's first segment does not decode to a picture."))
    batch = school.migrate()
    assert status(school, batch).troubles == {Trouble.NOT_PLAYABLE: 1}
    assert school.mux.assets == {}
    retry(school, batch)
    school.play_out()
    assert status(school, batch).progress.counts[ItemState.DONE] == 1
    assert school.mux.calls.count("create_asset") == 2


def test_an_item_that_waits_for_the_stream_says_so_and_has_one_job_however_often_it_is_swept(
    school: Engine,
) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.player.errors += [Unavailable("The copy's stream does not answer.")] * 20
    school.run(within_s=1)
    school.mux_works()
    school.run(within_s=1)
    for _ in range(3):
        sweeping.sweep(services=school.services, everything=True)
    assert [job for job, *_ in school.waiting()].count("verify") == 1
    with school.services.uow("test.read") as tx:
        [item] = tx.batches.items(batch.id)
    assert (item.state, item.trouble) == (ItemState.VERIFYING, None)
    assert str(item.reason).startswith("The copy's stream does not answer.")


def two_that_failed(school: Engine) -> Batch:
    """Of four videos two were gone for a while."""
    school.lessons(4)
    school.scan()
    for number in (0, 1):
        school.store.remove(BUCKET, f"lesson-{number}.mp4")
    batch = school.start()
    school.play_out()
    for number in (0, 1):
        school.store.put(BUCKET, f"lesson-{number}.mp4", b"\0\0\0\x18ftypisomlesson-%d.mp4" % number)
    return batch


def test_one_video_tried_again_leaves_a_paused_batch_paused(school: Engine) -> None:
    batch = two_that_failed(school)
    school.ask("UPDATE mux_admin.batches SET state = 'paused' RETURNING id")
    assert retry(school, batch, item_ids=failed(school, batch)[:1]) == 1
    school.play_out()
    now = status(school, batch)
    assert (now.batch.state, now.progress.counts[ItemState.QUEUED]) == (BatchState.PAUSED, 1)
    assert retry(school, batch) == 1
    school.play_out()
    assert status(school, batch).progress.counts[ItemState.DONE] == 4


def test_nothing_of_a_cancelled_batch_is_tried_again(school: Engine) -> None:
    batch = two_that_failed(school)
    school.ask("UPDATE mux_admin.batches SET state = 'cancelled' RETURNING id")
    with pytest.raises(InvalidInput, match="was cancelled"):
        retry(school, batch, item_ids=failed(school, batch)[:1])
    assert len(failed(school, batch)) == 2


def test_a_cancel_in_the_moment_of_a_retry_leaves_nothing_in_the_queue(school: Engine) -> None:
    batch = two_that_failed(school)
    school.ask("UPDATE mux_admin.batches SET state = 'running', finished_at = NULL RETURNING id")
    cancel = Thread(
        target=migrating.cancel, args=[batch.id], kwargs={"by": SYSTEM, "services": school.services}
    )

    def cancelled_meanwhile() -> None:
        cancel.start()
        cancel.join(1)  # it ends by then, or waits for the retry

    school.trip.once("retry:before", cancelled_meanwhile)
    retry(school, batch)
    cancel.join(10)
    now = status(school, batch)
    assert now.batch.state is BatchState.CANCELLED
    assert now.progress.counts[ItemState.QUEUED] == 0
    assert school.ask("SELECT DISTINCT standing FROM mux_admin.sources WHERE standing = 'moving'") == []


def test_what_another_batch_moved_meanwhile_has_not_failed_any_more(school: Engine) -> None:
    batch = two_that_failed(school)
    other = school.migrate()
    assert status(school, other).progress.done == 2
    now = status(school, batch)
    assert (now.progress.failed, now.skips) == (0, {SkipReason.ON_MUX: 2})
    with pytest.raises(StaleState, match="Nothing has failed"):
        retry(school, batch)
    assert school.mux.calls.count("create_asset") == 4
    assert school.ask(SWITCHED) == [(4,)]


def test_a_retry_counts_what_starts_again_and_not_what_another_batch_is_moving(school: Engine) -> None:
    batch = two_that_failed(school)
    other = school.start()
    assert other.movable == 2
    with pytest.raises(StaleState, match="Another batch is moving"):
        retry(school, batch)
    assert len(failed(school, batch)) == 2


def test_the_audit_says_which_items_were_tried_again_and_what_the_batch_was(school: Engine) -> None:
    batch = two_that_failed(school)
    ids = failed(school, batch)
    retry(school, batch)
    with school.services.uow("test.read") as tx:
        newest = tx.audits.newest(limit=1)[0]
    assert (newest.action, newest.before) == ("retry items", {"state": "done"})
    assert newest.after is not None
    assert (newest.after["items"], sorted(newest.after["item_ids"])) == (2, sorted(map(str, ids)))


def test_a_copy_of_another_length_is_made_again(school: Engine) -> None:
    school.lesson("a.mp4")
    school.media.facts["a.mp4"] = MediaFacts(
        duration_s=60.0, width=640, height=360, video_codec="h264", audio_codec=None
    )
    batch = school.migrate()
    school.ask("UPDATE mux_admin.sources SET duration_s = 10 RETURNING id")
    retry(school, batch)
    school.play_out()
    assert school.mux.calls.count("create_asset") == 2
