"""Sparing: why an item needs no copy after all, asked as its turn comes."""

from core import comparing, normalising, probing
from core.asset import Policy
from core.batch import ItemState
from core.feeding import feed_in
from core.kind import MIGRATABLE, Kind
from core.migration import SkipReason
from core.ports import Services, Tx
from core.records import Job
from core.source import Finding
from core.stepping import release_intent, requeue
from core.work import Move, Remake, Work

EQUAL_WAIT_S = 300.0
"""An item whose bytes are on their way under another key is woken when that one ends; at the latest now."""


def why_none(work: Work, services: Services) -> SkipReason | None:
    """Why no copy is worth making after all; known only now, not when the manifest was frozen.

    Raises what S3 raises, and `CopyRejectedError`.
    """
    if isinstance(work, Remake):
        return normalising.needless(work, services)
    assert isinstance(work, Move), "there is no third kind"
    if comparing.left_behind(work.source, services):
        return SkipReason.MOVED_ON
    if work.source.kind is Kind.UNKNOWN and not _turns_out_video(work, services):
        return SkipReason.NOT_VIDEO
    return None


def _turns_out_video(work: Move, services: Services) -> bool:
    """Look into a file that nobody has looked into yet."""
    source = probing.probe_one(work.source.id, services=services)
    return bool(source and source.kind in MIGRATABLE and Finding.UNREADABLE not in source.findings)


def is_spared(tx: Tx, work: Work, sha256: str | None, policy: Policy, services: Services) -> bool:
    """Wait for the asset that is being made of these bytes, or take the one that was: no POST then."""
    if sha256 and tx.batches.same_content_in_flight(sha256, but=work.item.id):
        reason = "The same bytes are on their way under another key."
        requeue(tx, work, delay_s=EQUAL_WAIT_S, reason=reason, services=services)
        feed_in(tx, work.item.batch_id, services)
        return True
    if isinstance(work, Remake):
        asset = tx.bulk.remade(work.old.id, policy)
    else:
        asset = tx.batches.ready_copy(work.item.id, policy=policy)
    if asset is None and sha256:
        asset = tx.assets.serving(sha256, policy=policy)
    if asset is None:
        return False
    release_intent(tx, work)
    tx.batches.move(work.item.id, ItemState.VERIFYING, asset_id=asset.id)
    tx.enqueue(Job.VERIFY, item_id=str(work.item.id))
    feed_in(tx, work.item.batch_id, services)
    return True
