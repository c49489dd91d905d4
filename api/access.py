"""Who asks: the holder of API_KEY, a service of the school's own, or whomever a token names."""

import hmac
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from api.limits import Limits
from api.own_tokens import OwnTokens
from api.problems import Unauthenticated
from api.tokens import Invalid, reader_of
from core.access import Person, Role
from core.ports import Services

log = logging.getLogger("lectern.api")

SERVICE = Person(subject="api-key", email="", roles=frozenset({Role.ADMIN, Role.OPS}))


KEPT_S = 10.0
"""How long a token that was checked is believed unasked, unless it ends before."""

MOST_KEPT = 10_000


class Door:
    """Tells who asks, and how often they may."""

    def __init__(self, services: Services) -> None:
        """Raises `ConfigError` for an issuer whose tokens could not be checked."""
        self._key = services.settings.api_key
        self._tokens = reader_of(services.settings) or OwnTokens(services)
        self._seals = services.seals
        self._kept = Kept(lambda: services.clock().timestamp())
        self._people = Limits(services.settings.api_per_s)
        self._services = Limits(services.settings.api_key_per_s)

    def person_of(self, request: Request, *, may_be_stranger: bool = False) -> Person | None:
        """The caller, None for a stranger; may ask the tokens' issuer for its keys.

        Raises `Unauthenticated` unless the bearer token is API_KEY or names somebody, `TooManyCalls`, and
        `Unavailable` while what tokens are checked with cannot be had.
        """
        header = request.headers.get("authorization")
        if header is None and may_be_stranger:
            self._people.take(_address(request))
            return None
        try:
            person = self._named(header or "")
        except Unauthenticated:
            self._people.take(_address(request))  # whoever tries keys out is slowed down as well
            raise
        (self._services if person is SERVICE else self._people).take(person.subject)
        return person

    def knows(self, request: Request, *, may_be_stranger: bool) -> bool:
        """Whether `person_of` answers without asking anybody."""
        header = request.headers.get("authorization")
        return may_be_stranger if header is None else self._at_hand(_token(header)) is not None

    def _at_hand(self, token: str) -> Person | None:
        """Whom the token names, if that takes nobody's word: the key's holder, or who asked just now."""
        if self._key and hmac.compare_digest(token.encode(), self._key.encode()):
            return SERVICE
        return self._kept.get(token)

    def _named(self, header: str) -> Person:
        if not (token := _token(header)):
            raise Unauthenticated("The request carries no key and no token.")
        if (known := self._at_hand(token)) is not None:
            return known
        try:
            person = self._tokens.person(token)
        except Invalid as error:
            log.info("a token was refused: %s", error)
            raise Unauthenticated("The request carries no valid key or token.") from None
        self._kept.keep(token, person, ends_s=float(self._seals.read_claims(token)["exp"]))
        return person


class Kept:
    """Whom a token named a moment ago: a player asks with the same one every few seconds."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._people: OrderedDict[str, tuple[Person, float]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, token: str) -> Person | None:
        person, until_s = self._people.get(token, (None, 0.0))
        return person if self._clock_s() < until_s else None

    def keep(self, token: str, person: Person, *, ends_s: float) -> None:
        with self._lock:
            self._people[token] = (person, min(ends_s, self._clock_s() + KEPT_S))
            self._people.move_to_end(token)
            if len(self._people) > MOST_KEPT:
                self._people.popitem(last=False)


def _token(header: str) -> str:
    """The bearer token, "" where the header has none."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _address(request: Request) -> str:
    return f"address {request.client.host if request.client else ''}"
