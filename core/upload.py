"""An upload: a file on its way from somebody's browser to Mux, or to S3 while Mux cannot take it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.asset import Quality
from core.errors import InvalidInput
from core.filekind import FileKind as FileKind
from core.filekind import kind_of
from core.migration import Options, PolicyRule
from core.source import Location
from core.uploadstate import ALIVE
from core.uploadstate import UploadState as UploadState
from core.uploadstate import UploadTrouble as UploadTrouble


class Via(StrEnum):
    """Where the browser sends the bytes."""

    MUX = "mux"
    S3 = "s3"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What the browser says of a file before it sends it; `head` are its first bytes, at most 4096."""

    name: str
    size_bytes: int
    mime: str
    head: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadOptions:
    """What the person chose; `captions` is the language in which Mux is to write subtitles."""

    policy: PolicyRule = PolicyRule.AUTO
    quality: Quality = Quality.BASIC
    normalize_audio: bool = False
    captions: str | None = None
    test: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the upload; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "UploadOptions":
        """Read what `as_json` made."""
        return cls(
            policy=PolicyRule(data["policy"]),
            quality=Quality(data["quality"]),
            normalize_audio=bool(data["normalize_audio"]),
            captions=data["captions"],
            test=bool(data["test"]),
        )

    def for_batch(self, **more: Any) -> Options:
        """The same for the batch engine."""
        return Options(
            policy=self.policy,
            quality=self.quality,
            normalize_audio=self.normalize_audio,
            captions_language=self.captions,
            test=self.test,
            **more,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One upload, as it stands."""

    id: UUID
    lesson_id: str
    state: UploadState
    via: Via
    kind: FileKind
    filename: str
    size_bytes: int
    person: str
    created_at: datetime
    moved_at: datetime
    expires_at: datetime
    asset_id: str | None = None
    fallback_used: bool = False
    """The bytes went to S3, because Mux could not take them."""
    reason: str | None = None
    """In words: why it failed, or what it waits for."""
    trouble: UploadTrouble | None = None
    options: UploadOptions = UploadOptions()
    lesson_title: str | None = None
    mime: str = ""
    subject: str = ""
    host_user_id: str | None = None
    mux_upload_id: str | None = None
    location: Location | None = None
    multipart_id: str | None = field(default=None, repr=False)
    """S3's id of the multipart upload, '' while not known; None once nothing is to be tidied there."""
    video_id: str | None = None
    """Its row of `videos`, once the bytes are in."""
    source_id: int | None = None
    batch_id: int | None = None

    @property
    def passthrough(self) -> str:
        """What its asset at Mux carries, so that events find it whatever their order."""
        return f"{PASSTHROUGH}{self.id}"

    @property
    def is_untidy(self) -> bool:
        """Whether there may be something in S3 that nobody wants any more."""
        return not self.is_alive and self.location is not None and self.multipart_id is not None

    @property
    def is_alive(self) -> bool:
        """Whether something still has to happen."""
        return self.state in ALIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What the browser needs to send the file; the URLs are for the moment of use, to be kept nowhere."""

    upload: Upload
    via: Via
    url: str = field(default="", repr=False)
    """Mux's; '' where the bytes go to S3."""
    part_bytes: int = 0
    """The size of each part but the last, for S3."""
    parts: Mapping[int, str] = field(default_factory=dict, repr=False)
    """Presigned URLs of the first parts, by part number from 1."""
    notice: str | None = None
    """What to tell the person, where it fell back to S3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonChoice:
    """A lesson that one may upload to."""

    id: str
    title: str
    course: str | None = None


PASSTHROUGH = "upload:"


def upload_id_of(passthrough: str | None) -> UUID | None:
    """The upload that an asset was made for; None for one that was not made by an upload."""
    if not passthrough or not passthrough.startswith(PASSTHROUGH):
        return None
    try:
        return UUID(passthrough.removeprefix(PASSTHROUGH))
    except ValueError:
        return None


def check_file(file: FileFacts, *, max_bytes: int) -> FileKind:
    """What the file is. Raises `InvalidInput` with the reason where it is not taken."""
    if not file.size_bytes:
        raise InvalidInput(
            f"{file.name} is empty.", hint="Choose the file again; perhaps it is still being copied."
        )
    if file.size_bytes < 0 or len(file.head) > file.size_bytes:
        raise InvalidInput(f"The size of {file.name} is not right.", hint="Choose the file again.")
    if file.size_bytes > max_bytes:
        raise InvalidInput(
            f"{file.name} has {file.size_bytes / 1e9:,.1f} GB; {max_bytes / 1e9:,.1f} GB is the most.",
            hint="Make it smaller, for example by exporting it at 1080p, or cut it into parts.",
        )
    return kind_of(file.name, file.head)
