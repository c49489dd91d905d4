"""Captions as files that people bring, read and take away: WebVTT inside, SubRip and text on the way out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core import subrip, webvtt
from core.cue import Cue, CueFile, WrongLine, clock, moment_ms
from core.errors import InvalidInput

MOST_BYTES = 4 * 1024 * 1024
"""Twelve hours of talk are below a million characters."""

SAVE_AS = "Save the file as UTF-8 and choose it again."
SHORTER = "Choose the file of captions itself, not the video."
TYPE_TIME = "Type it as 00:01:02.500."
CLOCK = re.compile(r"\s*(?:(?:(\d+):)?(\d{1,2}):)?(\d{1,5})(?:[.,](\d{1,3}))?\s*", re.ASCII)

TAGS = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A cue as somebody edits it: times as typed, and which cue it was (from 0); None for a new one."""

    start: str
    end: str
    text: str
    was: int | None = None


def read(body: bytes) -> CueFile:
    """WebVTT or SubRip, as it was brought. Raises `InvalidInput`, naming the line."""
    if len(body) > MOST_BYTES:
        raise InvalidInput(f"The file is over {MOST_BYTES // 2**20} MiB.", hint=SHORTER)
    text = _decoded(body)
    file = webvtt.parse(text) if webvtt.is_vtt(text) else subrip.parse(text)
    if not file.cues:
        raise InvalidInput("The file has no captions.", hint="Choose a WebVTT or SRT file with captions.")
    return file


def _decoded(body: bytes) -> str:
    coding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return body.decode(coding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise WrongLine(line, "these bytes are no UTF-8.", SAVE_AS) from None


def words(file: CueFile) -> str:
    """The transcript: what is said, a cue a line, without tags; a line said twice in a row stands once."""
    said: list[str] = []
    for cue in file.cues:
        line = " ".join(subrip.plain_tags(TAGS.sub("", cue.text)).split())
        if line and said[-1:] != [line]:
            said.append(line)
    return "\n".join(said)


def lines(file: CueFile) -> list[Line]:
    """The cues, to be edited."""
    return [
        Line(start=clock(cue.start_ms), end=clock(cue.end_ms), text=cue.text, was=was)
        for was, cue in enumerate(file.cues)
    ]


def edited(file: CueFile, lines: Sequence[Line]) -> CueFile:
    """The file with these lines as its cues, in the order of their times; what stands beside the times of a
    cue, and the notes before it, stay with it.

    Raises `WrongLine`, counting the lines from 1.
    """
    cues = [_cue(file, number, line) for number, line in enumerate(lines, 1)]
    if not cues:
        raise InvalidInput("No captions are left.", hint="Delete the captions instead.")
    return replace(file, cues=tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))))


def problems(lines: Sequence[Line], *, duration_s: float | None) -> list[str]:
    """What is wrong with the lines, or may be: a sentence each, with the number of the line."""
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        try:
            start_ms, _ = _times(number, line)
        except InvalidInput as error:
            found.append(error.sentence)
            continue
        if not line.text.strip():
            found.append(f"Line {number}: no words. Type them, or delete the line.")
        if duration_s and start_ms > duration_s * 1000:
            found.append(
                f"Line {number}: it starts after the end of the video at {clock(end_of(duration_s))}."
            )
    return found


def end_of(duration_s: float) -> int:
    """The end of the video in ms."""
    return round(duration_s * 1000)


def _cue(file: CueFile, number: int, line: Line) -> Cue:
    start_ms, end_ms = _times(number, line)
    said = "\n".join(part.strip() for part in line.text.replace("\r", "\n").split("\n") if part.strip())
    if not said:
        raise WrongLine(number, "no words.", "Type them, or delete the line.")
    known = line.was is not None and 0 <= line.was < len(file.cues)
    old = file.cues[line.was] if known and line.was is not None else Cue(start_ms=0, end_ms=0, text="")
    return replace(old, start_ms=start_ms, end_ms=end_ms, text=said)


def _times(number: int, line: Line) -> tuple[int, int]:
    start_ms, end_ms = _moment_ms(number, line.start), _moment_ms(number, line.end)
    if end_ms <= start_ms:
        raise WrongLine(number, "it ends before it starts.", "Give it a later end.")
    return start_ms, end_ms


def _moment_ms(number: int, typed: str) -> int:
    found = CLOCK.fullmatch(typed)
    if not found:
        raise WrongLine(number, f"“{typed[:20]}” is no time.", TYPE_TIME)
    hours, minutes, seconds, fraction = found.groups()
    return moment_ms(hours, minutes or "0", seconds, fraction)
