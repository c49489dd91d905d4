"""Deleting the copies at Mux of a bulk job's lessons: each falls back to its file in S3, if it has one."""

from uuid import UUID

from core.absorbing import absorb
from core.asset import AssetStatus, deleted
from core.bulk_stepping import copy_under_way, done, under_way
from core.ports import Services
from core.recognising import ensure_ours


def delete_copy(item_id: UUID, services: Services) -> None:
    """Delete the copy that one lesson plays, then have every row that played it say what it said before.

    The wish is written first, so that the deletion is the person's in the audit whoever hears of it first; a
    kill in between costs time alone, because Mux says of a deleted asset that it is not there.
    """
    asset_id = _wanted(item_id, services)
    if asset_id is None:
        return
    if not services.mux.delete_asset(asset_id):
        ensure_ours(services=services)
    with services.uow("bulk.deleted") as tx:
        known = tx.assets.lock(asset_id)
        if known and known.status is not AssetStatus.DELETED:
            if found := tx.bulk.change(item_id):  # a sweep may have let go of the wish meanwhile
                tx.upkeep.want_gone(asset_id, asked=True, by=found.order.person)
            absorb(tx, deleted(known, at=services.clock()), services=services)
        if found := under_way(tx, item_id):
            done(tx, found, services)
        tx.commit()


def _wanted(item_id: UUID, services: Services) -> str | None:
    """The asset that is to go, with the wish of it; None where the item has come to its end."""
    with services.uow("bulk.delete") as tx:
        held = copy_under_way(tx, item_id, services)
        if held is None:
            return None
        found, asset = held
        tx.upkeep.want_gone(asset.id, asked=True, by=found.order.person)
        tx.commit()
    return asset.id
