"""What went wrong in a run that reads many things and goes on all the same, and how it is told.

Pure.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from core.errors import AppError


@contextmanager
def noting(troubles: list[Exception]) -> Iterator[None]:
    """Add to the list what is raised inside, and go on."""
    try:
        yield
    except Exception as error:
        troubles.append(error)


def foremost(troubles: Sequence[Exception]) -> Exception:
    """The one to raise in the end: what nobody foresaw rather than what may pass, so that a log has it."""
    return min(troubles, key=lambda one: isinstance(one, AppError))


def said(trouble: Exception) -> tuple[str, str]:
    """What is told of it, and what to do. Words of what nobody foresaw may hold anything."""
    if isinstance(trouble, AppError):
        return str(trouble), trouble.hint
    return f"A mistake in Lectern ({type(trouble).__name__}).", "The worker's log has more."
