"""Whom the school knows: what its tables tell of a person, as a protocol that `core/db/` fills."""

from dataclasses import dataclass
from typing import Protocol

from core.tie import LessonTies


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUser:
    """A row of the school's `users`; `role` is the school's own word, "" where it has none."""

    id: str
    email: str
    name: str = ""
    role: str = ""


class People(Protocol):
    """Read from the school's tables; what they lack is nobody and no tie."""

    def id_of(self, email: str) -> str | None:
        """The id of the one user with this address in any case; None where there is none, or several."""

    def get(self, user_id: str) -> HostUser | None:
        """None where the school has no such user."""

    def listed(self, *, search: str = "", limit: int = 50) -> list[HostUser]:
        """Those whose name or address contains the text, staff first, then by name."""

    def ties(self, lesson_id: str, user_id: str | None) -> LessonTies | None:
        """How the two are tied; None where there is no such lesson."""
