"""Making MP4s for download, handing one out, and deleting it.

Each call only writes down what is wanted; `rendition_carrying` does it, and a kill in between changes
nothing.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from core.access import Action, Person
from core.admitting import admit
from core.asset import Asset
from core.errors import ConfigError, InvalidInput, NotFound, StaleState
from core.lesson_admitting import asset_to_change
from core.lesson_copy import ready_asset
from core.playback import Audience, needs_token
from core.ports import Services, Tx
from core.records import Job
from core.rendition import CAME_TO_NOTHING, Rendition, RenditionState, Resolution, conflict, offered
from core.rendition_looking import LOOK, NO_FILE, file_of, present, record_of

MOMENT = "It is being deleted at Mux."
OLD = "Mux made this file by its older setting, and deletes it by that alone."
LIFETIME_S = 3600.0
"""A download that breaks off can go on for so long."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """An address that opens the file: for the moment of use, kept nowhere."""

    url: str = field(repr=False)


def make(lesson_id: str, resolution: str, *, by: Person, services: Services) -> Rendition:
    """Have Mux make an MP4 of the lesson's video; asked twice it is made once.

    Raises `InvalidInput` where Mux does not make it, `StaleState`, `NotFound`, `NotAllowed`.
    """
    with services.uow("rendition.make") as tx:
        asset = asset_to_change(tx, lesson_id, by)
        wanted = _wanted(resolution, asset)
        _tidy_up(tx, asset, wanted)
        held = list(tx.renditions.of_asset(asset.id))
        made = next((one for one in held if one.resolution == wanted), None)
        if made is not None and made.state is not RenditionState.DELETING:
            return made
        if why := MOMENT if made else conflict(wanted, present(asset, held)):
            raise StaleState(why, hint=LOOK)
        new = _new(lesson_id, asset.id, wanted, by.name, services)
        tx.renditions.add(new)
        tx.audit(by, "make MP4", f"lesson {lesson_id}", after={"resolution": wanted.value})
        carry_later(tx, new.id)
        tx.commit()
    return new


def download(lesson_id: str, key: str, *, by: Person, services: Services) -> Download:
    """The file, for whoever may play the lesson; that it was asked for is written down.

    Raises `NotFound`, `NotAllowed`, and `ConfigError` where playback is signed and no key is set.
    """
    with services.uow("rendition.download") as tx:
        admit(by, Action.PLAY, lesson_id, tx=tx)
        asset = ready_asset(tx, lesson_id)
        held = record_of(tx, asset, key) if asset else None
        file = file_of(asset, key, held) if asset else None
        if asset is None or file is None or file.get("status", "ready") != "ready":
            raise NotFound(NO_FILE, hint=LOOK)
        found = tx.playables.get(lesson_id, by.host_user_id)
        url = _url(asset, str(file["name"]), found.title if found else "", services)
        if held:
            tx.renditions.note(held.id, used_at=services.clock())
        tx.audit(by, "download MP4", f"lesson {lesson_id}", after={"file": file["name"]})
        tx.commit()
    return Download(url=url)


def delete(lesson_id: str, key: str, *, by: Person, services: Services) -> None:
    """Delete the file at Mux, whoever had it made, or the record of one that came to nothing.

    Raises `InvalidInput` for one that cannot be deleted by itself, `NotFound`, `NotAllowed`.
    """
    with services.uow("rendition.delete") as tx:
        asset = asset_to_change(tx, lesson_id, by)
        held = record_of(tx, asset, key) or _found(tx, asset, lesson_id, key, by, services)
        if held.state is not RenditionState.DELETING:
            tx.renditions.move(held.id, RenditionState.DELETING, now=services.clock(), reason=None)
            tx.audit(by, "delete MP4", f"lesson {lesson_id}", before={"resolution": held.resolution})
            carry_later(tx, held.id)
        tx.commit()


def go_along(tx: Tx, old_id: str, new_id: str, *, services: Services) -> None:
    """A copy takes another's place: the MP4s that were made here of the old one are made of it, too."""
    there = {one.resolution for one in tx.renditions.of_asset(new_id)}
    for one in tx.renditions.of_asset(old_id):
        if one.state is RenditionState.READY and one.resolution not in there:
            new = _new(one.lesson_id, new_id, one.resolution, one.person, services)
            tx.renditions.add(new)
            carry_later(tx, new.id)


def carry_later(tx: Tx, rendition: UUID, *, at: datetime | None = None) -> None:
    """Have its next step done."""
    tx.enqueue(Job.RENDITION, key=f"rendition:{rendition}", at=at, rendition=str(rendition))


def _wanted(resolution: str, asset: Asset) -> Resolution:
    if resolution not in offered(asset):
        raise InvalidInput("Mux does not make such an MP4 of this video.", hint="Choose one of the list.")
    return Resolution(resolution)


def _tidy_up(tx: Tx, asset: Asset, wanted: Resolution) -> None:
    """Forget an earlier one that came to nothing, once nothing is left of it at Mux."""
    for one in tx.renditions.of_asset(asset.id):
        if one.resolution == wanted and one.state in CAME_TO_NOTHING:
            if one.rendition_id is not None:
                raise StaleState("What is left of the last try is being deleted.", hint=LOOK)
            tx.renditions.drop(one.id)


def _found(tx: Tx, asset: Asset, lesson_id: str, key: str, by: Person, services: Services) -> Rendition:
    """A record of a file that was made at Mux itself, to delete it by."""
    file = file_of(asset, key, None)
    if file is None:
        raise NotFound(NO_FILE, hint=LOOK)
    if not file.get("id"):
        raise InvalidInput(OLD, hint="Set mp4_support to none at Mux.")
    new = _new(lesson_id, asset.id, str(file.get("resolution") or file.get("name")), by.name, services)
    held = replace(new, state=RenditionState.READY, rendition_id=str(file["id"]))
    tx.renditions.add(held)
    return held


def _new(lesson_id: str, asset_id: str, resolution: str, person: str, services: Services) -> Rendition:
    now = services.clock()
    return Rendition(
        id=uuid4(),
        lesson_id=lesson_id,
        asset_id=asset_id,
        resolution=str(resolution),
        state=RenditionState.WAITING,
        person=person,
        created_at=now,
        moved_at=now,
        used_at=now,
    )


def _url(asset: Asset, name: str, title: str, services: Services) -> str:
    """Under the lesson's title, as a file to be kept rather than played."""
    if asset.playback_id is None:
        raise NotFound("The video has no playback id.", hint="Give it one at Mux.")
    look = (("download", file_name(title)),)
    if not needs_token(asset.policy):
        return services.settings.hosts.rendition(asset.playback_id, name, look=look)
    if services.signer is None:
        raise ConfigError("The file of a signed video needs MUX_SIGNING_KEY and MUX_PRIVATE_KEY.")
    token = services.signer.token(asset.playback_id, Audience.VIDEO, lifetime_s=LIFETIME_S, look=look)
    return services.settings.hosts.rendition(asset.playback_id, name, token=token)


def file_name(title: str) -> str:
    """What any disk takes, without an ending: Mux adds that.

    >>> file_name('Sets: "1/2" <b>'), file_name("…")
    ('Sets 1 2 b', 'lesson')
    """
    return " ".join(re.sub(r"[^\w -]+", " ", title).split())[:LONGEST_NAME].strip(" -") or "lesson"
