"""Who asks: the holder of API_KEY, a service of the school's own, or whomever a token names."""

import hmac
import logging
import threading
from typing import NamedTuple

from cachetools import LRUCache
from starlette.requests import Request

from api.limits import Limits
from api.own_tokens import OwnTokens
from api.problems import Unauthenticated
from api.tokens import Invalid, reader_of
from core.access import SERVICE, Person
from core.ports import Services

log = logging.getLogger("lectern.api")

KEPT_S = 10.0
"""How long a token that was checked is believed unasked, unless it ends before."""

MOST_KEPT = 10_000
"""Callers; whoever asked longest ago is forgotten first."""


class Believed(NamedTuple):
    """Whom a token named when it was checked: a player asks with the same one every few seconds."""

    person: Person
    until_s: float


class Unfamiliar(Exception):
    """Only somebody else can tell who this is."""


class Door:
    """Tells who asks, and how often they may."""

    def __init__(self, services: Services) -> None:
        """Raises `ConfigError` for an issuer whose tokens could not be checked."""
        self._key = services.settings.api_key
        self._tokens = reader_of(services.settings) or OwnTokens(services)
        self._seals = services.seals
        self._clock = services.clock
        self._kept: LRUCache[str, Believed] = LRUCache(MOST_KEPT)
        self._lock = threading.Lock()
        self._people = Limits(services.settings.api_per_s)
        self._services = Limits(services.settings.api_key_per_s)

    def person_of(
        self, request: Request, *, may_be_stranger: bool = False, may_ask: bool = True
    ) -> Person | None:
        """The caller, None for a stranger; may ask the tokens' issuer for its keys.

        Raises `Unauthenticated` unless the bearer token is API_KEY or names somebody, `TooManyCalls`, and
        `Unavailable` while what tokens are checked with cannot be had; `Unfamiliar`, and counts nothing,
        where it would have to ask and may not.
        """
        header = request.headers.get("authorization")
        if header is None and may_be_stranger:
            self._people.take(_address(request))
            return None
        try:
            person = self._named(header or "", may_ask=may_ask)
        except Unauthenticated:
            self._people.take(_address(request))  # whoever tries keys out is slowed down as well
            raise
        (self._services if person is SERVICE else self._people).take(person.subject)
        return person

    def count(self, token: str) -> None:
        """Count a call by what its address opens, not by who follows it. Raises `TooManyCalls`."""
        self._people.take(f"token {token}")

    def _named(self, header: str, *, may_ask: bool) -> Person:
        if not (token := _token(header)):
            raise Unauthenticated("The request carries no key and no token.")
        if self._key and hmac.compare_digest(token.encode(), self._key.encode()):
            return SERVICE
        with self._lock:
            known = self._kept.get(token)
        if known is not None and self._clock().timestamp() < known.until_s:
            return known.person
        if not may_ask:
            raise Unfamiliar
        return self._asked(token)

    def _asked(self, token: str) -> Person:
        """Whom the token names by its key's word, which is kept for a while."""
        try:
            person = self._tokens.person(token)
        except Invalid as error:
            log.info("a token was refused: %s", error)
            raise Unauthenticated("The request carries no valid key or token.") from None
        ends_s = float(self._seals.read_claims(token)["exp"])
        with self._lock:
            self._kept[token] = Believed(person, min(ends_s, self._clock().timestamp() + KEPT_S))
        return person


def _token(header: str) -> str:
    """The bearer token, "" where the header has none."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _address(request: Request) -> str:
    return f"address {request.client.host if request.client else ''}"
