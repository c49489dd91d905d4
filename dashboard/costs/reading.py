"""What the pages of costs read. Usage comes once an hour, and each page says as of when it counts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from core import allocating, costing
from core.access import Person
from core.allocating import MonthShares, PricedQuantity
from core.allocation import Allocation, Per, SharedRule
from core.allocation import cells as cells_of
from core.cost_changes import Change
from core.month_costs import Group, MonthCosts
from core.usage import Month
from dashboard.access import of_person as of_person
from dashboard.services import services

Cells = Mapping[Group | None, Decimal]
KEPT_S = 300


# Not `cache_data`, as in analytics: it would copy ten thousand lessons at each look. Nothing here is changed.
@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def costs(month: Month, person: Person) -> MonthCosts:
    """The month."""
    return costing.month_costs(month, by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def changed(month: Month, person: Person) -> Sequence[Change]:
    """What changed most since the month before."""
    return allocating.changed(costs(month, person), by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def shares(month: Month, person: Person) -> MonthShares:
    """What each lesson costs of itself."""
    return allocating.month_shares(month, by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=32, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def allocated(month: Month, per: Per, rule: SharedRule, course: str, person: Person) -> Allocation:
    """The table."""
    return allocating.allocated(shares(month, person), per=per, rule=rule, course=course)


@st.cache_resource(ttl=KEPT_S, max_entries=32, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def cells(month: Month, per: Per, rule: SharedRule, course: str, person: Person) -> Sequence[Cells]:
    """The same in cents."""
    return cells_of(allocated(month, per, rule, course, person).rows)


@st.cache_resource(ttl=KEPT_S, max_entries=32, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def priced(month: Month, lessons: tuple[str, ...], person: Person) -> Sequence[PricedQuantity]:
    """What the own costs of a row are made of."""
    return allocating.priced(month, lessons, by=person, services=services())


def forget() -> None:
    """Count everything anew at the next look: other prices hold."""
    for kept in (costs, changed, shares, allocated, cells, priced):
        kept.clear()
