"""The dry run: exactly the SQL that an apply would send, statement by statement."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from core.statement import Sent, script
from dashboard import formats


def show(planned: Sequence[Sent]) -> None:
    """Each statement with what it does and locks; all of them to copy or download."""
    if not planned:
        return
    with st.expander(f"See the SQL · {formats.counted(len(planned), 'statement')}"):
        listed(planned, height=360)
        st.download_button(
            "Download the SQL",
            script(planned) + "\n",
            file_name="lectern-schema.sql",
            mime="application/sql",
            icon=":material/download:",
            on_click="ignore",
        )


def listed(planned: Sequence[Sent], *, height: int | Literal["content"] = "content") -> None:
    """What each statement does, then all of them. In one colour: Streamlit's own for SQL are pale."""
    described = (formats.literal(one.description) for one in planned)
    st.markdown("\n".join(f"{number}. {words}" for number, words in enumerate(described, start=1)))
    st.code(script(planned), language=None, height=height, wrap_lines=True)
