"""Budgets and what was told of them, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.budget import Budget, Threshold
from core.budget_alert import Alert, Telling
from core.usage import Month


@dataclass(slots=True)
class FakeBudgets:
    """Fills `Budgets`; `noted` are alerts by id, the oldest first."""

    all: list[Budget] = field(default_factory=list)
    noted: dict[UUID, Alert] = field(default_factory=dict)

    def in_force(self, *, lock: bool = False) -> Sequence[Budget]:
        standing = [one for one in self.all if one.ended_at is None]
        return sorted(standing, key=lambda one: (one.course_id != "", one.course.lower(), one.id))

    def put(self, course_id: str, course: str, usd: Decimal, *, by: str, at: datetime) -> Budget:
        for one in [one for one in self.in_force() if one.course_id == course_id]:
            self.end(one.id, by=by, at=at)
        new = Budget(id=len(self.all) + 1, course_id=course_id, course=course, usd=usd, set_by=by, set_at=at)
        self.all.append(new)
        return new

    def end(self, budget_id: int, *, by: str, at: datetime) -> bool:
        for place, one in enumerate(self.all):
            if one.id == budget_id and one.ended_at is None:
                self.all[place] = replace(one, ended_at=at)
                return True
        return False

    def told(self, month: Month) -> Mapping[int, frozenset[Threshold]]:
        found: dict[int, frozenset[Threshold]] = {}
        for one in (one for one in self.noted.values() if one.month == month):
            found[one.budget.id] = found.get(one.budget.id, frozenset()) | {one.threshold}
        return found

    def note(self, alert: Alert) -> bool:
        is_new = alert.id not in self.noted
        self.noted.setdefault(alert.id, alert)
        return is_new

    def alert(self, alert_id: UUID) -> Alert | None:
        return self.noted.get(alert_id)

    def settle(self, alert_id: UUID, telling: Telling) -> None:
        alert = self.noted[alert_id]
        names = (telling.channel, telling.user_id)
        new = [telling if (one.channel, one.user_id) == names else one for one in alert.tellings]
        self.noted[alert_id] = replace(alert, tellings=new)

    def waiting(self) -> Sequence[UUID]:
        return [one.id for one in self.noted.values() if one.waiting]

    def alerts(self, *, limit: int) -> Sequence[Alert]:
        return [*reversed(self.noted.values())][:limit]

    def alerts_of(self, month: Month) -> Sequence[Alert]:
        standing = {one.id for one in self.in_force()}
        newest = self.alerts(limit=len(self.noted))
        return [one for one in newest if one.month == month and one.budget.id in standing]
