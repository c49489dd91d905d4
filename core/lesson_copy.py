"""The copy at Mux that a lesson plays, as our records have it."""

from core.access import Action, Person
from core.admitting import admit
from core.asset import Asset, AssetStatus
from core.errors import InvalidInput
from core.ports import Tx

NOT_READY = "The lesson's video is not ready at Mux."
WAIT = "Move the video to Mux first, or wait until it is ready."


def copy_of(tx: Tx, lesson_id: str) -> Asset | None:
    """In whatever state; None where our records have nothing."""
    asset_id = (tx.host.read("lessons", lesson_id) or {}).get("mux_asset_id")
    return tx.assets.get(str(asset_id)) if asset_id else None


def ready_asset(tx: Tx, lesson_id: str) -> Asset | None:
    """The same, where it is ready."""
    asset = copy_of(tx, lesson_id)
    return asset if asset and asset.status is AssetStatus.READY else None


def asset_to_change(tx: Tx, lesson_id: str, by: Person) -> Asset:
    """The ready copy of a lesson that this person may change. Raises `InvalidInput`, `NotFound`,
    `NotAllowed`."""
    admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
    asset = ready_asset(tx, lesson_id)
    if asset is None:
        raise InvalidInput(NOT_READY, hint=WAIT)
    return asset
