"""The first page: each role sees what needs it today, failures first, then what is under way."""

import streamlit as st

from core.access import Action, Person, Role, allows
from core.batch import BatchState
from core.batch_list import BatchFilter, BatchSort, Line
from core.selection import Facets, Standing
from dashboard import access, bones, errors, formats, navigation
from dashboard.batches import listing
from dashboard.services import services
from dashboard.sources import reading
from dashboard.today import costs, notes, own

GREETINGS = {
    Role.ADMIN: "move course videos and look after those that did not make it",
    Role.OPS: "keep the migration, the events and the database running",
    Role.TEACHER: "see that your lessons play",
    Role.FINANCE: "see what moving costs",
}


def purpose(person: Person) -> str:
    """What this page is to these roles."""
    tasks = [GREETINGS[role] for role in Role if role in person.roles]
    return f"Here you {'; '.join(tasks)}."


def show(person: Person) -> None:
    """The blocks that concern this person: what needs them, what is under way, what comes next."""
    found = reading.facets()
    works = allows(person, Action.SEE_BATCHES)
    answer(found)
    if works:
        _needs(found, person)
        _live()
    if Role.TEACHER in person.roles:
        own.show(person)
    if allows(person, Action.SCAN) and not found.sources:
        bones.nothing("Nothing has been found in S3 yet.", "Scan the buckets on the Migrate page.")
        _link("Go to Migrate")
    if allows(person, Action.MIGRATE):
        _next(found)
    if Role.FINANCE in person.roles:
        costs.show(found)


def answer(found: Facets) -> None:
    """How far the school is on its way to Mux."""
    on_mux, ready = (found.standings.get(s, 0) for s in (Standing.ON_MUX, Standing.READY))
    moving, look = (found.standings.get(s, 0) for s in (Standing.MOVING, Standing.NEEDS_LOOK))
    with st.container(horizontal=True):
        st.metric("On Mux", formats.number(on_mux), width=150)
        st.metric("Moving", formats.number(moving), width=150)
        st.metric("Ready to move", formats.number(ready), width=150)
        st.metric("Need a look", formats.number(look), width=150)
    if found.scanned_at:
        st.caption(f"As of the scan {formats.ago(found.scanned_at, zone=formats.reader_zone())}.")


def _needs(found: Facets, person: Person) -> None:
    needs = list(notes.notes(found, person))
    if needs:
        st.subheader("Needs you", anchor=False)
        notes.show(needs)
    elif found.sources:
        st.markdown(":green-badge[:material/check_circle: Nothing needs you today]")


def _running() -> list[Line]:
    wanted = BatchFilter(state=BatchState.RUNNING)
    with services().uow("today.running.read") as tx:
        return tx.batches.page(wanted, BatchSort.NEWEST, number=1, size=notes.MOST)


def _live() -> None:
    """The batches under way, drawn again every 5 s while there are any."""
    runs = bool(_running())
    st.fragment(errors.guarded(_under_way), run_every="5s" if runs else None)(runs)


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
        _link(f"Choose among {formats.counted(ready, 'video')} ready to move")


def _link(label: str) -> None:
    st.page_link(navigation.PAGES / "migrate.py", label=label, icon=":material/drive_file_move:")
