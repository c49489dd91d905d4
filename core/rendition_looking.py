"""Looking at MP4s for download: which a lesson's video has, where they stand, and which could be made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.access import Action, Person, allows
from core.admitting import admit
from core.asset import Asset
from core.lesson_copy import ready_asset
from core.ports import Services, Tx
from core.rendition import (
    CAME_TO_NOTHING,
    OF_MUX,
    Rendition,
    RenditionState,
    Resolution,
    conflict,
    files,
    named,
    offered,
)
from core.rendition_cost import MadeFile, made_file

LOOK = "Load the lesson again and look."
NO_FILE = "There is no such MP4 (any more)."


@dataclass(frozen=True, slots=True, kw_only=True)
class RenditionLine:
    """A file of the video. `key` is our record's id, else Mux's, else its name: of the older kind, which has
    no id and cannot be deleted by itself."""

    key: str
    resolution: str
    state: RenditionState
    name: str = ""
    size_bytes: int | None = None
    person: str = ""
    """Who wanted it; "" for one that was made at Mux itself."""
    reason: str | None = None
    unused_until: datetime | None = None
    """When it is deleted unless somebody asks for it before; None: nobody deletes it by itself."""
    can_be_deleted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One that Mux could make; `obstacle` is why it does not at present, "" where it does."""

    resolution: Resolution
    obstacle: str
    is_there: bool
    file: MadeFile | None
    """What its price depends on; None where the video's length is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRenditions:
    """`asset_id` is None where the lesson's video is not ready at Mux."""

    lesson_id: str
    asset_id: str | None
    lines: tuple[RenditionLine, ...] = ()
    choices: tuple[Choice, ...] = ()
    may_edit: bool = False
    may_play: bool = False


def renditions(lesson_id: str, *, by: Person, services: Services) -> LessonRenditions:
    """The files of what the lesson plays, for whoever may see it. Raises `NotFound`, `NotAllowed`."""
    with services.uow("renditions.list.read") as tx:
        ties = admit(by, Action.SEE_LESSON, lesson_id, tx=tx).of(by.host_user_id)
        asset = ready_asset(tx, lesson_id)
        held = list(tx.renditions.of_asset(asset.id)) if asset else []
    if asset is None:
        return LessonRenditions(lesson_id=lesson_id, asset_id=None)
    return LessonRenditions(
        lesson_id=lesson_id,
        asset_id=asset.id,
        lines=tuple(_lines(asset, held, kept=timedelta(days=services.settings.rendition_kept_days))),
        choices=tuple(_choices(asset, held)),
        may_edit=allows(by, Action.EDIT_LESSON, ties=ties),
        may_play=allows(by, Action.PLAY, ties=ties),
    )


def present(asset: Asset, held: list[Rendition]) -> set[str]:
    """The resolutions that Mux has, or is about to have."""
    ours = {one.resolution for one in held if one.state not in CAME_TO_NOTHING}
    ids = {str(one.id) for one in held}
    theirs = (one for one in files(asset) if not _is_of(one, ids))
    return ours | {str(one["resolution"]) for one in theirs if one.get("resolution")}


def record_of(tx: Tx, asset: Asset, key: str) -> Rendition | None:
    """Our record under a line's key, of this asset."""
    return next((one for one in tx.renditions.of_asset(asset.id) if str(one.id) == key), None)


def file_of(asset: Asset, key: str, held: Rendition | None) -> Mapping[str, Any] | None:
    """The file at Mux under a line's key."""
    found = files(asset)
    if held is not None:
        return named(found, id=held.rendition_id, passthrough=str(held.id))
    return next((one for one in found if _key(one) == key), None)


def _key(file: Mapping[str, Any]) -> str:
    return str(file.get("id") or file.get("name"))


def _is_of(file: Mapping[str, Any], ids: set[str]) -> bool:
    return file.get("passthrough") in ids


def _choices(asset: Asset, held: list[Rendition]) -> Iterator[Choice]:
    there = present(asset, held)
    for one in offered(asset):
        yield Choice(
            resolution=one,
            obstacle=conflict(one, there),
            is_there=one in there,
            file=made_file(one, asset),
        )


def _lines(asset: Asset, held: list[Rendition], *, kept: timedelta) -> Iterator[RenditionLine]:
    """Our records first, oldest first, then what is at Mux beside them."""
    for one in held:
        yield _of_record(one, named(files(asset), id=one.rendition_id, passthrough=str(one.id)) or {}, kept)
    ids = {str(one.id) for one in held}
    known = {one.rendition_id for one in held}
    for file in files(asset):
        if not _is_of(file, ids) and file.get("id") not in known - {None}:
            yield _of_mux(file)


def _of_record(one: Rendition, file: Mapping[str, Any], kept: timedelta) -> RenditionLine:
    return RenditionLine(
        key=str(one.id),
        resolution=one.resolution,
        state=one.state,
        name=str(file.get("name") or ""),
        size_bytes=_size(file),
        person=one.person,
        reason=one.reason,
        unused_until=one.used_at + kept if one.state is RenditionState.READY else None,
    )


def _of_mux(file: Mapping[str, Any]) -> RenditionLine:
    # Of the older kind, files have no state of their own: they are listed once they are ready.
    state = RenditionState.READY if not file.get("status") else None
    return RenditionLine(
        key=_key(file),
        resolution=str(file.get("resolution") or ""),
        state=state or OF_MUX.get(str(file.get("status")), RenditionState.PREPARING),
        name=str(file.get("name") or ""),
        size_bytes=_size(file),
        can_be_deleted=bool(file.get("id")),
    )


def _size(file: Mapping[str, Any]) -> int | None:
    """Mux says it as a number in events, as text elsewhere."""
    return int(file["filesize"]) if file.get("filesize") else None
