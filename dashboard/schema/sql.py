"""The dry run: exactly the SQL that an apply would send, statement by statement."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from core import inspecting
from core.inspecting import Planned
from core.profiling import PlannedChange
from dashboard import formats
from dashboard.services import services


def load() -> Sequence[Planned]:
    """The statements in their order; empty when there is nothing to do."""
    return inspecting.plan(services=services())


def show(planned: Sequence[Planned]) -> None:
    """Each statement with what it does and locks; all of them to copy or download."""
    if not planned:
        return
    with st.expander(f"See the SQL · {formats.counted(len(planned), 'statement')}"):
        listed(planned, height=360)
        st.download_button(
            "Download the SQL",
            text(planned),
            file_name="lectern-schema.sql",
            mime="application/sql",
            icon=":material/download:",
            on_click="ignore",
        )


def listed(
    planned: Sequence[Planned | PlannedChange], *, height: int | Literal["content"] = "content"
) -> None:
    """What each statement does, then all of them."""
    for number, one in enumerate(planned, start=1):
        st.markdown(f"{number}. {formats.literal(one.description)}")
    st.code(text(planned), language="sql", height=height, wrap_lines=True)


def text(planned: Sequence[Planned | PlannedChange]) -> str:
    """One script, a comment before each statement. `CONCURRENTLY` runs outside of a transaction."""
    return "\n\n".join(f"-- {one.description}\n{one.sql.rstrip().rstrip(';')};" for one in planned) + "\n"
