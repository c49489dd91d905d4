"""A script: what is said in a video, and its chapters, to be looked up by the moment.

Pure.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from core.captions import words
from core.cue import Cue, CueFile

LINGERS_MS = 4_000
"""A line is still the one that was said, so long after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Cues in the order in which they begin. `trouble` says why what there is could not be read."""

    cues: tuple[Cue, ...] = ()
    chapters: tuple[Cue, ...] = ()
    trouble: str = ""

    def line_at(self, at_s: float) -> str:
        """The words on the screen at this moment, or a little before it."""
        return _at(self.cues, at_s, lingers_ms=LINGERS_MS)

    def chapter_at(self, at_s: float) -> str:
        """The title of the chapter of this moment."""
        return _at(self.chapters, at_s)


def in_order(file: CueFile) -> tuple[Cue, ...]:
    """The cues as they begin; of those that begin together the file's last one is the last."""
    return tuple(sorted(file.cues, key=_start_ms))


def _at(cues: Sequence[Cue], at_s: float, *, lingers_ms: int = 0) -> str:
    """The newest cue, if it is not over."""
    at_ms = round(at_s * 1000)
    place = bisect_right(cues, at_ms, key=_start_ms)
    if not place or at_ms >= cues[place - 1].end_ms + lingers_ms:
        return ""
    return words(CueFile(cues=(cues[place - 1],)))


def _start_ms(cue: Cue) -> int:
    return cue.start_ms
