"""The copy at Mux that a lesson plays, as our records have it."""

from core.asset import Asset, AssetStatus
from core.ports import Tx


def copy_of(tx: Tx, lesson_id: str) -> Asset | None:
    """In whatever state; None where our records have nothing."""
    asset_id = (tx.host.read("lessons", lesson_id) or {}).get("mux_asset_id")
    return tx.assets.get(str(asset_id)) if asset_id else None


def ready_asset(tx: Tx, lesson_id: str) -> Asset | None:
    """The same, where it is ready."""
    asset = copy_of(tx, lesson_id)
    return asset if asset and asset.status is AssetStatus.READY else None
