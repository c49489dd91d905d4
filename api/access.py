"""Who asks: the holder of API_KEY, a service of the school's own, or whomever a token names."""

import hmac
import logging

from starlette.requests import Request

from api.problems import Unauthenticated
from api.tokens import Invalid, Tokens
from core.access import Person, Role
from core.settings import Settings

log = logging.getLogger("lectern.api")

SERVICE = Person(subject="api-key", email="", roles=frozenset({Role.ADMIN, Role.OPS}))


def person_of(request: Request, settings: Settings, tokens: Tokens | None) -> Person:
    """The caller; may ask the tokens' issuer for its keys.

    Raises `Unauthenticated` unless the bearer token is API_KEY or one of the issuer's, `Unavailable` while
    the issuer's keys cannot be had.
    """
    if not (settings.api_key or tokens):
        raise Unauthenticated(
            "The API takes no calls yet.", hint="Set API_KEY or API_ISSUER and start the API again."
        )
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("The request carries no key and no token.")
    if settings.api_key and hmac.compare_digest(token.encode(), settings.api_key.encode()):
        return SERVICE
    return _named_by(token, tokens)


def _named_by(token: str, tokens: Tokens | None) -> Person:
    try:
        if tokens:
            return tokens.person(token)
    except Invalid as error:
        log.info("a token was refused: %s", error)
    raise Unauthenticated("The request carries no valid key or token.")
