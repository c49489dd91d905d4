"""Callers' tokens: JWTs that the issuer signed, checked against the keys that it publishes."""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
import urllib3

from core.access import Person, roles_from_claim
from core.errors import ConfigError, Unavailable
from core.settings import Settings

ALGORITHMS = ("RS256", "ES256")
"""Asymmetric ones alone: with HS256 the issuer's public key would be a password that everybody knows."""

NEEDED = ("iss", "aud", "sub", "exp")
LEEWAY_S = 30.0
"""How far the issuer's clock and ours may differ."""

KEYS_LAST_S = 3600.0
LOOK_AGAIN_S = 10.0
"""The least time between two looks at the issuer's keys: nobody makes us call it at will."""

DISCOVERY = "/.well-known/openid-configuration"
ISSUER_HINT = "Try again in a moment; if it stays, whoever runs Lectern checks API_ISSUER."
LOOPBACK = ("localhost", "127.0.0.1", "::1")

log = logging.getLogger("lectern.api")


class Invalid(Exception):
    """The token proves nothing; which check it failed is for the log alone."""


class Tokens:
    """Reads tokens of one issuer for one audience."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys = IssuerKeys(settings.api_issuer)

    def person(self, token: str) -> Person:
        """Whom the token names: `sub` is their id in the school's `users`.

        Raises `Invalid`; `Unavailable` when the issuer's keys cannot be had.
        """
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Invalid("algorithm")
            return self._person(self._claims(token, self._keys.named(header.get("kid"))))
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Invalid(type(error).__name__) from error

    def _claims(self, token: str, key: jwt.PyJWK) -> Mapping[str, Any]:
        return jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=self._settings.api_audience,
            issuer=self._settings.api_issuer,
            leeway=LEEWAY_S,
            options={"require": list(NEEDED)},
        )

    def _person(self, claims: Mapping[str, Any]) -> Person:
        subject = claims["sub"]
        if not subject.strip():
            raise Invalid("sub")
        return Person(
            subject=subject,
            email=str(claims.get("email") or "") if claims.get("email_verified") is True else "",
            roles=roles_from_claim(claims.get(self._settings.oidc_roles_claim)),
            host_user_id=subject,
        )


class IssuerKeys:
    """The issuer's public keys: read when first needed, each hour, and when an unknown one is named."""

    def __init__(self, issuer: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._clock = issuer, clock
        self._http = urllib3.PoolManager(timeout=5.0, retries=False)
        self._lock = threading.Lock()
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._read_at_s = self._looked_at_s = float("-inf")
        self._trouble = Unavailable("The tokens' issuer was not asked yet.")

    def named(self, key_id: str | None) -> jwt.PyJWK:
        """The key of this id. Raises `Invalid` where there is none, `Unavailable` while no key is known.

        Whoever comes with a known key does not wait while the issuer is asked for somebody else's.
        """
        if key_id not in self._keys or self._is_due(key_id):
            with self._lock:
                if self._is_due(key_id):
                    self._look()
        if not self._keys:
            raise self._trouble
        if key_id not in self._keys:
            raise Invalid("key")
        return self._keys[key_id]

    def _is_due(self, key_id: str | None) -> bool:
        now_s = self._clock()
        is_old = now_s - self._read_at_s > KEYS_LAST_S
        return now_s - self._looked_at_s > LOOK_AGAIN_S and (is_old or key_id not in self._keys)

    def _look(self) -> None:
        """Replace the keys; while the issuer is away those known last still count."""
        self._looked_at_s = self._clock()
        try:
            self._keys = read_keys(self._json(self._address()))
            self._read_at_s = self._looked_at_s
        except Unavailable as error:
            log.warning("the issuer's keys: %s", error)
            self._trouble = error

    def _address(self) -> str:
        """Where the issuer publishes its keys. A discovery document of somebody else's does not count."""
        found = self._json(self._issuer.rstrip("/") + DISCOVERY)
        address = str(found.get("jwks_uri", ""))
        if found.get("issuer") != self._issuer or not is_safe(address):
            raise Unavailable("The issuer's discovery document is not of API_ISSUER.", hint=ISSUER_HINT)
        return address

    def _json(self, url: str) -> Mapping[str, Any]:
        try:
            answer = self._http.request("GET", url)
            found = json.loads(answer.data) if answer.status == 200 else None
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Unavailable("The tokens' issuer does not answer.", hint=ISSUER_HINT) from error
        if not isinstance(found, dict):
            raise Unavailable("The tokens' issuer does not publish its keys.", hint=ISSUER_HINT)
        return found


def read_keys(document: Mapping[str, Any]) -> dict[str | None, jwt.PyJWK]:
    """Signing keys by id; those of kinds that we do not take are left out."""
    found: dict[str | None, jwt.PyJWK] = {}
    for data in document.get("keys", ()):
        try:
            key = jwt.PyJWK.from_dict(data)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            continue
        if key.algorithm_name in ALGORITHMS and key.public_key_use in (None, "sig"):
            found[key.key_id] = key
    return found


def is_safe(url: str) -> bool:
    """Keys come by TLS, or from this very machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in LOOPBACK)


def reader_of(settings: Settings) -> Tokens | None:
    """The reader of callers' tokens; None without API_ISSUER. Raises `ConfigError`."""
    if not settings.api_issuer:
        return None
    if not settings.api_audience:
        raise ConfigError("API_ISSUER needs API_AUDIENCE: a token for somebody else must not open Lectern.")
    if not is_safe(settings.api_issuer):
        raise ConfigError("API_ISSUER must be an https address, or one of this machine.")
    return Tokens(settings)
