"""Tokens of Lectern's own, which it hands out and takes back: JWTs (RFC 7519) under HMAC-SHA256."""

from collections.abc import Mapping
from typing import Any, Protocol


class Unsealed(ValueError):
    """The text is no token of ours, or of no use any more."""


class Seals(Protocol):
    """Making and reading such tokens."""

    def seal(self, claims: Mapping[str, Any], *, secret: str) -> str:
        """A token that says these claims; `exp` (unix seconds) and `aud` are looked at when it comes back."""

    def unseal(self, token: str, *, secret: str, audience: str, now_s: float) -> dict[str, Any]:
        """The claims. Raises `Unsealed` unless we made it, for this audience, and it has not ended."""

    def read_claims(self, token: str) -> dict[str, Any]:
        """What any JWT says, unproven: for looking at one that we have just made. Raises `Unsealed`."""
