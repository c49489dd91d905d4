"""The error tree: every error can be told to a person."""

from collections.abc import Iterator

import pytest

from core import errors
from core.errors import AppError, RateLimited, Refused, Unavailable, UserError


def tree(root: type[AppError]) -> Iterator[type[AppError]]:
    """The classes of `core.errors`; what others derive from them is theirs to test."""
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


@pytest.mark.parametrize("kind", list(tree(AppError)))
def test_every_error_says_what_to_do(kind: type[AppError]) -> None:
    error = kind("It broke.")
    assert error.hint.endswith(".")
    assert error.sentence == f"It broke. {error.hint}"
    assert str(error) == "It broke."


def test_only_outages_and_rate_limits_are_worth_trying_again() -> None:
    assert {kind for kind in tree(AppError) if kind.retryable} == {Unavailable, RateLimited}


def test_an_error_can_say_better_what_to_do_than_its_kind() -> None:
    error = UserError("No.", hint="Ask Dana.", retryable=True)
    assert (error.sentence, error.retryable) == ("No. Ask Dana.", True)
    assert UserError("No.", hint="").sentence == "No."
    assert UserError.hint != "Ask Dana."


def test_a_rate_limit_remembers_how_long_to_wait_and_a_refusal_its_status() -> None:
    assert RateLimited("Slow down.", retry_after_s=2.5).retry_after_s == 2.5
    assert Refused("No.", status=403).status == 403


def test_every_class_of_the_module_belongs_to_the_tree() -> None:
    classes = {c for c in vars(errors).values() if isinstance(c, type) and c.__module__ == errors.__name__}
    assert classes == set(tree(AppError))
