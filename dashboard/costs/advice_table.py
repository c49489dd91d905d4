"""A cost table of exactly what a piece of advice is about: titles and amounts, no players."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core import advising
from core.access import Action, Person, allows
from core.advice import Advice, Kind
from core.advising import Advised, Row
from core.bulk import Picked
from core.report import harmless
from core.usage import UNITS
from dashboard import bones, formats, navigation
from dashboard.analytics import export
from dashboard.analytics.sheets import Cell, Sheet
from dashboard.costs import advice_terms as terms
from dashboard.library.ticks import Ticked
from dashboard.rows import ROW_PX
from dashboard.services import services
from dashboard.state import Key

SHOWN = 200
MOST_PX = 480
COLUMNS = {
    "title": st.column_config.TextColumn("Lesson or file", width=220),
    "usd": st.column_config.TextColumn("Saves a month", width=110, alignment="right"),
    "size": st.column_config.TextColumn("Length or size", width=110, alignment="right"),
    "now": st.column_config.TextColumn("Is kept as", width=180),
    "then": st.column_config.TextColumn("Would be", width=130),
}
HEAD = (
    *("Lesson or file", "Id or place", "Quantity", "Unit", "Is kept as", "Would be"),
    "Saves US dollars a month",
)


def show(found: Advised, advice: Advice, person: Person) -> None:
    """The table, its sum, the file, and the way to where it can be done."""
    rows = advising.rows(advice, found.cards, by=person, services=services())
    st.dataframe(
        table(rows[:SHOWN]),
        key=f"advice_{advice.kind}",
        hide_index=True,
        height=min(MOST_PX, ROW_PX * (min(len(rows), SHOWN) + 1) + 2),
        column_config=COLUMNS,
        placeholder=formats.NOTHING,
        alt=terms.TERMS[advice.kind].title,
    )
    if len(rows) > 1:
        is_cut = len(rows) > SHOWN
        first = f"The dearest {formats.number(SHOWN)} of {formats.number(len(rows))}. " if is_cut else ""
        whole = f"All {formats.number(len(rows))} together: {terms.amount(advice)}."
        st.caption(formats.literal(f"{first}{whole}"))
    with st.container(horizontal=True, vertical_alignment="center"):
        export.button("As CSV", partial(as_csv, rows), f"savings-{advice.kind}.csv", "text/csv")
        _way(advice, person)


def table(rows: Sequence[Row]) -> pd.DataFrame:
    """One line each, the dearest first."""
    return pd.DataFrame(
        {
            "title": [row.title for row in rows],
            "usd": [formats.usd(row.usd) for row in rows],
            "size": [terms.size(row) for row in rows],
            "now": [terms.now(row.find) for row in rows],
            "then": [terms.then(row.find) for row in rows],
        }
    )


def _way(advice: Advice, person: Person) -> None:
    """To the page where an admin does something about it."""
    if advice.kind is Kind.ORIGINALS and allows(person, Action.SEE_SOURCES):
        bones.link("migrate.py", "See them on Migrate", query={"standing": "on_mux", "sort": "largest"})
    lessons = frozenset(lesson for find in advice.finds for lesson in find.lessons)
    if lessons and allows(person, Action.SEE_LIBRARY):
        ticked = formats.counted(len(lessons), "lesson")
        if st.button(f"Tick {ticked} in the library", icon=":material/check_box:"):
            st.session_state[Key.LIBRARY_TICKED] = Ticked(picked=Picked("some", lessons))
            st.switch_page(navigation.PAGES / "library.py")


def as_csv(rows: Sequence[Row]) -> bytes:
    """All of them."""
    return export.as_csv(Sheet(name="Savings", head=HEAD, rows=[_line(row) for row in rows]))


def _line(row: Row) -> tuple[Cell, ...]:
    find = row.find
    what = (UNITS[find.sku.what], terms.now(find), terms.then(find), str(row.usd))
    return (str(harmless(row.title)), str(harmless(find.thing)), f"{find.quantity:.6f}", *what)
