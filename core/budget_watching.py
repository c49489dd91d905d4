"""Watching budgets: what a month's costs have reached is noted once, with who is to be told of it.

Noted and given to the queue in one transaction: whoever is killed in between has done both or nothing, and
of two who watch at once one notes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from core.access import Action, Person, check
from core.budget import Budget, Spending, Standing, Threshold, newly_crossed
from core.budget_alert import Alert, Channel, Telling, alert_of, whose
from core.budget_reading import spending
from core.budgeting import readers
from core.ports import Services, Tx
from core.records import Job
from core.usage import Month

LATE_D = 3
"""So many days into a month the last one is watched too: what was delivered is told half a day late."""

Read = Callable[..., Spending]
"""As `budget_reading.spending`."""


def watch(*, by: Person, services: Services, read: Read = spending) -> Sequence[Alert]:
    """Compare this month with every budget, and the last one in its first days; returns what is told.

    What is still to be told from before goes to the queue again. Raises `NotAllowed`, and what reading the
    costs raises.
    """
    check(by, Action.SEE_COSTS)
    budgets, noted = _begin(services), list[Alert]()
    for month in months(services.clock()):
        if mine := [one for one in budgets if concerns(one, month)]:
            is_school_alone = all(one.is_school for one in mine)
            found = read(month, by=by, services=services, is_school_alone=is_school_alone)
            noted += _note(mine, found, by, services)
    return noted


def months(now: datetime) -> Sequence[Month]:
    """The months to watch, the present one first: it is told of whatever is wrong with the last one."""
    month = Month.of(now.date())
    return [month, month.before] if now.day <= LATE_D else [month]


def concerns(budget: Budget, month: Month) -> bool:
    """Whether it was there in the month: nobody is told of what was spent before they set it."""
    return budget.set_at < month.end_at


def _begin(services: Services) -> Sequence[Budget]:
    with services.uow("budget.again") as tx:
        for alert_id in tx.budgets.waiting():
            _enqueue(tx, str(alert_id))
        tx.commit()
        return tx.budgets.in_force()


def _note(budgets: Sequence[Budget], found: Spending, by: Person, services: Services) -> Sequence[Alert]:
    noted = list[Alert]()
    with services.uow("budget.note") as tx:
        told = tx.budgets.told(found.month)
        for budget in budgets:
            standing = Standing(budget=budget, month=found.month, spent=found.of(budget))
            crossed = newly_crossed(standing, told.get(budget.id, frozenset()))
            noted += _tell(standing, crossed, by, services, tx)
        tx.commit()
    return noted


def _tell(
    standing: Standing, crossed: Sequence[Threshold], by: Person, services: Services, tx: Tx
) -> Sequence[Alert]:
    """Of what was reached since the last look the last is told, and the others are noted with it."""
    now = services.clock()
    for one in crossed[:-1]:
        tx.budgets.note(alert_of(standing, one, at=now))
    if not crossed:
        return []
    alert = replace(alert_of(standing, crossed[-1], at=now), tellings=_tellings(services, tx))
    if not tx.budgets.note(alert):
        return []
    subject = f"budget for {whose(standing.budget)}"
    tx.audit(by, "tell of budget", subject, after={"month": str(alert.month), "reached": alert.threshold})
    if alert.tellings:
        _enqueue(tx, str(alert.id))
    return [alert]


def _tellings(services: Services, tx: Tx) -> Sequence[Telling]:
    now = services.clock()
    hooks = [Telling(channel=Channel.WEBHOOK, at=now)] if services.hook else []
    people = [Telling(channel=Channel.MAIL, user_id=one, at=now) for one in readers(services, tx=tx)]
    return [*hooks, *people]


def _enqueue(tx: Tx, alert_id: str) -> None:
    tx.enqueue(Job.TELL_BUDGET, key=f"budget:{alert_id}", alert_id=alert_id)
