"""`mux_admin.digests`: each person's letter of each week."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from core.db.tables import digests
from core.digest import Digests, DigestState, DigestWeek, week_from

c = digests.c


class SqlDigests(Digests):
    """Fills `Digests`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def settled(self, week: date) -> Collection[str]:
        query = select(c.user_id).where(c.week == week, c.state != DigestState.PUT_OFF.value)
        return frozenset(self._connection.scalars(query))

    def begin(self, week: date, user_id: str, *, at: datetime) -> bool:
        facts = {"state": DigestState.SENDING.value, "at": at, "error": None}
        new = insert(digests).values(week=week, user_id=user_id, **facts)
        again = new.on_conflict_do_update(
            index_elements=[c.week, c.user_id], set_=facts, where=c.state == DigestState.PUT_OFF.value
        )
        return self._connection.execute(again.returning(c.user_id)).first() is not None

    def settle(
        self, week: date, user_id: str, state: DigestState, *, at: datetime, error: str | None = None
    ) -> None:
        mine = update(digests).where(c.week == week, c.user_id == user_id)
        self._connection.execute(mine.values(state=state.value, at=at, error=error))

    def newest(self) -> DigestWeek | None:
        week = self._connection.scalar(select(func.max(c.week)))
        if week is None:
            return None
        counted = select(c.state, func.count()).where(c.week == week).group_by(c.state)
        counts = {DigestState(state): count for state, count in self._connection.execute(counted)}
        failed = select(c.error).where(c.week == week, c.error.is_not(None))
        last = failed.order_by(c.at.desc(), c.user_id.desc()).limit(1)
        return DigestWeek(week=week_from(week), counts=counts, error=self._connection.scalar(last))
