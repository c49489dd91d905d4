"""Captions as text: SubRip read, WebVTT written, transcripts drawn from it."""

import re
from dataclasses import dataclass

from sandbox.mux.media.pictures import clock
from sandbox.mux.media.pull import InputRefused

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})"
_TIMING = re.compile(rf"{_TIME}\s+-->\s+{_TIME}")
CUE_EVERY_S = 4.0
PHRASES = (
    "Welcome back to the lesson.",
    "Let us look at this step by step.",
    "Pause here and try it yourself.",
    "Notice what changed on the board.",
    "Here is the same idea once more.",
)


@dataclass(frozen=True, slots=True)
class Cue:
    start_s: float
    end_s: float
    text: str


def parse(content: str) -> list[Cue]:
    """Cues of a SubRip or WebVTT file; refuses what holds none."""
    cues = []
    for block in re.split(r"\n\s*\n", content.replace("\r\n", "\n").lstrip("\ufeff")):
        lines = block.strip().split("\n")
        at = next((n for n, line in enumerate(lines) if _TIMING.match(line.strip())), None)
        if at is not None and (text := "\n".join(lines[at + 1 :]).strip()):
            parts = _TIMING.match(lines[at].strip()).groups()  # type: ignore[union-attr]
            cues.append(Cue(_seconds(*parts[:4]), _seconds(*parts[4:]), text))
    if not cues:
        raise InputRefused("invalid_input", "The text track could not be parsed as SRT or WebVTT")
    return cues


def generated(duration_s: float) -> list[Cue]:
    """Stand-in for speech recognition: a phrase every few seconds, the same for the same film."""
    count = max(1, int(duration_s // CUE_EVERY_S))
    return [
        Cue(n * CUE_EVERY_S, min((n + 1) * CUE_EVERY_S, max(duration_s, 0.5)), PHRASES[n % len(PHRASES)])
        for n in range(count)
    ]


def as_vtt(cues: list[Cue]) -> str:
    blocks = [f"{clock(cue.start_s)} --> {clock(cue.end_s)}\n{cue.text}\n" for cue in cues]
    return "WEBVTT\n\n" + "\n".join(blocks)


def as_transcript(vtt: str) -> str:
    """The words alone."""
    return " ".join(" ".join(cue.text.split()) for cue in parse(vtt)) + "\n"


def _seconds(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(milliseconds) / 1000
