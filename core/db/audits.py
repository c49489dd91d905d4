"""`mux_admin.audit`: who did what, in the transaction that did it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select

from core.access import Person
from core.db.tables import audit
from core.records import AuditRow

ADD = insert(audit).values(at=func.now())


class SqlAudit:
    """Fills `Audit`; `add` is what `Tx.audit` calls."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        actor: Person,
        action: str,
        subject: str,
        *,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        row = {
            "actor": actor.name,
            "actor_subject": actor.subject,
            "action": action,
            "subject": subject,
            "before": before,
            "after": after,
        }
        self._connection.execute(ADD, row)

    def newest(self, *, limit: int = 100, subject: str = "") -> list[AuditRow]:
        """The newest rows; `subject` narrows to one thing (`batch 7`) or to a kind of things (`batch`)."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if subject:
            query = query.where(or_(audit.c.subject == subject, audit.c.subject.startswith(f"{subject} ")))
        return [audit_row(row) for row in self._connection.execute(query).mappings()]


def audit_row(row: Mapping[Any, Any]) -> AuditRow:
    """As the pages see a row of the audit."""
    return AuditRow(
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        subject=row["subject"],
        before=row["before"],
        after=row["after"],
    )
