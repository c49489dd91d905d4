"""Lectern's own tokens, by PyJWT: HMAC-SHA256 under the key that every process shares."""

from collections.abc import Mapping
from typing import Any

import jwt

from core.seal import Unsealed

ALGORITHM = "HS256"
BY_OUR_CLOCK: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "aud"]}
"""The library would take the end by the machine's clock; we go by the one that made it."""


class JwtSeals:
    """Fills `Seals`."""

    def seal(self, claims: Mapping[str, Any], *, secret: str) -> str:
        return jwt.encode(dict(claims), secret, algorithm=ALGORITHM)

    def unseal(self, token: str, *, secret: str, audience: str, now_s: float) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, secret, algorithms=[ALGORITHM], audience=audience, options=BY_OUR_CLOCK
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise Unsealed(type(error).__name__) from error
        if not isinstance(claims["exp"], int | float) or claims["exp"] <= now_s:
            raise Unsealed("exp")
        return claims

    def read_claims(self, token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError) as error:
            raise Unsealed(type(error).__name__) from error
        return claims
