"""What may go wrong as one thing is asked of Mux, whatever that is; a way goes through each and comes to its
end."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from core.errors import AppError, RateLimited, Refused, Unavailable
from tests.integration.engine.harness import Engine, Killed


class Way(Protocol):
    """Of a school in which something is asked of Mux."""

    school: Engine

    def settle(self) -> None:
        """Let everything happen."""

    def at_mux(self) -> list[Any]:
        """What Mux has made."""

    def records(self) -> Sequence[Any]:
        """Ours of it."""


def again(step: Callable[[], object]) -> None:
    """Take a step; when it is killed, take it once more."""
    try:
        step()
    except Killed:
        with suppress(AppError):  # what was done before the kill may have made it needless
            step()


def unanswered(way: Way, want: Callable[[], object]) -> None:
    """Mux takes the request, and its answer is lost."""
    way.school.mux.lost_answers = 1
    _try(way, want)
    way.settle()


def unsent(way: Way, want: Callable[[], object], call: str) -> None:
    """Mux is away as it is asked: nobody knows whether the request took effect."""
    _failing(way, call, Unavailable("Mux is away."))
    _try(way, want)
    way.settle()


def slowed(way: Way, want: Callable[[], object], call: str) -> None:
    """Mux asks for a slower pace: it surely made nothing, and is asked again without a look."""
    _failing(way, call, RateLimited("Mux asks us to slow down."))
    _try(way, want)
    with suppress(AppError):
        again(lambda: way.school.run(within_s=1))
    assert way.at_mux()
    way.settle()


def locked_out(way: Way, want: Callable[[], object], call: str) -> None:
    """Mux refuses the credentials; it goes on once they are right."""
    _failing(way, call, Refused("Mux refused the token.", account_wide=True))
    _try(way, want)
    assert "token" in (way.records()[0].reason or "") or way.school.trip.killed
    way.settle()
    assert [(one.state, one.reason) for one in way.records()] == [("ready", None)]


def _failing(way: Way, call: str, error: AppError) -> None:
    way.school.trip.once(f"{call}:before", lambda: way.school.mux.errors.append(error))


def _try(way: Way, want: Callable[[], object]) -> None:
    want()
    with suppress(AppError):
        again(way.school.run)
