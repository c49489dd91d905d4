"""Playback tokens that are handed out more than once: a token is about a video, not about a person."""

import threading

from cachetools import TTLCache

from core.playback import Look
from core.ports import Clock, Signer

SPARE_S = 300.0
"""A token is made to live so much longer than asked, and handed out as long as the time asked for is left."""

MOST = 30_000
"""Tokens that are kept: some 20 MB. Whichever was not asked for longest goes first."""


class KeptTokens:
    """A `Signer` before another one: signing is most of the work of an answer about a signed video."""

    def __init__(self, signer: Signer, *, clock: Clock, most: int = MOST) -> None:
        self._signer = signer
        self._tokens: TTLCache[tuple[str, str, float, Look], str] = TTLCache(
            most, ttl=SPARE_S, timer=lambda: clock().timestamp()
        )
        self._lock = threading.Lock()

    def token(self, playback_id: str, audience: str, *, lifetime_s: float, look: Look = ()) -> str:
        """A token that plays `playback_id` for at least `lifetime_s`."""
        wanted = (playback_id, audience, lifetime_s, look)
        with self._lock:
            kept = self._tokens.get(wanted)
        if kept is not None:
            return kept
        token = self._signer.token(playback_id, audience, lifetime_s=lifetime_s + SPARE_S, look=look)
        with self._lock:
            self._tokens[wanted] = token
        return token
