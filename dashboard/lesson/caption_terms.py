"""The words for captions."""

from collections.abc import Mapping

from core.caption_looking import CaptionLine
from core.text_track import Origin, TrackState
from dashboard import formats, words
from dashboard.words import Term

STATE: Mapping[TrackState, Term] = {
    TrackState.WAITING: Term("Waiting", "schedule", "gray", "Mux is asked in a moment."),
    TrackState.PREPARING: Term("Waiting for Mux", "hourglass_top", "blue", "Mux makes them ready to show."),
    TrackState.READY: Term("Ready", "check_circle", "green", "The player shows them."),
    TrackState.DELETING: Term("Being deleted", "delete", "blue", "They go at Mux and in S3."),
    TrackState.GONE: Term("Deleted", "delete", "gray"),
    TrackState.LOST: Term(
        "Deleted at Mux",
        "visibility",
        "orange",
        "Somebody deleted them at Mux itself. The file is still here: put them back, or delete it too.",
    ),
    TrackState.FAILED: Term("Failed", "error", "red"),
}
ORIGIN: Mapping[Origin, str] = {
    Origin.UPLOADED: "from a file",
    Origin.EDITED: "changed here",
    Origin.GENERATED: "written by Mux",
    Origin.FOUND: "came with the video",
}


def language(code: str) -> str:
    """Its name where we have one: `German`; else its code."""
    if code == "und":
        return "language not known"
    return words.CAPTION_LANGUAGES.get(code) or formats.literal(code)


def line(one: CaptionLine) -> str:
    """State, name, language and where they come from, on one line of Markdown."""
    said = [
        language(one.language),
        f"{ORIGIN[one.origin]}{_by(one)}",
        *([f"{formats.percent(one.confidence)} sure of the language"] if one.confidence is not None else []),
        *(["named in the school's table"] if one.is_named else []),
    ]
    return f"{STATE[one.state].badge} **{formats.literal(one.name)}** · {' · '.join(said)}"


def _by(one: CaptionLine) -> str:
    is_somebodys = one.person and one.origin is not Origin.FOUND
    return f" by {formats.literal(formats.actor(one.person))}" if is_somebodys else ""
