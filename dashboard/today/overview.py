"""The first page: each role sees what needs it today, failures first, then what is under way."""

import streamlit as st

from core.access import Action, Person, Role, allows
from core.batch import BatchState
from core.batch_list import BatchFilter, BatchSort, Line
from core.selection import Facets, Standing
from dashboard import access, bones, errors, formats, metrics, note, words
from dashboard.batches import listing
from dashboard.costs import budget_notes
from dashboard.services import services
from dashboard.sources import reading
from dashboard.today import costs, notes, own

EVERY = "5s"
TASKS = {
    Role.ADMIN: "Move course videos, and look after those that failed.",
    Role.OPS: "Keep the migration, the events and the database running.",
    Role.TEACHER: "See that your lessons play.",
    Role.FINANCE: "See what videos cost.",
}


def purpose(person: Person) -> str:
    """What this page is to these roles."""
    return " ".join(TASKS[role] for role in Role if role in person.roles)


def show(person: Person) -> None:
    """The blocks that concern this person: what needs them, what is under way, what comes next."""
    found = reading.facets()
    if allows(person, Action.SEE_BATCHES):
        _work(found, person)
    if Role.TEACHER in person.roles:
        own.show(person)
    if allows(person, Action.MIGRATE):
        _next(found)
    if Role.FINANCE in person.roles:
        if not allows(person, Action.SEE_BATCHES):
            note.show(budget_notes.notes(person))
        costs.show(found, person)


def _work(found: Facets, person: Person) -> None:
    """How far the school is, and what is under way: drawn again every 5 s while a batch runs."""
    runs = bool(_running())
    every = EVERY if runs else None
    if found.sources:
        st.fragment(errors.guarded(_answer), run_every=every)()
    else:
        bones.nothing(
            "Nothing has been found in S3 yet.",
            "Scan the buckets on the Migrate page.",
            page="migrate.py",
            label="Go to Migrate",
        )
    _needs(found, person)
    st.fragment(errors.guarded(_under_way), run_every=every)(runs)


def _answer() -> None:
    """How far the school is on its way to Mux."""
    access.require(Action.SEE_BATCHES)
    found = reading.facets()
    with st.container(horizontal=True):
        for standing in (Standing.ON_MUX, Standing.MOVING, Standing.READY, Standing.NEEDS_LOOK):
            metrics.figure(words.STANDING[standing].word, formats.number(found.standings.get(standing, 0)))
    if found.scanned_at:
        st.caption(f"Videos, as of the scan {formats.ago(found.scanned_at, zone=formats.reader_zone())}.")


def _needs(found: Facets, person: Person) -> None:
    needs = list(notes.notes(found, person))
    if needs:
        st.subheader("Needs you", anchor=False)
        note.show(needs)
    elif found.sources:
        st.markdown(":green-badge[:material/check_circle: Nothing needs you today]")


def _running() -> list[Line]:
    wanted = BatchFilter(state=BatchState.RUNNING)
    with services().uow("today.running.read") as tx:
        return tx.batches.page(wanted, BatchSort.NEWEST, number=1, size=notes.MOST)


def _under_way(ran: bool) -> None:
    access.require(Action.SEE_BATCHES)
    running = _running()
    if bool(running) != ran:
        st.rerun(scope="app")  # the last one has ended: what needs somebody may have changed
    if running:
        st.subheader("Under way", anchor=False)
    for batch, progress in running:
        listing.line(batch, progress)


def _next(found: Facets) -> None:
    if ready := found.standings.get(Standing.READY, 0):
        bones.link("migrate.py", f"Choose among {formats.counted(ready, 'video')} ready to move")
