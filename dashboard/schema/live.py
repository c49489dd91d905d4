"""Who uses the tables at this moment, and how far a run is: redrawn every two seconds."""

import streamlit as st

from core import inspecting
from core.access import Action
from core.schema_live import Build, Live, TableSize, Transaction
from core.schema_run import Run, RunState
from dashboard import access, errors, formats
from dashboard.services import services

EVERY = "2s"
CALM = "No transaction longer than 5 s holds the tables, and nobody waits for them."
HIDDEN = (
    "Transactions of some roles are hidden from Lectern's role. "
    "To have them shown here, whoever owns the database grants it the role pg_read_all_stats."
)


def look() -> Live:
    """What goes on in the database."""
    return inspecting.live(by=access.require(Action.SEE_SCHEMA), services=services())


def place(found: Live) -> str:
    """`school · PostgreSQL 16.4 at 10.0.0.7`"""
    at = f" at {found.place.host}" if found.place.host else " on this machine"
    return f"{found.place.database} · PostgreSQL {found.place.version.split()[0]}{at}"


def sizes(found: Live) -> dict[str, str]:
    """About how large each table is."""
    return {size.table: _size(size) for size in found.sizes if size.rows}


def _size(size: TableSize) -> str:
    total = formats.size(size.size_bytes + size.index_bytes)
    return f"about {formats.counted(size.rows, 'row')}, {total}"


@st.fragment(run_every=EVERY)
@errors.guarded
def show(*, under_way: bool, pending: bool) -> None:
    """The run, if one is under way, and whoever is in its way. `pending`: there is something to apply."""
    found = look()
    newest = inspecting.newest_run(services())
    is_open = newest is not None and newest.is_open
    if newest and is_open:
        progress(newest)
    if is_open != under_way:
        st.rerun()  # it began or ended: the rest of the page says something else now
    lines = [*_in_the_way(found), *_builds(found), *_replicas(found)]
    if lines or is_open or pending:
        st.markdown("**Who is at the tables**" if is_open or not pending else "**Before you apply**")
        st.markdown("\n".join(f"- {line}" for line in lines) or CALM)
        if not found.sees_all:
            st.caption(HIDDEN)


def progress(run: Run) -> None:
    """A bar with its figure, and the statement under way."""
    done = len(run.steps)
    if run.state is RunState.WAITING:
        st.progress(
            0.0, "Waiting for the worker. If this lasts, look at Health: a worker may not be running."
        )
    else:
        share = done / run.planned if run.planned else 0.0
        st.progress(min(share, 1.0), f"{done} of {formats.counted(run.planned, 'statement')} done")
    if run.now:
        st.caption(f"Now: {formats.literal(run.now)}")


def _in_the_way(found: Live) -> list[str]:
    lines = [_transaction(one) for one in found.in_the_way]
    for waiter in found.waiters:
        whom = ", ".join(str(pid) for pid in waiter.blocked_by) or "nobody any more"
        waits = "waits" if waiter.seconds is None else f"has waited {formats.duration(waiter.seconds)}"
        lines.append(f"{_who(waiter.who, waiter.pid)} {waits} for process {whom}.")
    return lines


def _transaction(one: Transaction) -> str:
    does = "holds an idle transaction on" if one.idle else "has been using"
    return (
        f"{_who(one.who, one.pid)} {does} {', '.join(one.tables)} for {formats.duration(one.seconds)}: "
        "a change gives way to it and tries again."
    )


def _builds(found: Live) -> list[str]:
    return [_build(one) for one in found.builds]


def _build(one: Build) -> str:
    share = f", {formats.percent(one.share)}" if one.share is not None else ""
    behind = f"; waits for process {one.waits_for} to end its transaction" if one.waits_for else ""
    return f"An index on {formats.literal(one.table)} is being built: {one.phase}{share}{behind}."


def _replicas(found: Live) -> list[str]:
    return [
        f"Replica {formats.literal(one.name)} is {formats.duration(one.lag_s)} behind."
        for one in found.replicas
        if one.lag_s >= 1
    ]


def _who(name: str, pid: int) -> str:
    return f"{formats.literal(name)} (process {pid})"
