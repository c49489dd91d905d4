"""The review: what a migration will do, before anything is done."""

from datetime import UTC, datetime

import streamlit as st

from core import migrating, naming
from core.access import Action
from core.errors import AppError
from core.migrating import Plan
from core.migration import Options, PlanTotals, PolicyRule
from core.records import Batch
from core.selection import Choice
from dashboard import access, errors, formats, metrics, navigation, reasons, state
from dashboard.services import services
from dashboard.sources import address, reading, ticks
from dashboard.state import Key


def leave_if_started() -> None:
    """To the batch that was started from here: a second click may have broken off the way there."""
    mine = state.ticked()
    if mine is not None and mine.started is not None:
        st.switch_page(navigation.PAGES / "batch.py", query_params={"id": str(mine.started)})


def choice() -> Choice | None:
    """What was ticked; None when nothing is."""
    at = address.place()
    chosen = ticks.current(at)
    return ticks.choice(chosen, at.filter) if reading.ticks_of(chosen, at) else None


def answer(plan: Plan) -> None:
    """The figures of the plan."""
    totals = plan.totals
    if not totals.create:
        return  # six noughts say less than why
    with st.container(horizontal=True):
        metrics.figure("Videos to move", formats.number(totals.create))
        metrics.figure("Length", formats.duration(plan.duration_s), help=_length_note(totals))
        metrics.figure("Size", formats.size(totals.size_bytes))
        metrics.cost(plan)
        metrics.figure(
            "Takes about", formats.duration(plan.time_s), help="At the present pace for new assets"
        )
    if plan.unpriced:
        st.caption(f"What it costs is not known. {formats.literal(plan.unpriced)}")


def consequences(totals: PlanTotals, options: Options) -> None:
    """In words: what is created, what changes, what is skipped and why."""
    st.subheader("What will happen" if totals.create else "Nothing of it can move", anchor=False)
    happens = _happens(totals, options) if totals.create else []
    lines = [*happens, *_skips(totals)] or ["What was ticked is not in the list any more. Tick anew."]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _happens(totals: PlanTotals, options: Options) -> list[str]:
    videos = formats.counted(totals.create - totals.reuse, "video")
    if options.test:
        return [f"Mux makes a test copy of {videos}: 10 seconds, gone after a day. No lesson is changed."]
    rows = formats.counted(totals.rows, "row")
    return [
        *_opens(totals, options),
        f"Mux makes a copy of {videos}. Each copy is played and compared before it is used.",
        *_reuses(totals.reuse),
        f"Then {rows} of the school's tables switch to Mux; what stood there is kept for a rollback.",
        "The files in S3 stay as they are.",
    ]


def _reuses(count: int) -> list[str]:
    if not count:
        return []
    videos = formats.counted(count, "video")
    return [f"{videos} without a new copy: one that is at Mux, or of equal bytes, is used at no cost."]


def _opens(totals: PlanTotals, options: Options) -> list[str]:
    """Public copies of private videos: said before anything else."""
    if options.policy is not PolicyRule.PUBLIC or not totals.private:
        return []
    verb = "becomes" if totals.private == 1 else "become"
    videos = formats.counted(totals.private, "private video")
    return [f":red[**{videos} {verb} playable by anyone with the address.**]"]


def _skips(totals: PlanTotals) -> list[str]:
    return [
        f"{formats.number(count)} skipped: **{reasons.SKIP[reason].short}**. {reasons.SKIP[reason].sentence}"
        for reason, count in totals.skipped.items()
        if count
    ]


def _length_note(totals: PlanTotals) -> str | None:
    if not totals.unknown_length:
        return None
    videos = formats.counted(totals.unknown_length, "video")
    return f"{videos} of unknown length: the mean of the others is taken for them."


def name_of_batch() -> str:
    """What the batch is called in lists and in the audit."""
    today = formats.moment(datetime.now(UTC), zone=formats.reader_zone())
    st.session_state.setdefault(Key.OPTION_NAME, f"Migration of {today}")
    return st.text_input("Name of the batch", max_chars=naming.LONGEST, key=Key.OPTION_NAME)


def seen(count: int) -> int:
    """How many the page said would move when it was last drawn: a click answers to that."""
    before = int(st.session_state.get(Key.REVIEWED, count))
    st.session_state[Key.REVIEWED] = count
    return before


def start(chosen: Choice, options: Options, name: str, reviewed: int) -> None:
    """Freeze the manifest, set the batch going and land on its page. The ticks are spent by it.

    A second click of the same review lands on the same batch; what is refused is said on a page drawn anew.
    """
    mine = ticks.of_session(address.place())
    try:
        mine.started = _begin(chosen, options, name, reviewed, mine.once).id
    except AppError as error:
        mine.refused = error.sentence
    except Exception as error:
        mine.refused = errors.unexpected(error)
    if mine.refused:
        st.rerun()
    # From here on a second click cannot undo anything: it finds the batch and goes there.
    reading.forget()
    state.say_next("The batch has started. You can close the browser at any time.")
    leave_if_started()


def _begin(chosen: Choice, options: Options, name: str, reviewed: int, once: str) -> Batch:
    person = access.require(Action.MIGRATE)
    return migrating.start(
        chosen, options, name=name, by=person, services=services(), reviewed=reviewed, once=once
    )


def refusal() -> None:
    """Why the start that was just asked for did not happen."""
    mine = state.ticked()
    if mine is not None and mine.refused:
        st.error(mine.refused, icon=":material/error:")
        mine.refused = ""


def start_button(options: Options, count: int, *, decided: bool) -> bool:
    """At the foot of the window; whether it was pressed.

    Not a callback: its arguments would be those of the run before, without what was changed last.
    """
    verb = "Test" if options.test else "Migrate"
    with st.bottom:
        place = st.empty()
    pressed = place.button(
        f"{verb} {formats.counted(count, 'video')}",
        key=Key.START,
        type="primary",
        disabled=not count or not decided,
        help=_why_not(count, decided),
    )
    if pressed:
        place.button("Starting …", key=Key.STARTING, type="primary", disabled=True)
    return pressed


def _why_not(count: int, decided: bool) -> str | None:
    if not count:
        return "Nothing of what is ticked can move."
    return None if decided else "Choose first who may play the copies."


def back() -> None:
    """To the list, as it was left."""
    st.page_link(
        navigation.PAGES / "migrate.py",
        label="Back to the list",
        icon=":material/arrow_back:",
        query_params=address.parameters(),
    )
