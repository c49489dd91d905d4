"""Following: a lesson that gets another video is given the captions of that one in its row."""

from core.access import Person
from core.caption_publishing import name
from core.ports import Tx


def follow(tx: Tx, lesson_id: str, asset_id: str | None, *, by: Person) -> None:
    """Have the lesson's row of `videos` name the captions of the asset that it plays from now on, or none.

    Captions that the school's own site named stay.
    """
    name(tx, lesson_id, tx.captions.of_asset(asset_id) if asset_id else (), by=by)
