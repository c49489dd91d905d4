"""A thumbnail: the moment of the video that its picture shows, in the library and before it plays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.asset import Asset
from core.errors import InvalidInput
from core.playback import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """`at_s` None: Mux chooses, which takes the middle unless it was told otherwise there. `is_told`: Mux
    knows of it."""

    at_s: float | None = None
    is_told: bool = True


def checked(at_s: float, *, duration_s: float | None) -> float:
    """The moment to a tenth of a second. Raises `InvalidInput` where the video has none such."""
    plain = round(at_s, 1)
    if plain < 0:
        raise InvalidInput("The moment lies before the video.", hint="It begins at 0 seconds.")
    if duration_s is not None and plain > duration_s:
        raise InvalidInput(
            "The moment lies after the end of the video.", hint=f"It ends at {duration_s:.1f} seconds."
        )
    return plain


def has_picture(asset: Asset) -> bool:
    """Whether there is anything to see in it."""
    return any(one.get("type") == "video" for one in asset.tracks)


def moment(at_s: float | None) -> Look:
    """The parameter that a picture's address, or its token, has for it."""
    return () if at_s is None else (("time", at_s),)


class ThumbnailHost(Protocol):
    """Raises as `core.ports.VideoHost` does."""

    def set_thumbnail(self, asset_id: str, at_s: float | None) -> None:
        """Show this moment wherever a picture is asked for without one; None: Mux chooses again."""


class Thumbnails(Protocol):
    """The moments that were chosen here, kept with `mux_admin.assets`."""

    def thumbnail(self, asset_id: str) -> Thumbnail | None:
        """None for an asset that we do not know."""

    def choose_thumbnail(self, asset_id: str, at_s: float | None, *, now: datetime) -> None:
        """From now on it is this one, and Mux has to be told."""

    def thumbnail_told(self, asset_id: str, at_s: float | None) -> None:
        """Mux was told of this one; nothing where another one was chosen meanwhile."""

    def untold_thumbnails(self, *, before: datetime, now: datetime, limit: int = 50) -> Sequence[str]:
        """Assets whose moment Mux has not been told of, nor been gone after, since; gone after now."""
