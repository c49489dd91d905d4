"""`mux_admin.budgets`, `budget_alerts` and `budget_tellings`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from core.budget import Budget, Threshold
from core.budget_alert import Alert, Budgets, Channel, Telling, TellingState
from core.db.rows import Row, labelled
from core.db.tables import budget_alerts, budget_tellings, budgets
from core.usage import Month

b, a, t = budgets.c, budget_alerts.c, budget_tellings.c
BUDGET = "b_"
LOCK = text("LOCK TABLE mux_admin.budgets IN SHARE ROW EXCLUSIVE MODE")
WEIGHT = case({one.value: place for place, one in enumerate(Threshold)}, value=a.threshold)
IN_FORCE = b.ended_at.is_(None)


class SqlBudgets(Budgets):
    """Fills `Budgets`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def in_force(self, *, lock: bool = False) -> Sequence[Budget]:
        if lock:
            self._connection.execute(LOCK)
        query = select(budgets).where(IN_FORCE).order_by(b.course_id != "", func.lower(b.course), b.id)
        return [_budget(row) for row in self._connection.execute(query).mappings()]

    def put(self, course_id: str, course: str, usd: Decimal, *, by: str, at: datetime) -> Budget:
        before = update(budgets).where(b.course_id == course_id, IN_FORCE)
        self._connection.execute(before.values(ended_by=by, ended_at=at))
        facts = {"course_id": course_id, "course": course, "usd": usd, "set_by": by, "set_at": at}
        new = insert(budgets).values(**facts).returning(budgets)
        return _budget(self._connection.execute(new).mappings().one())

    def end(self, budget_id: int, *, by: str, at: datetime) -> bool:
        ended = update(budgets).where(b.id == budget_id, IN_FORCE).values(ended_by=by, ended_at=at)
        return self._connection.execute(ended).rowcount > 0

    def told(self, month: Month) -> Mapping[int, frozenset[Threshold]]:
        query = select(a.budget_id, func.array_agg(a.threshold)).where(a.month == month.first)
        found = self._connection.execute(query.group_by(a.budget_id))
        return {budget_id: frozenset(map(Threshold, names)) for budget_id, names in found}

    def note(self, alert: Alert) -> bool:
        row = insert(budget_alerts).values(
            id=alert.id,
            budget_id=alert.budget.id,
            month=alert.month.first,
            threshold=alert.threshold.value,
            spent_usd=alert.spent_usd,
            forecast_usd=alert.forecast_usd,
            noted_at=alert.noted_at,
        )
        new = row.on_conflict_do_nothing().returning(a.id)
        if self._connection.execute(new).first() is None:
            return False
        tellings = [{"alert_id": alert.id, **_told(one)} for one in alert.tellings]
        if tellings:
            self._connection.execute(insert(budget_tellings), tellings)
        return True

    def alert(self, alert_id: UUID) -> Alert | None:
        return next(iter(self._alerts(_alerts().where(a.id == alert_id))), None)

    def settle(self, alert_id: UUID, telling: Telling) -> None:
        mine = update(budget_tellings).where(
            t.alert_id == alert_id, t.channel == telling.channel.value, t.user_id == telling.user_id
        )
        self._connection.execute(mine.values(**_told(telling)))

    def waiting(self) -> Sequence[UUID]:
        is_waiting = t.state == TellingState.WAITING.value
        query = select(a.id).where(a.id.in_(select(t.alert_id).where(is_waiting)))
        return list(self._connection.scalars(query.order_by(a.noted_at, a.id)))

    def alerts(self, *, limit: int) -> Sequence[Alert]:
        return self._alerts(_alerts().limit(limit))

    def alerts_of(self, month: Month) -> Sequence[Alert]:
        return self._alerts(_alerts().where(a.month == month.first, IN_FORCE))

    def _alerts(self, query: Select[Any]) -> list[Alert]:
        rows = self._connection.execute(query).mappings().all()
        tellings = self._tellings([row["id"] for row in rows])
        return [_alert(row, tellings.get(row["id"], [])) for row in rows]

    def _tellings(self, alert_ids: Sequence[UUID]) -> Mapping[UUID, list[Telling]]:
        query = select(budget_tellings).where(t.alert_id.in_(alert_ids))
        found: dict[UUID, list[Telling]] = {}
        for row in self._connection.execute(query.order_by(t.channel.desc(), t.user_id)).mappings():
            found.setdefault(row["alert_id"], []).append(_telling(row))
        return found


def _alerts() -> Select[Any]:
    """With their budgets, the newest first, and of one moment what says most."""
    query = select(budget_alerts, *labelled(b, BUDGET)).join(budgets, b.id == a.budget_id)
    return query.order_by(a.noted_at.desc(), a.budget_id, WEIGHT.desc())


def _budget(row: Row, prefix: str = "") -> Budget:
    return Budget(
        id=row[prefix + "id"],
        course_id=row[prefix + "course_id"],
        course=row[prefix + "course"],
        usd=row[prefix + "usd"],
        set_by=row[prefix + "set_by"],
        set_at=row[prefix + "set_at"],
        ended_at=row[prefix + "ended_at"],
    )


def _alert(row: Row, tellings: Sequence[Telling]) -> Alert:
    return Alert(
        id=row["id"],
        budget=_budget(row, BUDGET),
        month=Month.of(row["month"]),
        threshold=Threshold(row["threshold"]),
        spent_usd=row["spent_usd"],
        forecast_usd=row["forecast_usd"],
        noted_at=row["noted_at"],
        tellings=tuple(tellings),
    )


def _telling(row: Row) -> Telling:
    return Telling(
        channel=Channel(row["channel"]),
        user_id=row["user_id"],
        state=TellingState(row["state"]),
        at=row["at"],
        tries=row["tries"],
        error=row["error"],
    )


def _told(telling: Telling) -> dict[str, Any]:
    return {
        "channel": telling.channel.value,
        "user_id": telling.user_id,
        "state": telling.state.value,
        "at": telling.at,
        "tries": telling.tries,
        "error": telling.error,
    }
