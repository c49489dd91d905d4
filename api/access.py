"""Who asks: so far the holder of API_KEY, a service of the school's own."""

import hmac

from starlette.requests import Request

from api.problems import Unauthenticated
from core.access import Person, Role
from core.settings import Settings

SERVICE = Person(subject="api-key", email="", roles=frozenset({Role.ADMIN, Role.OPS}))


def person_of(request: Request, settings: Settings) -> Person:
    """The caller; raises `Unauthenticated` unless the bearer token is API_KEY."""
    if not settings.api_key:
        raise Unauthenticated("The API takes no calls yet.", hint="Set API_KEY and start the API again.")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    is_key = hmac.compare_digest(token.strip().encode(), settings.api_key.encode())
    if scheme.lower() != "bearer" or not is_key:
        raise Unauthenticated("The request carries no valid key.")
    return SERVICE
