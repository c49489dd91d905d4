"""The first page: each role sees what needs it today, failures first, then what is under way."""

import streamlit as st

from core import migrating
from core.access import Action, Person, Role, allows
from core.batch import BatchState
from core.migration import Options
from core.records import Facets
from core.selection import Choice, Filter, Standing
from dashboard import bones, errors, formats, navigation
from dashboard.batches import listing
from dashboard.services import services
from dashboard.sources import reading
from dashboard.today import notes

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
    """The blocks that concern this person."""
    found = reading.facets()
    works = allows(person, Action.SEE_BATCHES)
    lines = listing.newest() if works else []
    answer(found)
    if works:
        _needs(found, lines)
        st.fragment(errors.guarded(_under_way), run_every="5s" if _running(lines) else None)()
    if allows(person, Action.MIGRATE):
        _next(found)
    if Role.FINANCE in person.roles:
        _costs()
    if person.roles == {Role.TEACHER}:
        bones.nothing("Nothing needs you today.", "Lessons go on playing while their videos move to Mux.")


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


def _needs(found: Facets, lines: list[listing.Line]) -> None:
    needs = list(notes.notes(found, lines))
    if needs:
        st.subheader("Needs you", anchor=False)
        notes.show(needs)
    elif found.sources:
        st.markdown(":green-badge[:material/check_circle: Nothing needs you today]")


def _running(lines: list[listing.Line]) -> list[listing.Line]:
    return [line for line in lines if line[0].state is BatchState.RUNNING]


def _under_way() -> None:
    running = _running(listing.newest())
    if running:
        st.subheader("Under way", anchor=False)
    for batch, progress in running:
        listing.line(batch, progress)


def _next(found: Facets) -> None:
    ready = found.standings.get(Standing.READY, 0)
    if not found.sources:
        bones.nothing("Nothing has been found in S3 yet.", "Scan the buckets on the Migrate page.")
    if ready or not found.sources:
        label = f"Choose among {formats.counted(ready, 'video')} ready to move" if ready else "Go to Migrate"
        st.page_link(navigation.PAGES / "migrate.py", label=label, icon=":material/drive_file_move:")


def _costs() -> None:
    """What moving the rest would cost, for whoever pays."""
    rest = Choice(filter=Filter(standing=Standing.READY))
    plan = migrating.plan(rest, Options(), services=services())
    cost, count = plan.estimate, plan.totals.create
    st.subheader("What is left to move", anchor=False)
    with st.container(horizontal=True):
        st.metric("Videos", formats.number(count), width=150)
        st.metric("Once", formats.usd(cost.once_usd), width=150, help="Mux input and S3 egress, list prices")
        st.metric("Every month", formats.usd(cost.monthly_usd), width=150, help="Mux storage, list price")
    st.caption(f"Estimated at Mux's list prices for quality {cost.quality} at {cost.tier}.")
