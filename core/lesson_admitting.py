"""Admitting to a lesson's copy: may this person change it, and is it one that can be changed?"""

from core.access import Action, Person
from core.admitting import admit
from core.asset import Asset
from core.errors import InvalidInput
from core.lesson_copy import ready_asset
from core.ports import Tx

NOT_READY = "The lesson's video is not ready at Mux."
WAIT = "Move the video to Mux first, or wait until it is ready."


def asset_to_change(tx: Tx, lesson_id: str, by: Person) -> Asset:
    """The ready copy of a lesson that this person may change. Raises `InvalidInput`, `NotFound`,
    `NotAllowed`."""
    admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
    asset = ready_asset(tx, lesson_id)
    if asset is None:
        raise InvalidInput(NOT_READY, hint=WAIT)
    return asset
