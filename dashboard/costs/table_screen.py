"""The cost table as one fragment: whose costs are whose, by what, and how what all share is laid on them."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from core import allocating, cost_phrases
from core.access import Action, Person, allows
from core.allocation import Allocation, Per
from core.allocation_cents import Cells, together
from core.bill import cents
from core.errors import UnknownPrice
from dashboard import access, bones, errors, formats, kept
from dashboard.costs import address, export, freshness, ranking, reading, screen, terms
from dashboard.costs.address import COURSE, PAGE, PER, RULE, Place
from dashboard.keys import Key
from dashboard.services import services

SIZE = 50
RULE_PX, COURSE_PX = 230, 225


def purpose() -> str:
    """Whose costs they are."""
    if access.may(Action.SEE_COSTS):
        return "Whose costs are whose: by course, teacher, lesson or provider."
    return "What the videos of your lessons cost: those that you made, or that your courses publish."


@st.fragment
@errors.guarded
def show() -> None:
    """Look at a month."""
    person = access.require(Action.SEE_OWN_COSTS)
    allocating.reader_of(person, services=services())
    at = address.place(providers=allows(person, Action.SEE_COSTS))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        address.choose_month(at.month)
        _narrow(at, person)
    with errors.shown():
        try:
            found = reading.allocated(at.month, at.per, at.rule, at.course, person)
        except UnknownPrice as error:
            screen.no_price(error)
            return
        if found.rows:
            _full(found, at, person)
        else:
            _empty(at, person)


def _narrow(at: Place, person: Person) -> None:
    sees_all = allows(person, Action.SEE_COSTS)
    every = {per.value: words for per, words in terms.PER.items() if sees_all or per is not Per.PROVIDER}
    put = (Key.COSTS_PER, PER, PAGE)
    kept.segments("By", Key.COSTS_PER, every, at.per.value, on_change=kept.changed, args=put)
    if at.per is Per.PROVIDER:
        return
    rules = {rule.value: words for rule, words in terms.RULE.items()}
    kept.choose("What all share", Key.COSTS_RULE, RULE, at.rule.value, rules, page=PAGE, width=RULE_PX)
    courses = {"": "All courses", **_courses(at, person)}
    kept.choose("Course", Key.COSTS_COURSE, COURSE, at.course, courses, page=PAGE, width=COURSE_PX)


def _courses(at: Place, person: Person) -> dict[str, str]:
    """Those whose lessons are seen; none while nothing can be told."""
    try:
        lessons = reading.shares(at.month, person).lessons.values()
    except UnknownPrice:
        return {}
    found = {one.course_id: one.course for one in lessons if one.course_id}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def _full(found: Allocation, at: Place, person: Person) -> None:
    whole = reading.cells(at.month, at.per, at.rule, at.course, person)
    sees_all = allows(person, Action.SEE_COSTS)
    costs = reading.costs(at.month, person) if sees_all else None
    if costs:
        freshness.trouble(costs.fresh, person)
    st.markdown(f"**{formats.literal(_answer(found, whole, sees_all=sees_all))}**")
    st.caption(formats.literal(freshness.said(costs) if costs else _as_of(found)))
    if at.per is not Per.PROVIDER:
        st.caption(
            f"What all share is {terms.SHARED}: {terms.RULE_SAID[at.rule]}. "
            "A video that several lessons play counts evenly to each."
        )
    if costs:
        freshness.missing(costs)
    pages = kept.pages(len(found.rows), SIZE)
    number = min(at.page, pages)
    part = slice((number - 1) * SIZE, number * SIZE)
    rows = found.rows[part]
    ranking.show(rows, whole[part], found, place="table", total=together(whole))
    said = kept.part(number, SIZE, len(rows), len(found.rows))
    kept.pager(said, Key.COSTS_PAGE, PAGE, number, pages=pages)
    export.buttons(
        export.Maker(
            found=found,
            cells=whole,
            shares=reading.shares(at.month, person),
            costs=costs,
            now=services().clock(),
        )
    )


def _as_of(found: Allocation) -> str:
    return f"As of {formats.moment(found.as_of, zone=formats.reader_zone())}."


def _answer(found: Allocation, whole: Sequence[Cells], *, sees_all: bool) -> str:
    """What the rows come to; of how much, where they are not all, for whoever may know."""
    shown = sum((usd for one in whole for usd in one.values()), Decimal(0))
    all_of_it = cents(found.total_usd)
    of = f" of {formats.usd(all_of_it)}" if sees_all and shown != all_of_it else ""
    things = formats.counted(sum(row.shared is None for row in found.rows), found.per.value)
    over = "" if found.as_of >= found.month.end_at else " so far"
    return f"{formats.usd(shown)}{of}{over} in {cost_phrases.month_name(found.month)}, {things}"


def _empty(at: Place, person: Person) -> None:
    if at.course:
        bones.nothing("No lesson of this course cost anything.", "Look at all courses, or another month.")
    elif allows(person, Action.SEE_COSTS):
        screen.empty(reading.costs(at.month, person))
    elif person.host_user_id is None:
        bones.nothing("The school does not know you, so no lesson is yours.", "Ask an admin to add you.")
    else:
        bones.nothing("No lesson of yours cost anything.", "Look at another month.")
