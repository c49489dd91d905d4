"""A static rendition: an MP4 (or M4A) of an asset that can be downloaded, with where it stands."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.asset import Asset
from core.errors import IllegalMove


class Resolution(StrEnum):
    """What Mux makes. Source: `CreateStaticRenditionRequest`."""

    HIGHEST = "highest"
    AUDIO = "audio-only"
    P2160 = "2160p"
    P1440 = "1440p"
    P1080 = "1080p"
    P720 = "720p"
    P540 = "540p"
    P480 = "480p"
    P360 = "360p"
    P270 = "270p"

    @property
    def lines(self) -> int | None:
        """Of the shorter side, where the size is exact."""
        return int(self[:-1]) if self.endswith("p") else None


SIZES = tuple(one for one in Resolution if one.lines)
STANDARD = frozenset({Resolution.HIGHEST, Resolution.AUDIO})
"""Made without a price; the exact sizes are “advanced”."""


class RenditionState(StrEnum):
    WAITING = "waiting"  # it is written down what is wanted, and Mux may not know yet
    PREPARING = "preparing"
    READY = "ready"
    SKIPPED = "skipped"  # the video cannot give it
    FAILED = "failed"
    DELETING = "deleting"  # then the record goes as well


S = RenditionState
MOVES: dict[RenditionState, frozenset[RenditionState]] = {
    S.WAITING: frozenset({S.PREPARING, S.FAILED, S.DELETING}),
    S.PREPARING: frozenset({S.READY, S.SKIPPED, S.FAILED, S.DELETING}),
    S.READY: frozenset({S.DELETING}),
    S.SKIPPED: frozenset({S.DELETING}),
    S.FAILED: frozenset({S.DELETING}),
    S.DELETING: frozenset(),
}
ON_ITS_WAY = frozenset({S.WAITING, S.PREPARING})
MOVING = ON_ITS_WAY | {S.DELETING}
CAME_TO_NOTHING = frozenset({S.SKIPPED, S.FAILED})
OF_MUX = {"ready": S.READY, "skipped": S.SKIPPED, "errored": S.FAILED}
"""What Mux's word for a file means; any other is one that it still makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One that somebody wanted; its id is the passthrough at Mux. `lesson_id` is where it was wanted:
    whoever plays the asset has it. `rendition_id` is Mux's."""

    id: UUID
    lesson_id: str
    asset_id: str
    resolution: str
    state: RenditionState
    person: str
    created_at: datetime
    moved_at: datetime
    used_at: datetime
    """When somebody last asked for the file."""
    rendition_id: str | None = None
    posted_at: datetime | None = None
    reason: str | None = None


def move(now: RenditionState, then: RenditionState) -> RenditionState:
    """Return `then`, or raise `IllegalMove` where a rendition cannot go there from `now`."""
    if then not in MOVES[now]:
        raise IllegalMove(f"An MP4 that is {now} cannot become {then}.")
    return then


def files(asset: Asset) -> list[Mapping[str, Any]]:
    """The asset's files at Mux that are not deleted, whoever had them made."""
    return [one for one in asset.static_renditions if one.get("status") != "deleted"]


def named(
    found: Iterable[Mapping[str, Any]], *, id: str | None, passthrough: str
) -> Mapping[str, Any] | None:
    """The file with this id; where we know none, the one that carries our passthrough."""
    wanted = ("id", id) if id else ("passthrough", passthrough)
    return next((one for one in found if one.get(wanted[0]) == wanted[1]), None)


def conflict(wanted: Resolution, present: Collection[str]) -> str:
    """Why Mux does not make it beside those that are there, in a sentence; "" where it does."""
    if wanted in present:
        return "It is there already."
    exact = [one for one in SIZES if one in present]
    if wanted is Resolution.HIGHEST and exact:
        return f"Mux makes no “highest” beside an exact size. Delete {', '.join(exact)} first."
    if wanted in SIZES and Resolution.HIGHEST in present:
        return "Mux makes no exact size beside “highest”. Delete that first."
    return ""


def offered(asset: Asset) -> list[Resolution]:
    """What the video can give: no size that would be larger than its picture, no sound where it has none."""
    kinds = {one.get("type") for one in asset.tracks if one.get("status", "ready") == "ready"}
    sizes = [
        (one.get("max_width") or 0, one.get("max_height") or 0)
        for one in asset.tracks
        if one.get("type") == "video"
    ]
    lines = max((min(size) for size in sizes), default=0) or 1080
    pictures = [one for one in SIZES if (one.lines or 0) <= lines] if "video" in kinds else []
    best = [Resolution.HIGHEST] if "video" in kinds else []
    return [*best, *([Resolution.AUDIO] if "audio" in kinds else []), *pictures]


def with_rendition(asset: Asset, file: Mapping[str, Any], *, gone: bool) -> Asset:
    """The same asset with what an event says of one of its files, in whatever order events come: a deleted
    one does not come back, and that one went takes no other of its name away."""
    told = {**file, "status": "deleted"} if gone else dict(file)
    mine = next((one for one in asset.static_renditions if one.get("name") == file.get("name")), None)
    is_other = mine is not None and mine.get("id") != file.get("id")
    if mine is not None and (gone if is_other else mine.get("status") == "deleted"):
        return asset
    others = (one for one in asset.static_renditions if one is not mine)
    kept = {name: value for name, value in told.items() if name not in ("asset_id", "error")}
    return replace(asset, static_renditions=(*others, kept))
