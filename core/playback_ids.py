"""Playback ids of an asset at Mux, as a protocol that `core/mux/` fills: only by one of them it plays."""

from typing import Protocol

from core.asset import Policy


class PlaybackIdHost(Protocol):
    """Raises as `core.ports.VideoHost` does."""

    def create_playback_id(self, asset_id: str, policy: Policy) -> str:
        """POST one more; the others go on playing. After `Unavailable` it may be there all the same: then the
        asset lists it."""

    def delete_playback_id(self, asset_id: str, playback_id: str) -> bool:
        """Whoever plays by it, plays no more. False when Mux has no such id (any more)."""
