"""Repeatable chance: ids and rolls follow from a seed and a stored count, not from the clock."""

import hashlib
import random
from enum import StrEnum

from sandbox.mux.store import Store

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Kind(StrEnum):
    """What an id names; kinds never share an id."""

    ASSET = "asset"
    PLAYBACK_ID = "playback_id"
    TRACK = "track"
    RENDITION = "rendition"
    UPLOAD = "upload"
    SIGNING_KEY = "signing_key"
    EVENT = "event"
    ATTEMPT = "attempt"
    SIGNATURE = "signature"


class Chance:
    """Deals ids and decides faults. Without a seed each state folder gets one of its own."""

    def __init__(self, store: Store, seed: int | None) -> None:
        self._store = store
        drawn = random.SystemRandom().getrandbits(32) if seed is None else seed
        self.seed = store.constant("seed", drawn) if seed is None else seed

    def new_id(self, kind: Kind) -> str:
        """44 letters and digits, as Mux's ids look; events get a UUID."""
        # The count is stored first: a killed double never deals the same id twice.
        digest = self._digest(kind, self._store.next_number(f"id:{kind}"))
        if kind in (Kind.EVENT, Kind.ATTEMPT):
            return _uuid(digest)
        return _base62(int.from_bytes(digest, "big"), length=44)

    def strikes(self, fault: str, rate: float) -> bool:
        """Whether this fault hits the next request that it could hit."""
        return rate > 0 and self.fraction(fault) < rate

    def fraction(self, purpose: str) -> float:
        """The next number in [0, 1) of this purpose's own series."""
        # One series per purpose: switching one fault on does not change how another falls.
        digest = self._digest(purpose, self._store.next_number(f"roll:{purpose}"))
        return int.from_bytes(digest[:7], "big") / 2**56

    def _digest(self, purpose: str, count: int) -> bytes:
        return hashlib.sha512(f"{self.seed}:{purpose}:{count}".encode()).digest()


def _base62(number: int, *, length: int) -> str:
    letters = []
    for _ in range(length):
        number, rest = divmod(number, 62)
        letters.append(ALPHABET[rest])
    return "".join(letters)


def _uuid(digest: bytes) -> str:
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"
