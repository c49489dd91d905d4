"""`mux_admin.saved_views`: filters of the library under names of somebody's own."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from core.db.tables import saved_views
from core.errors import InvalidInput
from core.library_view import SavedView, of_kept

v = saved_views.c
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('saved views of ' || :person, 0))")
"""Until the transaction ends nobody else adds to or renames this person's views."""


class SqlSavedViews:
    """`SavedViews` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, person: str) -> Sequence[SavedView]:
        query = select(v.id, v.name, v.place).where(v.person == person)
        rows = self._connection.execute(query.order_by(func.lower(v.name), v.id))
        return [_view(row.id, row.name, row.place) for row in rows]

    def add(self, person: str, name: str, values: Mapping[str, str], *, most: int) -> bool:
        self._connection.execute(ALONE, {"person": person})
        mine = select(func.count()).select_from(saved_views).where(v.person == person)
        if (self._connection.scalar(mine) or 0) >= most:
            return False
        self._check_free(person, name)
        row = insert(saved_views).values(person=person, name=name, place=dict(values), saved_at=func.now())
        self._connection.execute(row)
        return True

    def rename(self, person: str, view_id: int, name: str) -> bool:
        self._connection.execute(ALONE, {"person": person})
        self._check_free(person, name, but=view_id)
        named = update(saved_views).where(v.id == view_id, v.person == person).values(name=name)
        return self._connection.execute(named).rowcount == 1

    def delete(self, person: str, view_id: int) -> bool:
        gone = delete(saved_views).where(v.id == view_id, v.person == person)
        return self._connection.execute(gone).rowcount == 1

    def _check_free(self, person: str, name: str, *, but: int = 0) -> None:
        taken = select(v.id).where(v.person == person, v.name == name, v.id != but)
        if self._connection.scalar(taken) is not None:
            raise InvalidInput(
                "You have a view of this name.", hint="Choose another name, or delete that one."
            )


def _view(view_id: int, name: str, values: Mapping[str, str]) -> SavedView:
    filter, sort, look = of_kept(values)
    return SavedView(id=view_id, name=name, filter=filter, sort=sort, look=look)
