"""Callers' tokens where no issuer is set: those that `cli.py token` made with Lectern's own key."""

from api.tokens import Invalid
from core import sealing
from core.access import Person
from core.ports import Services
from core.seal import Unsealed


class OwnTokens:
    """Reads our own tokens; the key is read from the database when it is first needed."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._secret = ""

    def person(self, token: str) -> Person:
        """Whom the token names: `sub` is their id in the school's `users`.

        Raises `Invalid`; `Unavailable` while the key cannot be had.
        """
        self._secret = self._secret or sealing.secret(services=self._services)
        try:
            return sealing.person_of(token, secret=self._secret, services=self._services)
        except Unsealed as error:
            raise Invalid(str(error)) from error
