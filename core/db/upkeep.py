"""`mux_admin.environment`, `discards`, `reconciles` and `masters`."""

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from core.access import Person
from core.db.masters import MasterRows
from core.db.old_rows import FORGET
from core.db.rows import Row
from core.db.tables import discards, environment, local_keys, reconciles
from core.upkeep import Environment, Old, Reconciled, ReconcileRow, Wish

c = discards.c
COUNTS = [reconciles.c[field.name] for field in fields(Reconciled)]


class SqlUpkeep(MasterRows):
    """Fills `Upkeep`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def environment(self) -> Environment | None:
        row = self._connection.execute(select(environment.c.id, environment.c.name)).first()
        return Environment(id=row.id, name=row.name) if row else None

    def note_environment(self, environment_: Environment) -> None:
        row = insert(environment).values(sole=True, **asdict(environment_), noted_at=func.now())
        self._connection.execute(row.on_conflict_do_nothing())

    def want_gone(self, asset_id: str, *, asked: bool, by: Person) -> None:
        who = {"actor": by.name, "actor_subject": by.subject}
        new = insert(discards).values(asset_id=asset_id, asked=asked, wanted_at=func.now(), **who)
        by_person = new.on_conflict_do_update(
            index_elements=[c.asset_id], set_={"asked": True, **who}, where=new.excluded.asked & ~c.asked
        )
        self._connection.execute(by_person)

    def wish(self, asset_id: str) -> Wish | None:
        row = self._connection.execute(select(discards).where(c.asset_id == asset_id)).mappings().first()
        return _wish_of(row) if row else None

    def wishes(self, *, tried_before: datetime, limit: int = 100) -> list[str]:
        due = (
            select(c.asset_id)
            .where(or_(c.tried_at.is_(None), c.tried_at < tried_before))
            .order_by(c.tried_at.asc().nulls_first(), c.asset_id)
            .limit(limit)
        )
        return list(self._connection.scalars(due))

    def tried(self, asset_id: str, *, now: datetime) -> None:
        self._connection.execute(update(discards).where(c.asset_id == asset_id).values(tried_at=now))

    def drop_wish(self, asset_id: str) -> Wish | None:
        gone = delete(discards).where(c.asset_id == asset_id).returning(discards)
        row = self._connection.execute(gone).mappings().first()
        return _wish_of(row) if row else None

    def reconciled(self, row: ReconcileRow) -> None:
        values = {
            "actor": row.by,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
            "error": row.error,
            "hint": row.hint,
        }
        self._connection.execute(insert(reconciles).values(**values, **asdict(row.found)))

    def forget(self, old: Old, *, before: datetime, limit: int) -> int:
        return self._connection.execute(FORGET[old], {"before": before, "most": limit}).rowcount

    def local_secret(self) -> str:
        return str(self._connection.scalar(select(local_keys.c.secret).where(local_keys.c.name == "local")))

    def last_reconcile(self) -> ReconcileRow | None:
        newest = select(reconciles).order_by(reconciles.c.id.desc()).limit(1)
        row = self._connection.execute(newest).mappings().first()
        return _reconcile_of(row) if row else None


def _wish_of(row: Row) -> Wish:
    # The e-mail is not kept: only its name part is shown anywhere.
    by = Person(subject=row["actor_subject"], email=row["actor"], roles=frozenset())
    return Wish(asset_id=row["asset_id"], asked=row["asked"], by=by)


def _reconcile_of(row: Row) -> ReconcileRow:
    return ReconcileRow(
        by=row["actor"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        found=Reconciled(**{column.name: row[column.name] for column in COUNTS}),
        error=row["error"],
        hint=row["hint"],
    )
