"""Discarding: assets that are to go are deleted at Mux, however often it takes, and never one in use."""

from core.absorbing import absorb
from core.asset import AssetStatus, deleted
from core.ports import Services, Tx
from core.recognising import ensure_ours


def discard(asset_id: str, *, services: Services) -> bool:
    """Delete an asset that a person asked to delete, or that passthrough and intent prove to be a twin.

    False when it was left alone: it serves a source after all (then the wish is forgotten), or an item that
    is under way holds it (then the sweep asks again later).
    """
    with services.uow("discard.look") as tx:
        may_go = _may_go(tx, asset_id)
        tx.upkeep.tried(asset_id, now=services.clock())
        tx.commit()
    if not may_go:
        return False
    if not services.mux.delete_asset(asset_id):
        ensure_ours(services=services)
    with services.uow("discard.write") as tx:
        known = tx.assets.lock(asset_id)
        if known:
            absorb(tx, deleted(known, at=services.clock()), services=services)
        tx.commit()
    return True


def _may_go(tx: Tx, asset_id: str) -> bool:
    """Asked under the asset's lock, as whoever switches a row to it does."""
    wish, known = tx.upkeep.wish(asset_id), tx.assets.lock(asset_id)
    if wish is None or known is None:
        return False
    if known.status is AssetStatus.DELETED or tx.assets.sources_of(asset_id):
        tx.upkeep.drop_wish(asset_id)
        return False
    if tx.batches.alive_on(asset_id):
        return False
    return wish.asked or asset_id in tx.assets.twins([asset_id])
