"""A clip: a part of a video, from one moment to another, played without another asset being made."""

from dataclasses import dataclass
from enum import StrEnum

from core.playback import Look

SHORTEST_S = 1.0


class End(StrEnum):
    """The two ends of a clip, by the field in which each is typed."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Seconds of the video. Mux cuts where a segment begins, so a few seconds more may play at either end."""

    start_s: float
    end_s: float

    @property
    def look(self) -> Look:
        """What an address, or the token of a signed one, says of it."""
        return (("asset_start_time", self.start_s), ("asset_end_time", self.end_s))


def problems(clip: Clip, *, duration_s: float | None) -> dict[End, str]:
    """What is wrong, by field, in a sentence that says what to do."""
    found: dict[End, str] = {}
    if clip.start_s < 0:
        found[End.START] = "The video begins at 0 seconds."
    elif duration_s is not None and clip.start_s >= duration_s:
        found[End.START] = f"The video ends at {duration_s:.1f} seconds. Start before that."
    if duration_s is not None and clip.end_s > round(duration_s, 1):
        found[End.END] = f"The video ends at {duration_s:.1f} seconds."
    elif not found and clip.end_s - clip.start_s < SHORTEST_S:
        found[End.END] = f"At least {SHORTEST_S:.0f} second after the start."
    return found
