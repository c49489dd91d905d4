"""Captioning a copy that takes another's place: its captions are ready before any lesson plays it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID, uuid5

from core import webvtt
from core.asset import Asset
from core.caption_publishing import carry_along, carry_later
from core.caption_settling import fetched
from core.captions import read
from core.errors import Unavailable
from core.migration import Trouble
from core.ports import Services, Tx
from core.stepping import CopyRejectedError, while_verifying
from core.text_track import MOVES, ON_ITS_WAY, TextTrack, TrackState
from core.upload_captioning import caption_later
from core.work import Remake

COMING = "Its captions are on their way to the new copy."
REFUSED = "The captions “{}” did not come to the new copy."
UNREACHED = "The lesson's captions could not go along: Mux cannot fetch them from this S3."


class ComingError(Unavailable):
    """All is well with the copy: its captions wait for their turn at Mux, or Mux makes them ready."""


def check_can_carry(tx: Tx, work: Remake, services: Services) -> None:
    """Raise `CopyRejectedError` before anything is paid for where captions would get lost."""
    if not services.settings.pull_works and list(_there(tx, work)):
        raise CopyRejectedError(Trouble.CAPTIONS_REFUSED, UNREACHED, hint="Use an S3 that Mux reaches.")


def carry_over(work: Remake, asset: Asset, services: Services) -> None:
    """Give the new copy the captions of the old one. Safe to run twice.

    Raises `ComingError` until they are ready, `CopyRejectedError` where Mux refuses one.
    """
    with services.uow("normalise.captions.read") as tx:
        wanted = {uuid5(one.id, asset.id): one for one in _there(tx, work)}
        held = {one.id: one for one in tx.captions.of_asset(asset.id)}
    for new_id, one in wanted.items():
        if new_id not in held:
            _add(work, asset, new_id, one, services)
    for new_id in wanted:
        if new_id in held and held[new_id].state is TrackState.FAILED:
            reason, name = held[new_id].reason or "", held[new_id].name
            raise CopyRejectedError(Trouble.CAPTIONS_REFUSED, REFUSED.format(name), hint=reason)
    if any(new_id not in held or held[new_id].state in ON_ITS_WAY for new_id in wanted):
        raise ComingError(COMING, hint="")


def go_along(tx: Tx, lesson_ids: Iterable[str], old: Asset, new: Asset) -> None:
    """Files of captions that lie beside the lessons count as given to what plays now; the others follow."""
    for lesson_id in lesson_ids:
        for one in tx.uploads.resources(lesson_id):
            if one.are_captions and one.asset_id == old.id:
                tx.uploads.given(one.id, new.id)
        caption_later(tx, lesson_id)


def let_go(tx: Tx, asset_id: str, services: Services) -> None:
    """The copy goes, and so do the captions that were made for it."""
    for one in tx.captions.of_asset(asset_id):
        if TrackState.DELETING in MOVES[one.state]:
            tx.captions.move(one.id, TrackState.DELETING, now=services.clock())
            carry_later(tx, one.id, waits=False)


def _there(tx: Tx, work: Remake) -> Iterator[TextTrack]:
    return (one for one in tx.captions.of_asset(work.old.id) if one.state is TrackState.READY)


def _add(work: Remake, asset: Asset, new_id: UUID, one: TextTrack, services: Services) -> None:
    """Read outside of the transaction that keeps it."""
    if one.location is not None:
        file = read(services.store.read(one.location))
    else:
        file = fetched(work.old, str(one.track_id), services)
    now = services.clock()
    new = replace(
        one,
        id=new_id,
        asset_id=asset.id,
        lesson_id=work.lesson_id,
        state=TrackState.WAITING,
        cues=webvtt.write(file),
        created_at=now,
        moved_at=now,
        replaces=None,
        track_id=None,
        given_name=None,
        posted_at=None,
        location=None,
        words=None,
        reason=None,
        item_id=None,
        copy_of=one.copy_of or one.track_id,
    )
    with services.uow("normalise.captions") as tx:
        if while_verifying(tx, work) and tx.captions.get(new_id) is None:
            tx.captions.add(new)
            carry_along(tx, new_id)
        tx.commit()
