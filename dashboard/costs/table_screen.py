"""The cost table as one fragment: whose costs are whose, by what, and how what all share is laid on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from core import allocating, cost_phrases
from core.access import Action, Person, allows
from core.allocating import MonthShares
from core.allocation import Allocation, Per
from core.allocation_cents import Cells, together
from core.bill import cents
from core.errors import UnknownPrice
from core.month_costs import MonthCosts
from core.usage import Month
from dashboard import access, bones, errors, formats, kept
from dashboard.costs import address, export, freshness, ranking, reading, screen, terms
from dashboard.costs.address import COURSE, PAGE, PER, RULE, Place
from dashboard.keys import Key
from dashboard.services import services

SIZE = 50
RULE_PX, COURSE_PX = 230, 225


@dataclass(frozen=True, slots=True)
class _Read:
    """A month, once, so that all on the page is of the same reading; its costs for who may see all."""

    costs: MonthCosts | None
    shares: MonthShares


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
        read = _read(at.month, person)
        _narrow(at, read, person)
    with errors.shown():
        if isinstance(read, UnknownPrice):
            screen.no_price(read)
            return
        found, cells = reading.allocated(read.shares, at.per, at.rule, at.course)
        if found.rows:
            _full(found, cells, read, at, person)
        else:
            _empty(read.costs, at, person)


def _read(month: Month, person: Person) -> _Read | UnknownPrice:
    """Or why nothing can be told of it."""
    try:
        if not allows(person, Action.SEE_COSTS):
            return _Read(None, reading.own_shares(month, person))
        costs = reading.costs(month, person)
        return _Read(costs, reading.shares_of(costs, person))
    except UnknownPrice as error:
        return error


def _narrow(at: Place, read: _Read | UnknownPrice, person: Person) -> None:
    sees_all = allows(person, Action.SEE_COSTS)
    every = {per.value: words for per, words in terms.PER.items() if sees_all or per is not Per.PROVIDER}
    put = (Key.COSTS_PER, PER, PAGE)
    kept.segments("By", Key.COSTS_PER, every, at.per.value, on_change=kept.changed, args=put)
    if at.per is Per.PROVIDER:
        return
    rules = {rule.value: words for rule, words in terms.RULE.items()}
    kept.choose("What all share", Key.COSTS_RULE, RULE, at.rule.value, rules, page=PAGE, width=RULE_PX)
    courses = {"": "All courses"} | ({} if isinstance(read, UnknownPrice) else _courses(read.shares))
    kept.choose("Course", Key.COSTS_COURSE, COURSE, at.course, courses, page=PAGE, width=COURSE_PX)


def _courses(shares: MonthShares) -> dict[str, str]:
    """Those whose lessons are seen."""
    found = {one.course_id: one.course for one in shares.lessons.values() if one.course_id}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def _full(found: Allocation, cells: Sequence[Cells], read: _Read, at: Place, person: Person) -> None:
    costs = read.costs
    if costs:
        freshness.trouble(costs.fresh, person)
    st.markdown(f"**{formats.literal(_answer(found, cells, sees_all=costs is not None))}**")
    st.caption(formats.literal(freshness.said(costs) if costs else _as_of(found)))
    if at.per is not Per.PROVIDER:
        st.caption(
            f"What all share is {terms.SHARED}: {terms.RULE_SAID[at.rule]}. "
            "A video that several lessons play counts evenly to each."
        )
    if costs:
        freshness.missing(costs)
    _rows(found, cells, at)
    export.buttons(
        export.Maker(found=found, cells=cells, shares=read.shares, costs=costs, now=services().clock())
    )


def _rows(found: Allocation, cells: Sequence[Cells], at: Place) -> None:
    """A page of them, over the sum of all."""
    pages = kept.pages(len(found.rows), SIZE)
    number = min(at.page, pages)
    part = slice((number - 1) * SIZE, number * SIZE)
    rows = found.rows[part]
    ranking.show(rows, cells[part], found, place="table", total=together(cells))
    said = kept.part(number, SIZE, len(rows), len(found.rows))
    kept.pager(said, Key.COSTS_PAGE, PAGE, number, pages=pages)


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


def _empty(costs: MonthCosts | None, at: Place, person: Person) -> None:
    if at.course:
        bones.nothing("No lesson of this course cost anything.", "Look at all courses, or another month.")
    elif costs:
        screen.empty(costs)
    elif person.host_user_id is None:
        bones.nothing("The school does not know you, so no lesson is yours.", "Ask an admin to add you.")
    else:
        bones.nothing("No lesson of yours cost anything.", "Look at another month.")
