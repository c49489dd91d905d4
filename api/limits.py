"""How often one caller may ask: so many calls per second, with some seconds' worth saved up."""

import threading
import time
from collections.abc import Callable

from cachetools import LRUCache

from core.errors import RateLimited

BURST_S = 5.0
"""For how many seconds of silence calls are saved up: a page asks for several things at once."""

MOST_CALLERS = 10_000
"""Whoever asked longest ago is forgotten first, and begins anew."""


class TooManyCalls(RateLimited):
    """One caller asks too often; nobody else is slowed down by it."""

    hint = "Wait as long as Retry-After says, then ask again."


class Limits:
    """Token buckets by caller, of this process; `per_s` 0 is no limit."""

    def __init__(self, per_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._clock = per_s, clock
        self._most = max(1.0, per_s * BURST_S)
        self._callers: LRUCache[str, tuple[float, float]] = LRUCache(MOST_CALLERS)
        self._lock = threading.Lock()

    def take(self, caller: str) -> None:
        """Count one call. Raises `TooManyCalls`, which does not count."""
        if not self._per_s:
            return
        with self._lock:
            left = self._left(caller)
            if left < 1.0:
                wait_s = (1.0 - left) / self._per_s
                raise TooManyCalls("This caller asks too often.", retry_after_s=wait_s)
            self._callers[caller] = (left - 1.0, self._clock())

    def _left(self, caller: str) -> float:
        now_s = self._clock()
        left, at_s = self._callers.get(caller, (self._most, now_s))
        return min(self._most, left + (now_s - at_s) * self._per_s)
