"""`cli.py schema …`: the school's tables, and what Lectern adds to them."""

from collections.abc import Sequence

import click

from commands.session import PENDING, Group, Session, pass_session
from commands.text import counted, table
from core import applying, inspecting, withdrawing
from core.correction import Correction
from core.inspecting import Planned, SchemaStatus
from core.schema_run import Applied
from core.statement import script
from core.target import OFFERS
from core.withdrawing import Withdrawn

RUN_COLUMNS = ("id", "purpose", "state", "by", "started_at", "finished_at", "error")


@click.group(cls=Group)
def schema() -> None:
    """The columns, indexes and tables that the school's database needs for Mux."""


@schema.command()
@pass_session
def status(session: Session) -> None:
    """Say whether the tables are current: exit code 0, or 3 when changes are pending."""
    found = inspecting.status(services=session.services)
    session.show({"current": found.current, **_fields(found)}, lambda: _status_text(found))
    if not found.current:
        raise click.exceptions.Exit(PENDING)


def _fields(found: SchemaStatus) -> dict[str, object]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def _status_text(found: SchemaStatus) -> str:
    lines = [f"{counted(found.pending, 'change')} pending."] if found.pending else []
    lines += ["The schema is up to date."] if found.current else []
    for review in found.tables:
        missing = [*review.missing_columns, *review.missing_indexes]
        lines += [f"{review.table}: missing {', '.join(missing)}"] if missing else []
    lines += [
        f"{review.table}: other default than a run gave {', '.join(review.changed_defaults)}"
        for review in found.tables
        if review.changed_defaults
    ]
    lines += [f"{name}: not there, so what needs it is switched off" for name in found.absent]
    lines += [f"{name} is not in lessons; `schema offer {name}` adds it" for name in found.offers]
    waiting = counted(found.pending_rows, "row")
    lines += [f"Waiting for their columns: {waiting}."] if found.pending_rows else []
    lines += [_corrected(found.correction)] if found.correction else []
    lines += ["The last run was interrupted; apply again to finish it."] if found.interrupted else []
    return "\n".join([*lines, *found.obstacles])


def _corrected(walk: Correction) -> str:
    so_far = "" if walk.finished_at else " so far"
    return f"{counted(walk.corrected, 'lesson')} without a video set to pending{so_far}."


@schema.command()
@pass_session
def plan(session: Session) -> None:
    """Show the exact SQL, in order, and what each statement locks; nothing is changed."""
    _show_plan(session, inspecting.plan(services=session.services))


def _show_plan(session: Session, found: Sequence[Planned]) -> None:
    session.show({"statements": found}, lambda: script(found) or "Nothing to do.")


@schema.command()
@click.option("--yes", is_flag=True, help="Yes, change the school's tables.")
@pass_session
def apply(session: Session, yes: bool) -> None:
    """Bring the tables to what Lectern needs, while the site goes on."""
    if not yes:
        raise click.UsageError("Say --yes to change the tables; `schema plan` shows what would be done.")
    found = applying.apply(by=session.person, services=session.services)
    session.show(found, lambda: _applied_text(found))


@schema.command()
@click.argument("name", type=click.Choice(list(OFFERS)))
@click.option("--yes", is_flag=True, help="Yes, add it.")
@pass_session
def offer(session: Session, name: str, yes: bool) -> None:
    """Show the SQL that adds a column which the school fills itself; with --yes, add it."""
    if not yes:
        _show_plan(session, inspecting.plan(services=session.services, offer=name))
        return
    added = applying.apply(by=session.person, services=session.services, offer=name)
    session.show(added, lambda: _applied_text(added))


@schema.command()
@click.option("--run", "of", type=int, help="Only what this run added; its id stands in the history.")
@click.option("--yes", is_flag=True, help="Yes, take it away.")
@pass_session
def undo(session: Session, of: int | None, yes: bool) -> None:
    """List what Lectern added; with --yes, take away what of it is still empty."""
    if not yes:
        names = withdrawing.going(services=session.services, of=of)
        session.show({"would_drop": names}, lambda: "\n".join(names) or "Nothing of ours is there.")
        return
    found = withdrawing.undo(by=session.person, services=session.services, of=of)
    session.show({"dropped": found.dropped, "stays": found.stays}, lambda: _undone_text(found))


def _undone_text(found: Withdrawn) -> str:
    dropped = f"Taken away: {', '.join(found.dropped) or 'nothing'}."
    return " ".join(filter(None, [dropped, found.stays]))


def _applied_text(found: Applied) -> str:
    if found.run is None:
        return "Nothing to do: the schema is up to date."
    tables, columns, indexes = found.tables_created, found.columns_added, found.indexes_created
    if not (tables or columns or indexes):  # defaults set again, or checks of an undo lifted
        return f"Done: {counted(len(found.run.steps), 'statement')}. Nothing was added."
    added = counted(len(tables), "table"), counted(len(columns), "column")
    return f"Added: {', '.join(added)}, {counted(len(indexes), 'index', 'indexes')}."


@schema.command()
@pass_session
def history(session: Session) -> None:
    """List who changed the schema, when, and what came of it."""
    runs = inspecting.history(services=session.services)
    rows = [[getattr(run, name) for name in RUN_COLUMNS] for run in runs]
    session.show({"runs": runs}, lambda: table(RUN_COLUMNS, rows))
