"""What became of a lesson's video, step by step, told from our own records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.access import SYSTEM
from core.asset import Asset, Policy
from core.library import Film
from core.playback import Provider
from core.records import AuditRow, Item
from core.source import Location, Source
from core.upload import Upload, UploadState


class What(StrEnum):
    """One step of a video's way."""

    SENT = "sent"
    UPLOADED = "uploaded"
    IN_S3 = "in s3"
    AT_MUX = "at mux"
    READY = "ready"
    FAILED = "failed"
    SWITCHED = "switched"
    CAME = "came"
    REPLACED = "replaced"
    AGAIN = "again"
    PICKED = "picked"
    AWAY = "away"
    EVENED = "evened"
    DELETED = "deleted"
    BACK = "back"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`by` is whoever did it, `why` what Mux or the upload said; "" where nobody did or said."""

    at: datetime
    what: What
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonFilm:
    """A lesson's video as it stands; None where there is nothing, or nothing is known.

    `original` is the object in S3 that the lesson's row names, `source` what a scan found of it, and `where`
    the page of the object at AWS. `at_mux` is the asset's page in Mux's own dashboard.
    """

    lesson_id: str
    provider: Provider
    why: str
    film: Film
    status: str | None = None
    upload_id: str | None = None
    playback_id: str | None = None
    policy: Policy | None = None
    asset_id: str | None = None
    asset: Asset | None = None
    gone: Asset | None = None
    """The copy that played before, where Mux does not have it any more."""
    original: Location | None = None
    source: Source | None = None
    duration_s: float | None = None
    input_reasons: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    remake: Item | None = None  # the last that made, or makes, a copy with even sound
    under_way: Upload | None = None
    """The upload that brings another video at present."""
    at_mux: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Other lessons that have a lesson's copy at Mux: by id and title those that play it, and how many keep
    it as an earlier version."""

    playing: Sequence[tuple[str, str]] = ()
    keeping: int = 0


OF_EVENTS = {"video.upload.asset_created": What.UPLOADED, "video.asset.errored": What.FAILED}
OF_AUDIT = {
    "switch to Mux": What.SWITCHED,
    "play upload from Mux": What.SWITCHED,
    "even out sound": What.EVENED,
    "put back": What.BACK,
    "play earlier version": What.AGAIN,
    "take from Mux": What.PICKED,
    "take video away": What.AWAY,
    "play upload from S3": What.IN_S3,
    "delete asset": What.DELETED,
    "find asset deleted": What.DELETED,
}
ELSEWHERE = "elsewhere"
"""Nobody asked for it here."""

BY_SOMEBODY = (What.EVENED, What.BACK, What.EMPTY, What.DELETED, What.AGAIN, What.PICKED, What.AWAY)
PLAYS = (What.SWITCHED, What.EVENED, What.AGAIN, What.PICKED, What.AWAY)
"""Steps after which the lesson plays what they say."""

GIVES = tuple(action for action, what in OF_AUDIT.items() if what in PLAYS)
GIVES_IF_NAMED = tuple(action for action in GIVES if OF_AUDIT[action] is What.SWITCHED)
"""Actions of the audit that are such steps, and those of them that count only where they name a copy."""

ENDED_BADLY = (UploadState.ERRORED, UploadState.CANCELLED, UploadState.TIMED_OUT)
ORDER = list(What)


def story(
    asset: Asset | None,
    *,
    uploads: Iterable[Upload],
    audits: Iterable[AuditRow],
    events: Mapping[str, datetime],
) -> tuple[Step, ...]:
    """The steps in their order. `events` are types of events about the asset and when Mux sent the first."""
    told = list(_of_audit(audits))
    steps = [*_of_uploads(uploads), *_of_events(events), *_of_asset(asset, events, told), *told]
    return tuple(sorted(steps, key=lambda step: (step.at, ORDER.index(step.what))))


def _of_uploads(uploads: Iterable[Upload]) -> Iterator[Step]:
    for upload in uploads:
        yield Step(at=upload.created_at, what=What.SENT, by=upload.person)
        if upload.state in ENDED_BADLY:
            yield Step(at=upload.moved_at, what=What.FAILED, why=upload.reason or upload.state.value)


def _of_events(events: Mapping[str, datetime]) -> Iterator[Step]:
    for type_, at in events.items():
        if what := OF_EVENTS.get(type_):
            yield Step(at=at, what=what)


def _of_asset(asset: Asset | None, events: Mapping[str, datetime], told: Sequence[Step]) -> Iterator[Step]:
    if asset is None:
        return
    if asset.created_at and What.UPLOADED not in {OF_EVENTS.get(type_) for type_ in events}:
        yield Step(at=asset.created_at, what=What.AT_MUX)
    if asset.ready_at:
        yield Step(at=asset.ready_at, what=What.READY)
    if asset.deleted_at and What.DELETED not in {step.what for step in told}:
        yield Step(at=asset.deleted_at, what=What.DELETED)


def _of_audit(audits: Iterable[AuditRow]) -> Iterator[Step]:
    for row in audits:
        what = OF_AUDIT.get(row.action)
        if what is What.SWITCHED:
            what = _switched(row.before or {})
        if what is What.BACK and _plays_nothing(row.after or {}):
            what = What.EMPTY
        if what:
            is_theirs = what in BY_SOMEBODY and row.actor != SYSTEM.name
            why = ELSEWHERE if row.action == "find asset deleted" else ""
            yield Step(at=row.at, what=what, by=row.actor if is_theirs else "", why=why)


def _switched(before: Mapping[str, Any]) -> What:
    """What the row played before the switch: another copy, a file in S3, or nothing, as an empty lesson says
    that waits."""
    if before.get("mux_playback_id"):
        return What.REPLACED
    return What.SWITCHED if _is_ready(before) else What.CAME


def _plays_nothing(after: Mapping[str, Any]) -> bool:
    """Whether a row that was put back says that neither a copy nor a file in S3 is left to play."""
    return not after.get("mux_playback_id") and not _is_ready(after)


def _is_ready(said: Mapping[str, Any]) -> bool:
    """A row that lacks our columns was only switched because it plays from S3."""
    return said.get("processing_status") in (None, "ready")
