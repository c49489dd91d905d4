"""How many of some lessons a role reads and may change: by asking as the role, or from grants and rule."""

from dataclasses import dataclass
from typing import Any, Self

from psycopg import errors as pg
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    column,
    exc,
    func,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from core.db.hosttext import Spelled
from core.db.profile_ddl import row_rule
from core.db.profile_roles import DatabaseRole
from core.profile import Rule
from core.profile_found import Command, ProfileFacts, Reader
from core.tie import Tie

MOST = 1000
"""Lessons that are looked at: enough to see whom a rule concerns, few enough to count behind a lock."""

BECOME = text("SELECT set_config('role', :role, true)")
CHANGES_ROWS = frozenset({Command.UPDATE, Command.DELETE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Rows read, and rows that may be changed; None: no right to. `error`: why reading failed."""

    reads: int | None = None
    changes: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Some lessons by their ids. `all_rows`: there are no others."""

    schema: str
    id_type: str
    ids: tuple[str, ...]
    all_rows: bool

    @classmethod
    def taken(cls, connection: Connection, facts: ProfileFacts) -> Self:
        """Whichever lessons come first."""
        lessons = table("lessons", column("id"), schema=facts.schema)
        ids = connection.scalars(select(cast(lessons.c.id, Text)).limit(MOST + 1)).all()
        type_ = facts.lessons["id"].base_type
        return cls(schema=facts.schema, id_type=type_, ids=tuple(ids[:MOST]), all_rows=len(ids) <= MOST)

    def by_grants(self, role: DatabaseRole) -> Count:
        """What it reads and may change where no policy holds it."""
        return _of(role, len(self.ids))

    def by_rule(self, role: DatabaseRole, rule: Rule, connection: Connection) -> Count:
        """What it would read and might change, with nobody signed in, by the row rule alone."""
        if denied := _denied(role, rule):
            return Count(error=f"permission denied for {denied}")
        if role.reads_all:
            return self.by_grants(role)
        return _of(role, self._number(connection, self._rows().where(row_rule(rule, self.schema))))

    def as_role(self, role: DatabaseRole, connection: Connection) -> Count:
        """What it reads and may change; the connection acts as the role from here on.

        Raises the driver's errors where the role cannot be taken on or something takes too long.
        """
        connection.execute(BECOME, {"role": role.name})
        if Command.SELECT not in role.rights:
            return Count()
        try:
            reads = self._number(connection, self._rows())
            changes = reads if Command.DELETE in role.rights else None
            if Command.UPDATE in role.rights:
                changes = self._number(
                    connection, self._rows().with_for_update(key_share=True, skip_locked=True)
                )
        except exc.ProgrammingError as error:
            if isinstance(error.orig, pg.InsufficientPrivilege):
                return Count(error=str(error.orig.diag.message_primary))
            raise
        return Count(reads=reads, changes=changes)

    def _rows(self) -> Select[Any]:
        # Without the schema's name in the columns: the rule speaks of `lessons` alone.
        lessons = table("lessons", column("id"), schema=self.schema)
        return select(lessons.c.id).where(lessons.c.id == any_(self._ids()))

    def _ids(self) -> ColumnElement[Any]:
        return cast(bindparam("ids", type_=ARRAY(Text)), Spelled(f"{self.id_type}[]"))

    def _number(self, connection: Connection, rows: Select[Any]) -> int:
        counted = select(func.count()).select_from(rows.subquery())
        return int(connection.execute(counted, {"ids": list(self.ids)}).scalar_one())


def _denied(role: DatabaseRole, rule: Rule) -> str:
    """What the rule asks in the role's name and the role may not; empty where it may all."""
    if Tie.BUYER in rule.ties and not role.sees_purchases:
        return "table purchases"
    return "function uid" if rule.reader is Reader.AUTH_UID and not role.calls_uid else ""


def _of(role: DatabaseRole, rows: int) -> Count:
    return Count(
        reads=rows if Command.SELECT in role.rights else None,
        changes=rows if role.rights & CHANGES_ROWS else None,
    )
