"""Earlier versions of a lesson's video: what it played before, kept so that it can be played again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from core.asset import Asset
from core.lesson import Moment, status_facts
from core.source import Location

OF_COPY: Mapping[str, tuple[str, ...]] = {
    "lessons": ("mux_asset_id", "mux_playback_id", "mux_upload_id"),
    "videos": (
        *("mux_asset_id", "mux_playback_id", "mux_upload_id"),
        *("mux_thumbnail_url", "mux_streaming_url", "mux_mp4_url"),
        *("mux_duration_seconds", "mux_aspect_ratio", "mux_created_at", "mux_ready_at"),
    ),
}
"""Columns that speak of a copy at Mux, by table."""

OF_CAPTIONS = (
    *("captions_webvtt_url", "captions_srt_url"),
    *("transcript_text", "transcript_confidence", "transcription_job_id"),
)
"""Columns of `videos` that follow the captions of what is played."""

SIGNED = ("x-amz-signature=", "signature=", "awsaccesskeyid=", "key-pair-id=")
"""What a query holds that opens an object for a while."""


class Why(StrEnum):
    """What took a version's place."""

    UPLOADED = "uploaded"
    PICKED = "picked"
    MOVED = "moved"
    NORMALISED = "normalised"
    BACK = "back"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plays:
    """What a lesson plays: a copy at Mux, the address that its row names, or nothing."""

    asset_id: str | None = None
    address: str | None = None

    @property
    def what(self) -> str:
        """By which a version is known; "" for nothing."""
        return self.asset_id or self.address or ""

    @property
    def mark(self) -> str:
        """Says the same as long as nobody has given the lesson another video."""
        return f"{self.asset_id or ''} {self.address or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerRow:
    """What a row of the school's said: in Lectern's columns, and in those that name an address."""

    table: str
    row_id: str
    facts: Mapping[str, Any]
    places: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """One version of before. `person` is whoever gave the lesson another one at that moment; `expires_at` is
    None where nothing of it is to be deleted."""

    lesson_id: str
    plays: Plays
    rows: tuple[FormerRow, ...]
    at: datetime
    person: str
    why: Why
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An earlier version as it is shown. `came` is the file that it was made of; `gone_at` since when its
    copy at Mux is not there any more; `missing` says why it cannot be played again, "" where it can."""

    what: str
    at: datetime
    person: str
    why: Why
    came: str = ""
    asset: Asset | None = None
    location: Location | None = None
    duration_s: float | None = None
    expires_at: datetime | None = None
    gone_at: datetime | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """All of a lesson's, the newest first. `mark` says what it plays at this moment; whoever changes that
    hands it back."""

    mark: str
    plays: Plays
    found: Sequence[Version] = field(default_factory=tuple)


class FormerVersions(Protocol):
    """`mux_admin.former_versions`, and which rows of the school's name an asset."""

    def keep_former(self, former: Former) -> None:
        """Keep it. One that is kept already stays as it was, and begins its time anew."""

    def formers(self, lesson_id: str, *, limit: int = 30) -> Sequence[Former]:
        """The newest first."""

    def former(self, lesson_id: str, what: str) -> Former | None:
        """None where it is not kept (any more)."""

    def forget_former(self, lesson_id: str, what: str) -> None:
        """The lesson plays it again, or its time is over."""

    def expired_formers(self, *, before: datetime, limit: int = 50) -> Sequence[tuple[str, str]]:
        """Lesson and `what` of those whose time is over, the oldest first."""

    def is_kept_former(self, asset_id: str) -> bool:
        """Whether it is an earlier version of any lesson."""

    def others_kept(self, asset_id: str, *, but: str) -> int:
        """How many lessons but this one keep it as an earlier version."""

    def rows_on(self, asset_id: str) -> Sequence[tuple[str, str]]:
        """Table and id of every row of the school's that names the asset, also where that waits for its
        column, in the order in which rows are locked."""

    def falls_back_to(self, lesson_id: str, asset_id: str) -> str | None:
        """The asset that the lesson plays again should this one go, as its switch kept it."""

    def is_original(self, asset_id: str, location: Location) -> bool:
        """Whether the asset was made of this object, which is still there."""


def emptied(table: str, moment: Moment, *, plays_from_s3: bool = False) -> dict[str, Any]:
    """Facts of a row of `videos` or `lessons` that names no copy at Mux."""
    provider = {"video_provider": "s3"} if table == "lessons" else {}
    none = dict.fromkeys(OF_COPY[table])
    return {**none, **provider, **status_facts(table, moment, plays_from_s3=plays_from_s3)}


def in_s3(former: Former) -> Former:
    """The same version without its copy at Mux: the file alone, which nobody deletes."""
    none = {table: dict.fromkeys(names) for table, names in OF_COPY.items()}
    rows = tuple(replace(row, facts={**row.facts, **none[row.table]}) for row in former.rows)
    return replace(former, plays=Plays(address=former.plays.address), rows=rows, expires_at=None)


def unsigned(address: str) -> str:
    """The address without a query that opens it for a while: such a one is of no use later."""
    plain, _, query = address.partition("?")
    return plain if any(name in query.lower() for name in SIGNED) else address
