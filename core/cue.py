"""A cue: words with the time at which they are shown; and a file of cues, whatever its format."""

from dataclasses import dataclass

from core.errors import InvalidInput

HOUR_MS, MINUTE_MS, SECOND_MS = 3_600_000, 60_000, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words shown from `start_ms` to `end_ms` of the video; `text` may have several lines and WebVTT's tags.

    `id` and `settings` (`align:start line:0`) stand beside the times in the file; `notes` are the blocks
    before the cue that nobody is shown.
    """

    start_ms: int
    end_ms: int
    text: str
    id: str = ""
    settings: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CueFile:
    """Cues in the file's order. `header` is what follows `WEBVTT`, `head` the blocks before the first cue
    (styles, regions, notes), `tail` those after the last."""

    cues: tuple[Cue, ...]
    header: str = ""
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()


class WrongLine(InvalidInput):
    """A line of a file of captions that cannot be read. `line` counts from 1."""

    def __init__(self, line: int, what: str, hint: str) -> None:
        super().__init__(f"Line {line}: {what}", hint=hint)
        self.line = line


def clock(moment_ms: int, point: str = ".") -> str:
    """`01:02:03.400`; as many digits for the hours as they need."""
    hours, rest = divmod(moment_ms, HOUR_MS)
    minutes, rest = divmod(rest, MINUTE_MS)
    seconds, ms = divmod(rest, SECOND_MS)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{ms:03}"


def moment_ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    """Milliseconds of the parts of a time; `fraction` are the digits after its point."""
    whole_s = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole_s * SECOND_MS + int((fraction or "0")[:3].ljust(3, "0"))


def lines_of(text: str) -> list[str]:
    """The lines, whatever ends them; without a mark of the byte order, and without NUL."""
    plain = text.removeprefix("\ufeff").replace("\0", "\ufffd")
    return plain.replace("\r\n", "\n").replace("\r", "\n").split("\n")
