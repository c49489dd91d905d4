"""SubRip (SRT), read and written. It has no styles, notes and voices: what it cannot say is left out.

Players agree on little of it: bold, italics and underlines, and on `{\\an8}`, the place of the words: that of
the 8 on a keyboard's block of numbers.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from core.cue import Cue, CueFile, WrongLine, clock, lines_of, moment_ms
from core.webvtt import ARROW, wrong_times

TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,3}))?"
TIMING = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?:\s.*)?", re.ASCII)
WRITE_TIMES = "Write both times as 00:01:02,500 --> 00:01:04,000, the later one second."
BEGIN_SO = "Begin each caption with its number, then its times, then its words."

KEPT_TAG = re.compile(r"</?[biu]>", re.IGNORECASE)
OWN_TAG = re.compile(r"(</?(?:[biu]|font(?: [^<>]*)?)>)", re.IGNORECASE)
"""Of SubRip. Whatever else stands between `<` and `>` are words: a lesson may be about HTML."""

VTT_TAG = re.compile(r"(</?[a-zA-Z0-9][^<>]*>)")
"""A voice, a class, a language, a moment: nobody is shown what else stands between `<` and `>`."""

SIGNS = {"&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "\u200e", "&rlm;": "\u200f", "&amp;": "&"}

PLACE = re.compile(r"\{\\an?(\d+)\}")
OVERRIDE = re.compile(r"\{\\[^{}]*\}")
PLACES = {
    "8": "line:0",
    "7": "line:0 align:left",
    "9": "line:0 align:right",
    "5": "line:50%",
    "4": "line:50% align:left",
    "6": "line:50% align:right",
    "1": "align:left",
    "3": "align:right",
}
"""The same place in WebVTT's settings; 2, below in the middle, is where words stand anyway."""

KEYS = {settings: key for key, settings in PLACES.items()}


def parse(text: str) -> CueFile:
    """Read a file into WebVTT's terms. Captions may have empty lines, and need no numbers.

    Raises `WrongLine`.
    """
    lines = lines_of(text)
    starts = [at for at, line in enumerate(lines) if ARROW in line and _stands_first(lines, at)]
    if (stray := next((at for at, line in enumerate(lines) if line.strip()), None)) is None:
        return CueFile(cues=())
    if not starts or stray < _begin(lines, starts[0]):
        raise WrongLine(stray + 1, f"“{lines[stray][:40]}” has no times.", BEGIN_SO)
    ends = [_begin(lines, at) for at in starts[1:]] + [len(lines)]
    return CueFile(cues=tuple(_cue(lines, at, end) for at, end in zip(starts, ends, strict=True)))


def write(file: CueFile) -> str:
    """The file as SubRip, numbered from 1."""
    blocks = [_written(number, cue) for number, cue in enumerate(file.cues, 1)]
    return "\n".join(blocks)


def _stands_first(lines: list[str], at: int) -> bool:
    """Whether these are times and no words: they come first, or after an empty line or a number."""
    if TIMING.fullmatch(lines[at]):
        return True
    return at == 0 or not lines[at - 1].strip() or lines[at - 1].strip().isdecimal()


def _begin(lines: list[str], at: int) -> int:
    """The line of the number above the times, where there is one."""
    numbered = at > 0 and lines[at - 1].strip().isdecimal()
    alone = at < 2 or not lines[at - 2].strip()
    return at - 1 if numbered and alone else at


def _cue(lines: list[str], at: int, end: int) -> Cue:
    found = TIMING.fullmatch(lines[at])
    if not found:
        raise WrongLine(at + 1, f"“{lines[at][:40]}” are no times.", WRITE_TIMES)
    start_ms, end_ms = moment_ms(*found.groups()[:4]), moment_ms(*found.groups()[4:8])
    wrong_times(at + 1, start_ms, end_ms)
    said = "\n".join(line for line in lines[at + 1 : end] if line.strip())
    return _placed(Cue(start_ms=start_ms, end_ms=end_ms, text=said))


def _placed(cue: Cue) -> Cue:
    """Its place as WebVTT's settings, its words as WebVTT's text."""
    place = PLACE.search(cue.text)
    settings = PLACES.get(place[1], "") if place else ""
    return replace(cue, text=_as_vtt(OVERRIDE.sub("", cue.text)), settings=settings)


def _as_vtt(text: str) -> str:
    """Bold, italics and underlines stay, fonts go, and what else looks like a tag is said as words."""
    return "".join(
        (part.lower() if KEPT_TAG.fullmatch(part) else "") if is_tag else _escaped(part)
        for is_tag, part in _parts(OWN_TAG, text)
    )


def _parts(tag: re.Pattern[str], text: str) -> Iterator[tuple[bool, str]]:
    """Tags, and the words between them."""
    return ((at % 2 == 1, part) for at, part in enumerate(tag.split(text)))


def _escaped(words: str) -> str:
    return html.escape(_signs(words), quote=False)


def _signs(words: str) -> str:
    """`&amp;` and the few others that both formats know, as the signs they mean; each once."""
    return re.sub("|".join(SIGNS), lambda found: SIGNS[found[0]], words)


def _written(number: int, cue: Cue) -> str:
    times = f"{clock(cue.start_ms, ',')} {ARROW} {clock(cue.end_ms, ',')}"
    key = KEYS.get(cue.settings)
    said = (f"{{\\an{key}}}" if key else "") + plain_tags(cue.text)
    return f"{number}\n{times}\n{said}\n"


def plain_tags(text: str) -> str:
    """Words as SubRip says them: tags that it lacks go, `&amp;` is `&` again."""
    return "".join(
        (part if KEPT_TAG.fullmatch(part) else "") if is_tag else _unescaped(part)
        for is_tag, part in _parts(VTT_TAG, text)
    )


def _unescaped(words: str) -> str:
    """Words that would be a tag stay as WebVTT writes them: SubRip has no way to say them."""
    plain = _signs(words)
    return words if OWN_TAG.search(plain) else plain
