"""Tokens of Lectern's own, which it hands out and takes back: JWTs (RFC 7519) under HMAC-SHA256."""

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any


class Unsealed(ValueError):
    """The text is no token of ours, or of no use any more."""


def seal(claims: Mapping[str, Any], *, secret: str) -> str:
    """A token that says these claims; `exp` (unix seconds) and `aud` are looked at when it comes back."""
    head = _encoded(_json({"alg": "HS256", "typ": "JWT"}))
    signed = f"{head}.{_encoded(_json(claims))}"
    return f"{signed}.{_signature(signed, secret)}"


def unseal(token: str, *, secret: str, audience: str, now_s: float) -> dict[str, Any]:
    """The claims. Raises `Unsealed` unless we made it, for this audience, and it has not ended."""
    signed, _, signature = token.rpartition(".")
    if not secret or not hmac.compare_digest(signature.encode(), _signature(signed, secret).encode()):
        raise Unsealed("signature")
    claims = _claims(signed.rpartition(".")[2])
    if claims.get("aud") != audience:
        raise Unsealed("aud")
    if not isinstance(claims.get("exp"), int | float) or claims["exp"] <= now_s:
        raise Unsealed("exp")
    return claims


def read_claims(token: str) -> dict[str, Any]:
    """What any JWT says, unproven: for looking at one that we have just made. Raises `Unsealed`."""
    parts = token.split(".")
    if len(parts) != 3:
        raise Unsealed("form")
    return _claims(parts[1])


def _claims(text: str) -> dict[str, Any]:
    try:
        claims = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Unsealed("form") from error
    if not isinstance(claims, dict):
        raise Unsealed("form")
    return claims


def _signature(signed: str, secret: str) -> str:
    return _encoded(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())


def _json(claims: Mapping[str, Any]) -> bytes:
    return json.dumps(claims, separators=(",", ":"), sort_keys=True).encode()


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
