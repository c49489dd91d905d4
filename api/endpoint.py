"""An endpoint: what it answers to, the right it needs, and how its answer is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.access import Action, Person
from core.errors import InvalidInput
from core.ports import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, read: who asks, and what they say."""

    by: Person | None
    services: Services
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    origin: str | None = None

    @property
    def person(self) -> Person:
        """Whoever asks, on an endpoint that needs a right."""
        if self.by is None:
            raise AssertionError("an endpoint without an action has no person")
        return self.by

    def given(self, name: str) -> str:
        """A field of the body or the query as text; "" where there is none."""
        value = self.body.get(name, self.query.get(name))
        return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()

    def wanted(self, name: str) -> str:
        """A field that must be there."""
        if not (value := self.given(name)):
            raise InvalidInput(f"{name} is missing.", hint=f"Send {name} as text or as a number.")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back as JSON."""

    data: Mapping[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One method of one path. Without an `action` anybody may ask; everything else needs a caller."""

    method: str
    path: str
    action: Action | None
    answer: Callable[[Call], Answer]
