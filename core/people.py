"""Whom the school knows: what its tables tell of a person, as a protocol that `core/db/` fills."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.access import Person, roles_from_word
from core.tie import LessonTies


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUser:
    """A row of the school's `users`; `role` is the school's own word, "" where it has none."""

    id: str
    email: str
    name: str = ""
    role: str = ""


def person_of(user: HostUser) -> Person:
    """The person with the roles that the school's own word gives."""
    return Person(subject=user.id, email=user.email, roles=roles_from_word(user.role), host_user_id=user.id)


class People(Protocol):
    """Read from the school's tables; what they lack is nobody and no tie."""

    def id_of(self, email: str) -> str | None:
        """The id of the one user with this address in any case; None where there is none, or several."""

    def get(self, user_id: str) -> HostUser | None:
        """None where the school has no such user."""

    def listed(self, *, search: str = "", limit: int = 50) -> list[HostUser]:
        """Those whose name or address contains the text, staff first, then by name."""

    def staff(self) -> Sequence[HostUser] | None:
        """Those whose role is one of ours, by id; None where the school's `users` tells no roles."""

    def owners(self) -> Sequence[HostUser]:
        """Those who made a lesson or teach a course, by id, as teachers beside what their role says."""

    def ties(self, lesson_id: str, user_id: str | None) -> LessonTies | None:
        """How the two are tied; None where there is no such lesson."""
