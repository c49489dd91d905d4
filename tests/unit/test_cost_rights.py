"""Each use case of costs asks who it is before anything else, whichever face calls it."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import core
from core.access import Action, Person, Role
from core.errors import NotAllowed

ABOUT_COSTS = (Action.SEE_COSTS, Action.SEE_OWN_COSTS, Action.SET_PRICES, Action.SET_BUDGETS)
MODULES = (
    "advising",
    "allocating",
    "batch_costing",
    "billed_comparing",
    "budget_reading",
    "budget_watching",
    "budgeting",
    "card_trying",
    "cost_reporting",
    "costing",
    "forecasting",
    "pricing",
)


def use_cases() -> Iterator[Callable[..., Any]]:
    """Public functions that somebody calls by a person."""
    for name in MODULES:
        for one in vars(import_module(f"core.{name}")).values():
            if inspect.isfunction(one) and one.__module__ == f"core.{name}" and is_asked_by_somebody(one):
                yield one


def is_asked_by_somebody(one: Callable[..., Any]) -> bool:
    return one.__name__[0] != "_" and {"by", "services"} <= inspect.signature(one).parameters.keys()


USE_CASES = list(use_cases())


def nothing(*, teachers_are_told: bool) -> Any:
    """Services that have the one setting: whoever looks at more before asking fails."""
    return SimpleNamespace(settings=SimpleNamespace(costs_for_teachers=teachers_are_told))


def test_whatever_asks_for_a_right_about_costs_is_listed_here() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in Path(str(core.__file__)).parent.glob("*.py")}
    words = [f"Action.{action.name}" for action in ABOUT_COSTS]
    asking = {name for name, text in texts.items() if any(word in text for word in words)}
    assert asking - {"access"} <= {*MODULES}
    assert {one.__module__.removeprefix("core.") for one in USE_CASES} == {*MODULES}


@pytest.mark.parametrize("roles", [(), (Role.OPS,), (Role.TEACHER,)], ids=["nobody", "ops", "teacher"])
@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda one: f"{one.__module__[5:]}.{one.__name__}")
def test_who_may_not_is_refused_before_anything_is_read(
    use_case: Callable[..., Any], roles: tuple[Role, ...]
) -> None:
    asked = inspect.signature(use_case).parameters.values()
    given = {one.name: object() for one in asked if one.default is one.empty}
    who = Person(subject="x", email="", roles=frozenset(roles), host_user_id="x")
    services = nothing(teachers_are_told=Role.TEACHER not in roles)
    with pytest.raises(NotAllowed):
        use_case(**given | {"by": who, "services": services})
