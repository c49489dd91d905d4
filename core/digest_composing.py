"""Composing the letters of a week: what each person may see, and nothing else."""

from dataclasses import replace

from core import viewing
from core.access import Person
from core.digest import Digest
from core.digest_letter import letter_of
from core.letter import Letter, is_address
from core.people import HostUser, person_of
from core.period import Days
from core.ports import Services


class Composer:
    """Makes the letters of one week; what is told of the whole school is worked out once."""

    def __init__(self, week: Days, services: Services) -> None:
        self._week, self._services = week, services
        self._school: Digest | None = None

    def letter(self, user: HostUser) -> Letter | None:
        """None where there is nothing to tell. Raises `NotAllowed`."""
        digest = self._digest(person_of(user))
        if digest.is_empty:
            return None
        settings = self._services.settings
        return letter_of(
            digest,
            user_id=user.id,
            to=user.email if is_address(user.email) else "",
            at=self._services.clock(),
            zone=settings.school_timezone,
            origin=settings.dashboard_origin,
        )

    def _digest(self, by: Person) -> Digest:
        if not viewing.reader_of(by).is_all:
            return self._told(by, is_school=False)
        self._school = self._school or self._told(by, is_school=True)
        return self._school

    def _told(self, by: Person, *, is_school: bool) -> Digest:
        found = viewing.overview(self._week, by=by, services=self._services)
        digest = Digest(found=found, titles={}, is_school=is_school)
        return replace(digest, titles=viewing.titles(digest.named, by=by, services=self._services))
