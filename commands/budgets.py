"""`cli.py budgets`: what may be spent on videos a month."""

from collections.abc import Sequence
from typing import Any

import click

from commands.session import Command, Group, Session, pass_session
from commands.text import table
from core import budget_reading, budgeting
from core.bill import cents
from core.budget import Budget, Standing, read_amount
from core.budget_alert import whose
from core.errors import NotFound
from core.phrases import percent, usd
from core.usage import Month

HEAD = ("budget", "a month", "used", "share", "likely", "state")


@click.group(cls=Group)
def budgets() -> None:
    """What may be spent on videos a month."""


@budgets.command("list", cls=Command)
@pass_session
def list_(session: Session) -> None:
    """How each budget stands this month."""
    services, person = session.services, session.person
    month = Month.of(services.clock().date())
    spending = budget_reading.spending(month, by=person, services=services)
    found = budgeting.standings(spending, by=person, services=services)
    told = {"month": str(month), "budgets": [_told(one) for one in found]}
    session.show(told, lambda: _text(found))


@budgets.command("set", cls=Command)
@click.argument("amount")
@click.option("--course", "course_id", default="", help="The id of the course; else it is for all videos.")
@pass_session
def set_(session: Session, amount: str, course_id: str) -> None:
    """Set what may be spent a month; a budget that is there is changed."""
    services, person = session.services, session.person
    titles = budgeting.courses(by=person, services=services) if course_id else {"": ""}
    if course_id not in titles:
        raise NotFound(f"There is no course {course_id}.", hint="Look at its id.")
    before = _in_force(course_id, session)
    found = budgeting.put(
        course_id, titles[course_id], read_amount(amount), reviewed=before, by=person, services=services
    )
    said = f"The budget for {whose(found)} is {usd(found.usd)} a month."
    session.show({"id": found.id, "course_id": course_id or None, "usd": str(cents(found.usd))}, said)


@budgets.command("end", cls=Command)
@click.option("--course", "course_id", default="", help="The id of the course; else the one for all videos.")
@pass_session
def end(session: Session, course_id: str) -> None:
    """Have no budget any more."""
    found = _in_force(course_id, session)
    if found is None:
        raise NotFound("There is no such budget.", hint="`cli.py budgets list` shows them.")
    budgeting.end(found, by=session.person, services=session.services)
    session.show({"id": found.id}, f"There is no budget for {whose(found)} any more.")


def _in_force(course_id: str, session: Session) -> Budget | None:
    found = budgeting.in_force(by=session.person, services=session.services)
    return next((one for one in found if one.course_id == course_id), None)


def _told(one: Standing) -> dict[str, Any]:
    forecast = one.spent.forecast_usd
    return {
        "id": one.budget.id,
        "course_id": one.budget.course_id or None,
        "course": one.budget.course or None,
        "usd": str(cents(one.budget.usd)),
        "spent_usd": str(cents(one.spent.spent_usd)),
        "forecast_usd": None if forecast is None else str(cents(forecast)),
        "reached": one.state,
    }


def _text(found: Sequence[Standing]) -> str:
    if not found:
        return "There is no budget yet."
    return table(HEAD, [_line(one) for one in found])


def _line(one: Standing) -> Sequence[str]:
    forecast = one.spent.forecast_usd
    return (
        whose(one.budget),
        usd(cents(one.budget.usd)),
        usd(cents(one.spent.spent_usd)),
        percent(float(one.share)),
        "" if forecast is None else usd(cents(forecast)),
        one.state or "",
    )
