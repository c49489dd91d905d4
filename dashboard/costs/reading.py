"""What the pages of costs read. Usage comes once an hour, and each page says as of when it counts.

What is made of a month goes by the very costs that were read of it, so that tables sum up to the cards.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from core import allocating, costing, usage_reading
from core.access import Action, Person, allows
from core.allocating import MonthShares, PricedQuantity
from core.allocation import Allocation, Per, SharedRule
from core.allocation_cents import Cells, in_cents
from core.cost_changes import Change
from core.errors import AppError
from core.month_costs import MonthCosts
from core.usage import Month
from dashboard.access import of_person as of_person
from dashboard.aside import set_aside
from dashboard.services import services

KEPT_S, SETTLED_KEPT_S = 300, 3600
MANY = 1000
"""Lessons of which enough is kept to be in the way."""

SETTLED_AFTER = timedelta(days=1)
"""By then Mux has told of a month's last day."""


def _of_reader(person: Person) -> str:
    """All who see all costs see the same."""
    return "all" if allows(person, Action.SEE_COSTS) else of_person(person)


def _of_costs(found: MonthCosts) -> str:
    """Which answer it is; another one of the same month is another."""
    return f"{found.month} {found.as_of} {found.bill.total_usd}"


def _of_shares(found: MonthShares) -> str:
    seen = "all" if found.is_all else ",".join(sorted(found.lessons))
    return f"{found.month} {found.as_of} {found.bill.total_usd} {seen}"


def costs(month: Month, person: Person) -> MonthCosts:
    """The month. One that is settled hardly changes any more, and is kept for longer; another one is read
    anew as soon as usage was."""
    is_settled = services().clock() >= month.end_at + SETTLED_AFTER
    return _settled(month, person) if is_settled else _open(month, person)


def _as_read(month: Month) -> str:
    """The month by what was read of usage; while that cannot be told, by what could be told last."""
    with suppress(AppError):
        fresh = usage_reading.freshness(services=services())
        _last_told()[:] = [f"{fresh.read_at} {fresh.tried_at}"]
    return f"{month} {_last_told()}"


@st.cache_resource(show_spinner=False)
def _last_told() -> list[str]:
    return []


# Not `cache_data`, as in analytics: it would copy ten thousand lessons at each look. Nothing here is changed.
@st.cache_resource(
    ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: _of_reader, Month: _as_read}
)
def _open(month: Month, person: Person) -> MonthCosts:
    return costing.month_costs(month, by=person, services=services())


@st.cache_resource(
    ttl=SETTLED_KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: _of_reader, Month: str}
)
def _settled(month: Month, person: Person) -> MonthCosts:
    return costing.month_costs(month, by=person, services=services())


@st.cache_resource(
    ttl=SETTLED_KEPT_S,
    max_entries=16,
    show_spinner=False,
    hash_funcs={Person: _of_reader, MonthCosts: _of_costs},
)
def changed(found: MonthCosts, person: Person) -> Sequence[Change]:
    """What changed most since the month before."""
    return allocating.changed(found, by=person, services=services())


@st.cache_resource(
    ttl=SETTLED_KEPT_S,
    max_entries=16,
    show_spinner=False,
    hash_funcs={Person: _of_reader, MonthCosts: _of_costs},
)
def shares_of(found: MonthCosts, person: Person) -> MonthShares:
    """What each lesson costs of itself in this very reading of the month."""
    return allocating.shares_of(found, by=person, services=services())


@st.cache_resource(
    ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: _of_reader, Month: _as_read}
)
def own_shares(month: Month, person: Person) -> MonthShares:
    """What each lesson costs of itself, for whoever may know of their own alone."""
    return allocating.month_shares(month, by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=32, show_spinner=False, hash_funcs={MonthShares: _of_shares})
def _allocated(found: MonthShares, per: Per, rule: SharedRule, course: str) -> Allocation:
    if per in (Per.LESSON, Per.PROVIDER):
        table = allocating.allocated(found, per=per, rule=rule, course=course)
        if len(found.lessons) > MANY:
            set_aside()
        return table
    return allocating.told_by(per, _allocated(found, Per.LESSON, rule, course), found)


@st.cache_resource(ttl=KEPT_S, max_entries=32, show_spinner=False, hash_funcs={MonthShares: _of_shares})
def allocated(
    found: MonthShares, per: Per, rule: SharedRule, course: str = ""
) -> tuple[Allocation, Sequence[Cells]]:
    """The table, what shows most first, and its rows in cents."""
    table = _allocated(found, per, rule, course)
    rows = in_cents(table.rows)
    return replace(table, rows=[row for row, _ in rows]), [usd for _, usd in rows]


@st.cache_resource(
    ttl=KEPT_S, max_entries=32, show_spinner=False, hash_funcs={Person: _of_reader, Month: str}
)
def priced(month: Month, lessons: tuple[str, ...], person: Person) -> Sequence[PricedQuantity]:
    """What the own costs of a row are made of."""
    return allocating.priced(month, lessons, by=person, services=services())


def forget() -> None:
    """Count everything anew at the next look: other prices hold."""
    for kept in (_open, _settled, changed, shares_of, own_shares, _allocated, allocated, priced):
        kept.clear()
