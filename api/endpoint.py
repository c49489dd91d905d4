"""An endpoint: what it answers to, the right it needs, and how its answer is made."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.access import Action, Person
from core.errors import InvalidInput
from core.ports import Services

NO_STORE = "no-store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, read: who asks, and what they say."""

    by: Person | None
    services: Services
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: Iterator[bytes] = iter(())
    """The body as it comes in, of an endpoint that takes a file; `body` is empty then."""

    @property
    def person(self) -> Person:
        """Whoever asks, on an endpoint that needs a right."""
        if self.by is None:
            raise AssertionError("an endpoint without an action has no person")
        return self.by

    def given(self, name: str) -> str:
        """What the path, the body or the query names so, as text; "" where there is none."""
        value = self.path.get(name, self.body.get(name, self.query.get(name)))
        return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()

    def wanted(self, name: str) -> str:
        """A field that must be there."""
        if not (value := self.given(name)):
            raise InvalidInput(f"{name} is missing.", hint=f"Send {name} as text or as a number.")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: `data` as JSON, else `text`."""

    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    text: str | None = None
    media_type: str = "application/json"
    cache: str = NO_STORE
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One method of one path. Without an `action` anybody may ask; everything else needs a caller, who may be
    a stranger where `for_strangers`.

    `gives` and `takes` are the types of the answer's and the request's JSON (`gives` the media type of an
    answer that is text), `query` names what else may be said.
    """

    method: str
    path: str
    action: Action | None
    answer: Callable[[Call], Answer]
    gives: Any = None
    takes: Any = None
    query: tuple[str, ...] = ()
    for_strangers: bool = False
    for_any_page: bool = False
    """Pages of any origin may read the answer: the address itself says what it opens."""
    at_once: Callable[[Call], Awaitable[Answer]] | None = None
    """`answer` on the event loop, for what every viewer asks: used for callers who are known already."""
    takes_file: bool = False
    is_deprecated: bool = False
