"""Playback tokens that are handed out more than once: a token is about a video, not about a person."""

import threading

from cachetools import LRUCache

from core.playback import Look
from core.ports import Clock, Signer

SPARE_S = 300.0
"""A token is made to live so much longer than asked, and handed out as long as the time asked for is left."""

NONE = ("", 0.0)
MOST = 30_000
"""Tokens that are kept: some 20 MB. Whichever was not asked for longest goes first."""


class KeptTokens:
    """A `Signer` before another one: signing is most of the work of an answer about a signed video."""

    def __init__(self, signer: Signer, *, clock: Clock, most: int = MOST) -> None:
        self._signer, self._clock = signer, clock
        self._tokens: LRUCache[tuple[str, str, float, Look], tuple[str, float]] = LRUCache(most)
        self._lock = threading.Lock()

    def token(self, playback_id: str, audience: str, *, lifetime_s: float, look: Look = ()) -> str:
        """A token that plays `playback_id` for at least `lifetime_s`."""
        wanted = (playback_id, audience, lifetime_s, look)
        now_s = self._clock().timestamp()
        with self._lock:
            token, until_s = self._tokens.get(wanted, NONE)
        if now_s < until_s:
            return token
        token = self._signer.token(playback_id, audience, lifetime_s=lifetime_s + SPARE_S, look=look)
        with self._lock:
            self._tokens[wanted] = token, now_s + SPARE_S
        return token
