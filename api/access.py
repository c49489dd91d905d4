"""Who asks: the holder of API_KEY, a service of the school's own, or whomever a token names."""

import hmac
import logging

from starlette.requests import Request

from api.limits import Limits
from api.own_tokens import OwnTokens
from api.problems import Unauthenticated
from api.tokens import Invalid, reader_of
from core.access import Person, Role
from core.ports import Services

log = logging.getLogger("lectern.api")

SERVICE = Person(subject="api-key", email="", roles=frozenset({Role.ADMIN, Role.OPS}))


class Door:
    """Tells who asks, and how often they may."""

    def __init__(self, services: Services) -> None:
        """Raises `ConfigError` for an issuer whose tokens could not be checked."""
        self._key = services.settings.api_key
        self._tokens = reader_of(services.settings) or OwnTokens(services)
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

    def _named(self, header: str) -> Person:
        scheme, _, token = header.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("The request carries no key and no token.")
        if self._key and hmac.compare_digest(token.encode(), self._key.encode()):
            return SERVICE
        try:
            return self._tokens.person(token)
        except Invalid as error:
            log.info("a token was refused: %s", error)
        raise Unauthenticated("The request carries no valid key or token.")


def _address(request: Request) -> str:
    return f"address {request.client.host if request.client else ''}"
