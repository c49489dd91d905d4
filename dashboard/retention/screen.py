"""How one lesson is watched, as one fragment: the answer, the player beside the curve, moments, days."""

import streamlit as st

from core import retention_looking
from core.access import Action
from core.period import Period
from core.retention import Curve
from core.retention_looking import LessonViewing
from dashboard import access, bones, errors, formats, kept, query
from dashboard.analytics import freshness, reading
from dashboard.analytics import terms as words
from dashboard.analytics.address import PERIOD
from dashboard.compare import address as compare
from dashboard.retention import audience, beside, curve, daily, moments, quality, sheets, terms, week
from dashboard.services import services
from dashboard.state import Key

EVERY, SELDOM = "2s", "15s"
UNTITLED = "Untitled"
SKELETON_PX = 300


def load(lesson_id: str) -> LessonViewing:
    """As far as it is known now. Raises `NotFound`, `NotAllowed`."""
    person = access.require_some(Action.SEE_VIEWING)
    return retention_looking.look(lesson_id, period(), by=person, services=services())


def period() -> Period:
    """What the address says; a word that there is not (any more) counts for nothing."""
    return Period(query.known(PERIOD, Period) or Period.FOUR_WEEKS)


def title(seen: LessonViewing) -> str:
    """Its title, on one line."""
    return " ".join(seen.title.split()) or UNTITLED


def purpose(seen: LessonViewing) -> str:
    """What is told here, and of which course it is."""
    course = f" · {formats.literal(seen.course)}" if seen.course else ""
    return f"How this lesson is watched{course}"


def links(seen: LessonViewing) -> None:
    """The ways on: the lesson itself, and others beside it."""
    with st.container(gap="xsmall"):
        if access.may(Action.SEE_LIBRARY):
            bones.link("lesson.py", "The lesson", query={"lesson": seen.lesson_id})
        bones.link(compare.PAGE, "Compare it", query=compare.way([seen.lesson_id], period()))


def show(seen: LessonViewing) -> None:
    """Looks again by itself while the curve is on its way, and where the last try failed."""
    often = every(seen)
    st.fragment(errors.guarded(_draw), run_every=often)(seen.lesson_id, often)


def every(seen: LessonViewing) -> str | None:
    """How often to look again by itself."""
    if seen.is_coming:
        return EVERY
    return SELDOM if seen.kept and seen.kept.error else None


def _draw(lesson_id: str, often: str | None) -> None:
    person = access.require_some(Action.SEE_VIEWING)
    narrow(Key.RETENTION_PERIOD)
    seen = load(lesson_id)
    if often != every(seen):
        st.rerun(scope="app")  # so that it looks again by itself, or no longer
    freshness.trouble(seen.fresh, person)
    st.caption(formats.literal(f"{words.span(seen.days)} · {freshness.said(seen.fresh)}"))
    _answer(seen)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        beside.show(seen)
    if isinstance(seen.curve, Curve):
        moments.show(seen, seen.curve)
    daily.show(seen)
    audience.show(seen)
    week.show(seen)
    quality.show(seen)
    sheets.buttons(seen)
    with right:  # last, because what is said there is read from S3: all else does not wait for it
        _parts(seen)


def narrow(key: Key) -> None:
    """The period to choose."""
    periods = {one.value: said for one, said in words.PERIOD.items()}
    kept.segments(
        "Period",
        key,
        periods,
        period().value,
        on_change=kept.changed,
        args=(key, PERIOD, "page"),
    )


def _answer(seen: LessonViewing) -> None:
    done = seen.completion
    why = terms.BASIS[done.basis] if done else "Nothing that it could be worked out from is known."
    with st.container(horizontal=True, gap="medium"):
        st.metric("Views", words.count(seen.told.views), width="content")
        st.metric("Watch time", words.watch_time(seen.told.watch_ms), width="content")
        st.metric("Watch to the end (estimate)", terms.completion(done), width="content", help=why)


def _parts(seen: LessonViewing) -> None:
    """The curve, or why there is none."""
    if seen.asset_id is None:
        bones.nothing(*terms.ELSEWHERE[seen.provider])
        return
    _coming(seen)
    if isinstance(seen.curve, Curve):
        person = access.require_some(Action.SEE_VIEWING)
        curve.show(seen, seen.curve, reading.script(seen.lesson_id, person))
    elif seen.curve is not None:
        bones.nothing(*terms.NO_CURVE[seen.curve])
    elif seen.is_coming:
        st.skeleton(height=SKELETON_PX)


def _coming(seen: LessonViewing) -> None:
    """Whether newer figures are on their way, or why they did not come."""
    if seen.kept and seen.kept.error:
        is_partly = seen.kept.is_partly
        stays = " The curve below is the last that came." if seen.curve and not is_partly else ""
        what = "Not all that belongs to the curve came" if is_partly else "The curve could not be fetched"
        words_of = f"{what}: {seen.kept.error} {seen.kept.hint}{stays}"
        st.warning(formats.literal(words_of), icon=":material/sync_problem:")
    elif seen.is_coming:
        st.caption(
            ":material/hourglass_top: Which parts are watched is being fetched from Mux; it comes by itself."
        )
    elif seen.kept and seen.kept.days and seen.kept.days != seen.days:
        st.caption(f"The curve is of {words.span(seen.kept.days)}: Mux keeps 100 days.")
