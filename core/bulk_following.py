"""Following: an item of a batch goes where its captions go, in the same transaction."""

from core.batch import ItemState
from core.bulk_stepping import BEGUN, done, failed_in, on_its_way
from core.migration import Trouble
from core.ports import Services, Tx
from core.text_track import TextTrack, TrackState

OTHER_VIDEO = "The lesson plays another video by now. Retry writes captions for that one."


def follow(tx: Tx, track: TextTrack, services: Services, *, reason: str = "") -> None:
    """Bring on the item that wants these captions: Mux has been asked, they are there, or, for the `reason`,
    they never will be. Captions that nobody's batch wants are nobody's item."""
    found = tx.bulk.change(track.item_id, lock=True) if track.item_id else None
    if found is None or found.item.state not in BEGUN or track.state is TrackState.WAITING:
        return
    if track.state is TrackState.PREPARING:
        if found.item.state is ItemState.SUBMITTING:
            on_its_way(tx, found, services)
    elif track.state is not TrackState.READY:
        failed_in(tx, found, Trouble.NO_CAPTIONS, reason or track.reason or "", services)
    elif found.lesson_id in tx.captions.lessons_of(track.asset_id):
        done(tx, found, services, reason=track.reason)
    else:
        tx.captions.note(track.id, item_id=None)  # it is the old video's now, and a retry has another one
        failed_in(tx, found, Trouble.NO_CAPTIONS, OTHER_VIDEO, services)
