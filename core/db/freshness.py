"""How far what is read from Mux goes: the last run that went well, and the last ones that did not."""

from datetime import date, datetime

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.postgresql import insert

from core.figures import Freshness, Outcome


def note_read(
    connection: Connection,
    reads: Table,
    at: datetime,
    outcome: Outcome,
    *,
    error: str | None,
    hint: str,
) -> None:
    """A run ended so; `reads` has a row for each outcome."""
    facts = {"at": at, "error": error, "hint": hint}
    noted = insert(reads).values(outcome=outcome, **facts)
    connection.execute(noted.on_conflict_do_update(index_elements=["outcome"], set_=facts))


def freshness(connection: Connection, reads: Table, *, final_to: date | None) -> Freshness:
    """What the last runs say together."""
    found = {row.outcome: row for row in connection.execute(select(reads))}
    read = found.get(Outcome.READ)
    last = max(found.values(), key=lambda row: (row.at, row is not read), default=None)
    stands = last if last is not read else None
    return Freshness(
        read_at=read.at if read else None,
        tried_at=last.at if last else None,
        error=stands.error if stands else None,
        hint=stands.hint if stands else "",
        is_partly=stands is not None and stands.outcome == Outcome.PARTLY,
        final_to=final_to,
    )
