"""WebVTT, read and written: what is read and written again says the same. https://www.w3.org/TR/webvtt1/"""

import re
from collections.abc import Iterator

from core.cue import Cue, CueFile, WrongLine, clock, lines_of, moment_ms

ARROW = "-->"
TIME = r"(?:(\d+):)?(\d{2}):(\d{2})[.,](\d{1,3})"
TIMING = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?:\s+(\S.*))?\s*", re.ASCII)
UNSHOWN = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")

WRITE_TIMES = "Write both times as 00:01:02.500 --> 00:01:04.000, the later one second."
BEGIN_SO = "Begin the file with the line WEBVTT, or choose a file that ends in .srt for SubRip."
PUT_TIMES = "Put a line with its times above the words, or begin the block with NOTE."

Block = tuple[int, list[str]]
"""The number of its first line, from 1, and its lines."""


def is_vtt(text: str) -> bool:
    """Whether it begins as WebVTT does."""
    return re.match("\ufeff?WEBVTT(?![^ \t\r\n])", text) is not None


def parse(text: str) -> CueFile:
    """Read a file. Raises `WrongLine`."""
    if not is_vtt(text):
        raise WrongLine(1, "this is no WebVTT.", BEGIN_SO)
    blocks = list(_blocks(lines_of(text)))
    _, top = blocks[0]
    cues: list[Cue] = []
    waiting: list[str] = []
    head: tuple[str, ...] = ()
    for number, lines in blocks[1:]:
        if not _has_times(lines):
            waiting.append(_unshown(number, lines))
            continue
        if not cues:
            head, waiting = tuple(waiting), []
        cues.append(_cue(number, lines, tuple(waiting)))
        waiting = []
    before, after = (head, tuple(waiting)) if cues else (tuple(waiting), ())
    header = "\n".join(top).removeprefix("WEBVTT")
    return CueFile(cues=tuple(cues), header=header, head=before, tail=after)


def write(file: CueFile) -> str:
    """The file, with line feeds and hours in every time."""
    blocks = ["WEBVTT" + file.header, *file.head]
    for cue in file.cues:
        blocks += [*cue.notes, _written(cue)]
    return "\n\n".join([*blocks, *file.tail]) + "\n"


def wrong_times(number: int, start_ms: int, end_ms: int) -> None:
    """Raise `WrongLine` for a cue that ends before it starts."""
    if end_ms < start_ms:
        what = f"{clock(start_ms)} --> {clock(end_ms)} ends before it starts."
        raise WrongLine(number, what, WRITE_TIMES)


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Lines that stand together. A cue may follow another without an empty line between them."""
    block: list[str] = []
    first = 1
    for number, line in enumerate(lines, 1):
        if not line.strip():
            if block:
                yield first, block
            block = []
            continue
        if block and ARROW in line and (first == 1 or _has_times(block)):
            yield first, block
            block = []
        if not block:
            first = number
        block.append(line)
    if block:
        yield first, block


def _has_times(lines: list[str]) -> bool:
    return ARROW in "".join(lines[1:2]) or (ARROW in "".join(lines[:1]) and not UNSHOWN.match(lines[0]))


def _unshown(number: int, lines: list[str]) -> str:
    if not UNSHOWN.match(lines[0]):
        raise WrongLine(number, f"“{lines[0][:40]}” has no times.", PUT_TIMES)
    return "\n".join(lines)


def _cue(number: int, lines: list[str], notes: tuple[str, ...]) -> Cue:
    at = 0 if ARROW in lines[0] else 1
    found = TIMING.fullmatch(lines[at])
    if not found:
        raise WrongLine(number + at, f"“{lines[at][:40]}” are no times.", WRITE_TIMES)
    start_ms, end_ms = moment_ms(*found.groups()[:4]), moment_ms(*found.groups()[4:8])
    wrong_times(number + at, start_ms, end_ms)
    return Cue(
        start_ms=start_ms,
        end_ms=end_ms,
        text="\n".join(lines[at + 1 :]),
        id=lines[0] if at else "",
        settings=(found[9] or "").strip(),
        notes=notes,
    )


def _written(cue: Cue) -> str:
    times = f"{clock(cue.start_ms)} {ARROW} {clock(cue.end_ms)}"
    timing = f"{times} {cue.settings}" if cue.settings else times
    said = "\n".join(line.replace(ARROW, "--&gt;") for line in cue.text.split("\n") if line.strip())
    return "\n".join(part for part in (cue.id, timing, said) if part)
