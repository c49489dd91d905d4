"""One term per thing, with the icon and colour it has on every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.access import Role
from core.asset import Quality
from core.batch import BatchState, ItemState
from core.batch_list import BatchSort
from core.kind import Kind
from core.language import LANGUAGE_NAMES
from core.migration import Mode, PolicyRule
from core.selection import SizeBand, Sort, Standing
from core.source import Finding
from core.upload import FileKind, UploadState

Color = Literal["gray", "blue", "green", "orange", "red"]
"""Grey waits, blue works, green is done, orange needs a look, red has failed."""


@dataclass(frozen=True, slots=True)
class Term:
    """How a state is shown: never by its colour alone."""

    word: str
    icon: str
    color: Color
    sentence: str = ""

    @property
    def badge(self) -> str:
        """Markdown for a line of text."""
        return f":{self.color}-badge[:material/{self.icon}: {self.word}]"


ITEM: Mapping[ItemState, Term] = {
    ItemState.QUEUED: Term("Waiting", "schedule", "gray", "Waits for its turn."),
    ItemState.SUBMITTING: Term("Sending", "upload", "blue", "Is being handed to Mux."),
    ItemState.INGESTING: Term("Waiting for Mux", "hourglass_top", "blue", "Mux fetches and prepares it."),
    ItemState.VERIFYING: Term("Checking", "fact_check", "blue", "The copy is played and compared."),
    ItemState.AWAITING_SCHEMA: Term(
        "Waits for schema",
        "database",
        "orange",
        "The copy is ready; the lesson plays from S3 until ops applies the schema.",
    ),
    ItemState.DONE: Term("On Mux", "check_circle", "green", "Checked; its lessons play from Mux."),
    ItemState.TESTED: Term("Tested", "science", "green", "The test copy worked; the lesson was not changed."),
    ItemState.SKIPPED: Term("Skipped", "skip_next", "gray", "There was nothing to do."),
    ItemState.FAILED: Term("Failed", "error", "red", "The lesson plays from S3 as before."),
    ItemState.CANCELLED: Term("Cancelled", "block", "gray", "Was let go before it was sent."),
    ItemState.ROLLED_BACK: Term("Rolled back", "undo", "gray", "The lesson plays from S3 again."),
}

UPLOAD: Mapping[UploadState, Term] = {
    UploadState.WAITING: Term("Waiting for bytes", "hourglass_empty", "gray", "The browser sends it."),
    UploadState.UPLOADED: Term("Uploaded", "upload", "blue", "Mux has every byte."),
    UploadState.STORED: Term("In S3", "inventory_2", "blue", "It plays from S3, and goes to Mux by itself."),
    UploadState.SENDING: Term("On its way", "send", "blue", "It plays from S3, and is being sent to Mux."),
    UploadState.PREPARING: Term("Preparing", "hourglass_top", "blue", "Mux makes it ready to play."),
    UploadState.READY: Term("Ready", "check_circle", "green"),
    UploadState.ERRORED: Term("Failed", "error", "red"),
    UploadState.CANCELLED: Term("Cancelled", "block", "gray"),
    UploadState.TIMED_OUT: Term("Ran out", "timer_off", "orange", "The bytes did not come. Choose it again."),
}

FILE_KIND: Mapping[FileKind, str] = {
    FileKind.VIDEO: "Video",
    FileKind.AUDIO: "Sound",
    FileKind.PDF: "PDF",
    FileKind.IMAGE: "Picture",
    FileKind.SUBTITLE: "Captions",
}

BATCH: Mapping[BatchState, Term] = {
    BatchState.PLANNED: Term("Planned", "schedule", "gray"),
    BatchState.RUNNING: Term("Running", "play_circle", "blue"),
    BatchState.PAUSED: Term("Paused", "pause_circle", "orange"),
    BatchState.DONE: Term("Done", "check_circle", "green"),
    BatchState.CANCELLED: Term("Cancelled", "block", "gray"),
}

STANDING: Mapping[Standing, Term] = {
    Standing.READY: Term("Ready to move", "radio_button_unchecked", "gray", "Not on Mux yet."),
    Standing.MOVING: Term("Moving", "sync", "blue", "In a batch that is under way."),
    Standing.NEEDS_LOOK: Term("Needs a look", "visibility", "orange", "Cannot move as it is."),
    Standing.ON_MUX: Term("On Mux", "check_circle", "green", "Has a verified copy at Mux."),
    Standing.NOT_VIDEO: Term(
        "Not videos", "description", "gray", "Documents, pictures, sound, HLS beside its film."
    ),
}

FINDING: Mapping[Finding, Term] = {
    Finding.UNREFERENCED: Term(
        "No lesson", "link_off", "gray", "No row of the school's tables points at this object."
    ),
    Finding.MISSING: Term(
        "Missing in S3", "report", "red", "A lesson points at an object that is not there. Upload it again."
    ),
    Finding.UNLISTED: Term(
        "Bucket not read",
        "help",
        "orange",
        "Nobody knows whether it is there: this part of S3 could not be read, or is not in S3_BUCKETS.",
    ),
    Finding.NOT_VIDEO: Term("Not a video", "description", "gray", "Its first bytes are no video's."),
    Finding.EMPTY: Term("Empty", "hourglass_empty", "orange", "The object has no bytes. Upload it again."),
    Finding.MAYBE_DUPLICATE: Term(
        "Perhaps a duplicate",
        "content_copy",
        "orange",
        "Another object has the same size and ETag. Equal bytes become one asset.",
    ),
    Finding.HLS_FOLDER: Term(
        "HLS folder", "folder", "gray", "A playlist with its segments; it moves as one video."
    ),
    Finding.ON_MUX: Term("On Mux", "check_circle", "green", "Has a verified copy at Mux."),
    Finding.UNREADABLE: Term(
        "Unreadable", "broken_image", "red", "The file could not be read as a video; it may be cut off."
    ),
}

KIND: Mapping[Kind, str] = {
    Kind.UNKNOWN: "Not looked at yet",
    Kind.VIDEO: "Video",
    Kind.HLS: "HLS folder",
    Kind.AUDIO: "Sound",
    Kind.IMAGE: "Picture",
    Kind.DOCUMENT: "Document",
    Kind.TEXT: "Text",
    Kind.OTHER: "Something else",
    Kind.EMPTY: "Empty",
}

SIZE: Mapping[SizeBand, str] = {
    SizeBand.UNDER_10_MB: "Under 10 MB",
    SizeBand.UNDER_100_MB: "10 to 100 MB",
    SizeBand.UNDER_1_GB: "100 MB to 1 GB",
    SizeBand.OVER_1_GB: "1 GB and more",
}

SORT: Mapping[Sort, str] = {
    Sort.NEWEST: "Newest first",
    Sort.OLDEST: "Oldest first",
    Sort.LARGEST: "Largest first",
    Sort.LONGEST: "Longest first",
    Sort.KEY: "By key",
}

BATCH_SORT: Mapping[BatchSort, str] = {
    BatchSort.NEWEST: "Newest first",
    BatchSort.OLDEST: "Oldest first",
    BatchSort.NAME: "By name",
    BatchSort.FAILED: "Most failures first",
}

MODE: Mapping[Mode, str] = {
    Mode.PULL: "Pull: Mux fetches each file from S3",
    Mode.PUSH: "Push: this machine sends each file",
}

POLICY: Mapping[PolicyRule, str] = {
    PolicyRule.AUTO: "As each video is: public or signed",
    PolicyRule.PUBLIC: "Public: anybody with the address can play",
    PolicyRule.SIGNED: "Signed: only with a token from us",
}

QUALITY: Mapping[Quality, str] = {
    Quality.BASIC: "Basic: no input cost, fewer renditions",
    Quality.PLUS: "Plus: fitted to each video",
    Quality.PREMIUM: "Premium: for fine detail, dearest",
}

ROLE: Mapping[Role, str] = {
    Role.ADMIN: "Admin",
    Role.OPS: "Ops",
    Role.TEACHER: "Teacher",
    Role.FINANCE: "Finance",
}

SPOKEN = ("en", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "sv", "tr", "uk")
CAPTION_LANGUAGES: Mapping[str, str] = {
    "": "No captions",
    "auto": "Detected by Mux",
    **{code: LANGUAGE_NAMES[code] for code in SPOKEN},
}
"""Languages of Mux's generated captions by their code, the ones that schools ask for."""
