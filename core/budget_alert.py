"""Alerts about budgets: what is told of one, to whom, and what became of it.

Pure. An alert is noted before it is told, and told at least once under its one id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID, uuid5

from core.bill import cents
from core.budget import SHARES, Budget, Standing, Threshold
from core.cost_phrases import month_name
from core.phrases import shortened, usd
from core.usage import Month

LASTS = timedelta(days=3)
"""For so long it is tried to tell somebody."""

LONGEST_COURSE = 80
OURS = UUID("6f1d6f0e-0d5e-4c0b-9a57-0a8d1b9a4c11")


class Channel(StrEnum):
    """How an alert is told, beside the pages, which always do."""

    WEBHOOK = "webhook"
    MAIL = "mail"


class TellingState(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    """Not taken yet: it is tried until it is, or for three days."""
    SENT = "sent"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One way that an alert is told, to one person, or with `user_id` "" to whoever is there."""

    channel: Channel
    user_id: str = ""
    state: TellingState = TellingState.WAITING
    at: datetime
    tries: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a budget reached in a month, with the figures of that moment. One without `tellings` is on the
    pages alone."""

    id: UUID
    budget: Budget
    month: Month
    threshold: Threshold
    spent_usd: Decimal
    forecast_usd: Decimal | None
    noted_at: datetime
    tellings: Sequence[Telling] = ()

    @property
    def waiting(self) -> Sequence[Telling]:
        return [one for one in self.tellings if one.state is TellingState.WAITING]


class Budgets(Protocol):
    """`mux_admin.budgets`, `budget_alerts` and `budget_tellings`."""

    def in_force(self, *, lock: bool = False) -> Sequence[Budget]:
        """The school's first, then by course; with `lock` nobody changes them until this transaction ends."""

    def put(self, course_id: str, course: str, usd: Decimal, *, by: str, at: datetime) -> Budget:
        """The budget from now on, in place of the one before."""

    def end(self, budget_id: int, *, by: str, at: datetime) -> bool:
        """False where it is not in force any more."""

    def told(self, month: Month) -> Mapping[int, frozenset[Threshold]]:
        """What was noted of the month, by budget."""

    def note(self, alert: Alert) -> bool:
        """Keep it; False where it was noted before: then nothing happens."""

    def alert(self, alert_id: UUID) -> Alert | None:
        """None where there is no such alert."""

    def settle(self, alert_id: UUID, telling: Telling) -> None:
        """Note what became of a telling."""

    def waiting(self) -> Sequence[UUID]:
        """Alerts that somebody is still to be told, the oldest first."""

    def alerts(self, *, limit: int) -> Sequence[Alert]:
        """The newest first, of budgets that have ended too."""

    def alerts_of(self, month: Month) -> Sequence[Alert]:
        """Those of the month of budgets in force, the newest first."""


class Hook(Protocol):
    """Takes alerts for other programs."""

    def tell(self, said: Mapping[str, Any], *, key: str) -> None:
        """Hand it over; whoever takes it knows by `key` what came before.

        Raises `Refused` where it was not taken, `Unavailable` where nobody knows, or it may be later.
        """


def whose(budget: Budget) -> str:
    """
    >>> whose(Budget(id=1, usd=Decimal(1), set_by="ada", set_at=datetime.min))
    'all videos'
    """
    return "all videos" if budget.is_school else f"“{shortened(budget.course or 'a course', LONGEST_COURSE)}”"


def sentence(alert: Alert) -> str:
    """What happened, as `80 % of the budget for all videos is used: $96.12 of $120.00 in November 2026.`"""
    budget, month = alert.budget, month_name(alert.month)
    if alert.threshold is Threshold.FORECAST:
        likely = usd(cents(alert.forecast_usd or Decimal(0)))
        return (
            f"{month} is likely to cost {likely} for {whose(budget)}, more than the budget of "
            f"{usd(cents(budget.usd))}: {usd(cents(alert.spent_usd))} so far."
        )
    used = f"{usd(cents(alert.spent_usd))} of {usd(cents(budget.usd))} in {month}"
    if alert.threshold is Threshold.ALL:
        return f"The budget for {whose(budget)} is used up: {used}."
    return f"{SHARES[alert.threshold] * 100:.0f} % of the budget for {whose(budget)} is used: {used}."


def payload(alert: Alert, *, origin: str | None) -> Mapping[str, Any]:
    """What a webhook gets, as JSON: amounts are text in US dollars, `text` is for people."""
    forecast = alert.forecast_usd
    return {
        "id": str(alert.id),
        "type": "budget.threshold",
        "text": sentence(alert),
        "month": str(alert.month),
        "threshold": alert.threshold.value,
        "budget": {
            "id": alert.budget.id,
            "course_id": alert.budget.course_id or None,
            "course": alert.budget.course or None,
            "usd": str(cents(alert.budget.usd)),
        },
        "spent_usd": str(cents(alert.spent_usd)),
        "forecast_usd": None if forecast is None else str(cents(forecast)),
        "noted_at": alert.noted_at.isoformat(timespec="seconds"),
        "page": f"{origin}/budgets" if origin else None,
    }


def alert_of(standing: Standing, threshold: Threshold, *, at: datetime) -> Alert:
    """The alert of a budget that reached this: whoever makes it has the same id, and no other school."""
    budget = standing.budget
    name = f"{budget.id} {budget.set_at.astimezone(UTC).isoformat()} {standing.month} {threshold}"
    return Alert(
        id=uuid5(OURS, name),
        budget=budget,
        month=standing.month,
        threshold=threshold,
        spent_usd=standing.spent.spent_usd,
        forecast_usd=standing.spent.forecast_usd,
        noted_at=at,
    )
