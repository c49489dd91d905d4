"""Budgeting: what a person sets, changes and ends, and what they are told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.access import Action, Person, check
from core.budget import Budget, Spending, Standing, Threshold
from core.budget_alert import Alert, whose
from core.digest_sending import recipients
from core.errors import StaleState
from core.library import Reader
from core.ports import Services, Tx
from core.records import Job
from core.usage import Month

NEWEST = 50
CHANGED = "Somebody changed this budget since you looked."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who is told of an alert, beside whoever opens the pages."""

    webhook: bool
    people: int
    """By e-mail."""


def in_force(*, by: Person, services: Services) -> Sequence[Budget]:
    """The school's budget first, then those of courses. Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    with services.uow("budgets.read") as tx:
        return tx.budgets.in_force()


def courses(*, by: Person, services: Services) -> Mapping[str, str]:
    """Titles by id of the courses that a budget can be set for. Raises `NotAllowed`."""
    check(by, Action.SET_BUDGETS)
    with services.uow("budgets.read") as tx:
        return tx.library.choices(reader=Reader(is_all=True)).courses


def standings(spending: Spending, *, by: Person, services: Services) -> Sequence[Standing]:
    """How each of them stands. Raises `NotAllowed`."""
    found = in_force(by=by, services=services)
    return [Standing(budget=one, month=spending.month, spent=spending.of(one)) for one in found]


def history(*, by: Person, services: Services) -> Sequence[Alert]:
    """What was told, the newest first, without what was noted with it. Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    with services.uow("budgets.read") as tx:
        found = tx.budgets.alerts(limit=NEWEST)
    told: dict[object, Alert] = {}
    for one in found:
        told.setdefault((one.budget.id, one.month, one.noted_at), one)
    return [*told.values()]


def standing_alerts(*, by: Person, services: Services) -> Sequence[Alert]:
    """What each budget in force has reached this month: its last alert alone; that of all videos first, then
    the courses that have reached most. Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    with services.uow("budgets.read") as tx:
        found = tx.budgets.alerts_of(Month.of(services.clock().date()))
    order = {one.budget.id: one for one in sorted(found, key=_weight)}
    return sorted(
        order.values(),
        key=lambda one: (not one.budget.is_school, -_weight(one), one.budget.course.casefold()),
    )


def reach(*, by: Person, services: Services) -> Reach:
    """Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    with services.uow("budgets.read") as tx:
        return Reach(webhook=services.hook is not None, people=len(readers(services, tx=tx)))


def readers(services: Services, *, tx: Tx) -> Sequence[str]:
    """Ids of those who get alerts by e-mail: whoever may see costs, and can be reached."""
    if services.post is None:
        return []
    return [user.id for user in recipients(services.post, Action.SEE_COSTS, tx=tx)]


def put(
    course_id: str, course: str, usd: Decimal, *, reviewed: Budget | None, by: Person, services: Services
) -> Budget:
    """Set the budget of a course, or with "" of all videos; it is compared with this month at once.

    `reviewed` is the one that the person saw in force. Raises `NotAllowed`, `StaleState` where it is not.
    """
    check(by, Action.SET_BUDGETS)
    with services.uow("budget.set") as tx:
        before = _in_force(course_id, tx)
        if (before and before.id) != (reviewed and reviewed.id):
            raise StaleState(CHANGED)
        found = tx.budgets.put(course_id, course, usd, by=by.name, at=services.clock())
        tx.audit(by, "set budget", _subject(found), before=_said(before), after=_said(found))
        tx.enqueue(Job.BUDGETS, key=Job.BUDGETS.value)
        tx.commit()
    return found


def end(budget: Budget, *, by: Person, services: Services) -> None:
    """From now on there is no budget for these videos. Raises `NotAllowed`, `StaleState`."""
    check(by, Action.SET_BUDGETS)
    with services.uow("budget.end") as tx:
        if not tx.budgets.end(budget.id, by=by.name, at=services.clock()):
            raise StaleState(CHANGED)
        tx.audit(by, "end budget", _subject(budget), before=_said(budget))
        tx.commit()


def _in_force(course_id: str, tx: Tx) -> Budget | None:
    return next((one for one in tx.budgets.in_force(lock=True) if one.course_id == course_id), None)


def _subject(budget: Budget) -> str:
    return f"budget for {whose(budget)}"


def _said(budget: Budget | None) -> dict[str, str] | None:
    return {"usd": str(budget.usd)} if budget else None


def _weight(alert: Alert) -> int:
    return [*Threshold].index(alert.threshold)
