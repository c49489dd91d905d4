"""Asking for a scan, following it without holding the page, and saying how it ended."""

import streamlit as st

from core import probing, requesting
from core.access import Action
from core.scanrun import ScanRun
from dashboard import access, errors, formats, state
from dashboard.services import services
from dashboard.sources import reading

EVERY = "3s"


def button() -> None:
    """The page's one primary action, and below it how far a scan is that is under way."""
    run = newest()
    going = run is not None and run.is_open and not run.is_stuck(services().clock())
    first = reading.facets().scanned_at is None
    why_not = "A scan is under way." if going else access.why_not(Action.SCAN)
    st.button(
        "Scan the buckets" if first else "Scan again",
        icon=":material/refresh:",
        type="primary" if first else "secondary",
        on_click=errors.acting(ask),
        disabled=bool(why_not),
        help=why_not,
    )
    if run is not None and run.is_open:
        st.fragment(watch, run_every=EVERY)(run.id)


def outcome() -> None:
    """What went wrong in the newest scan, until another one goes well."""
    if said := trouble(newest()):
        st.warning(said, icon=":material/warning:")


def trouble(run: ScanRun | None) -> str:
    """Why the newest scan did not find everything; "" while one is under way and where it went well."""
    if run is None or run.finished_at is None or not run.error:
        return ""
    when = formats.ago(run.finished_at, zone=formats.reader_zone())
    reached = "did not reach everything" if run.buckets else "failed"
    return f"The last scan ({when}) {reached}. {formats.literal(f'{run.error} {run.hint}')}"


def ask() -> None:
    """Hand the scan to the worker; twice asked is once done."""
    person = access.require(Action.SCAN)
    requesting.request_scan(by=person, services=services())


@errors.guarded
def watch(run_id: int) -> None:
    """Until the run has ended: then the page shows what it found."""
    access.require(Action.SEE_SOURCES)
    run = newest()
    if run is not None and run.is_open:
        st.caption(_progress(run))
        return
    reading.forget()
    if run is not None and run.id == run_id and not run.error:
        state.say_next(f"Scanned: {formats.counted(run.sources, 'source')}.")
    st.rerun(scope="app")


def look_again_button() -> None:
    """Offered where files are listed that could not be read."""
    if access.may(Action.SCAN):
        st.button(
            "Look into unreadable files again",
            icon=":material/troubleshoot:",
            on_click=errors.acting(look_again),
            help="After you replaced files or corrected a right in S3.",
        )


def look_again() -> None:
    """Hand them to the worker."""
    person = access.require(Action.SCAN)
    count = probing.look_again(by=person, services=services())
    reading.forget()
    state.say_next(f"{formats.counted(count, 'file')} will be looked into again, which takes a moment.")
    st.rerun()


def newest() -> ScanRun | None:
    with services().uow("scan_run.read") as tx:
        return tx.scan_runs.newest()


def _progress(run: ScanRun) -> str:
    if run.is_stuck(services().clock()):
        return (
            ":orange-badge[:material/warning: Nobody scans] No worker works on the scan. "
            "Start worker.py; if it still stands after a minute, scan again: it goes on where it was."
        )
    if run.started_at is None:
        return ":gray-badge[:material/schedule: Waiting for a worker]"
    return f":blue-badge[:material/sync: Scanning] {formats.counted(run.objects, 'object')} so far"
