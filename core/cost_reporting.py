"""Reporting costs: a month for scripts, with whose costs are whose if that is asked for."""

from typing import TypeVar

from core import allocating, cost_phrases, costing
from core.access import Action, Person, check
from core.allocation import Per, SharedRule
from core.cost_report import CostReport, report
from core.errors import InvalidInput
from core.ports import Services
from core.usage import Month

Word = TypeVar("Word", Per, SharedRule)


def month_report(
    month: str = "",
    *,
    per: str = "",
    shared: str = "",
    by: Person,
    services: Services,
) -> CostReport:
    """The month `2026-11`, "" for the one under way; `per` and `shared` are words of `Per` and `SharedRule`.

    Raises `InvalidInput` for words that there are not, and what `costing.month_costs` raises.
    """
    check(by, Action.SEE_COSTS)
    named = named_month(month, services=services)
    told_by = _word(Per, per, "by") if per else None
    rule = _word(SharedRule, shared or SharedRule.PROPORTIONAL, "shared")
    costs = costing.month_costs(named, by=by, services=services)
    found = allocating.shares_of(costs, by=by, services=services)
    titles = {one: lesson.title for one, lesson in found.lessons.items()}
    changed = allocating.changed(costs, by=by, services=services) if costs.alike else []
    sentences = [cost_phrases.change(one, named, costs.alike, titles) for one in changed if costs.alike]
    return report(costs, sentences, allocating.allocated(found, per=told_by, rule=rule) if told_by else None)


def named_month(text: str, *, services: Services) -> Month:
    """The month `2026-11`, "" for the one under way. Raises `InvalidInput`."""
    try:
        return Month.read(text) if text else Month.of(services.clock().date())
    except ValueError as error:
        raise InvalidInput(f"There is no month {text!r}.", hint="Say it as 2026-11.") from error


def _word(kind: type[Word], text: str, name: str) -> Word:
    try:
        return kind(text)
    except ValueError as error:
        known = ", ".join(one.value for one in kind)
        raise InvalidInput(f"{name} cannot be {text!r}.", hint=f"Known: {known}.") from error
