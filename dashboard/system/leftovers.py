"""Copies at Mux that nothing plays any more: what they are and cost, and a typed word before they go."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core import clearing
from core.access import Action
from core.leftover import Leftover, Leftovers
from dashboard import access, errors, formats, rows, state
from dashboard.costs import price_now
from dashboard.services import services
from dashboard.state import Key

SHOWN = 100
COLUMNS = {
    "title": st.column_config.TextColumn("Lesson", width=180),
    "length": st.column_config.TextColumn("Length", width=70, alignment="right"),
    "file": st.column_config.TextColumn("File", width=280),
    "quality": st.column_config.TextColumn("Quality", width=70),
    "made": st.column_config.DatetimeColumn("Made", width=110, format="D MMM YYYY"),
    "id": st.column_config.TextColumn("Id at Mux", width=190),
}


def show() -> None:
    """Where there are none, nothing is shown."""
    found = clearing.leftovers(by=access.require(Action.SEE_HEALTH), services=services(), limit=SHOWN)
    if not found.count:
        return
    st.subheader("Copies at Mux that nothing plays", anchor=False)
    st.markdown(sentence(found))
    st.caption(
        "Lectern had them made, and no row of the school's names them any more: their lessons were deleted "
        "or got another video on the school's own site, or a batch was rolled back."
    )
    may_clear = access.may(Action.CLEAR_COPIES)
    ticked = _table(found.lines, may_tick=may_clear)
    if found.count > len(found.lines):
        st.caption(f"The longest {formats.number(len(found.lines))} of {formats.number(found.count)}.")
    if may_clear:
        _offer(ticked)
    else:
        st.caption("An admin can delete them.")


def sentence(found: Leftovers) -> str:
    """`**3 copies, 41 min**: $0.12 a month to keep, by the price card “…” of 2026-03-09.`"""
    whole = f"**{_copies(found.count)}, {_minutes(sum(found.seconds.values()))}**"
    said = price_now.or_why_not(lambda: _price(found))
    return f"{whole}: {said}" if said else f"{whole}."


def _price(found: Leftovers) -> str:
    price = clearing.price(found, price_now.cards())
    if price is None:
        return ""
    monthly = formats.literal(formats.price(price.monthly_usd))
    return f"{monthly} a month to keep, by {price_now.named()}."


def _table(lines: Sequence[Leftover], *, may_tick: bool) -> list[Leftover]:
    """Returns those that are ticked."""
    table = pd.DataFrame(
        {
            "title": [line.title or _by_id(line) for line in lines],
            "length": [formats.clock(line.duration_s) for line in lines],
            "file": [line.file for line in lines],
            "quality": [(line.quality or "").capitalize() for line in lines],
            "made": [line.made_at for line in lines],
            "id": [line.asset_id for line in lines],
        }
    )
    can_tick: dict[str, Any] = {"on_select": "rerun", "selection_mode": "multi-row"} if may_tick else {}
    shown: Any = st.dataframe(
        rows.without_empty(table, "title"),
        # Other rows are another grid, with nothing ticked: it knows them by their number alone.
        key=rows.grid_key(Key.LEFTOVERS, table["id"].tolist(), None),
        hide_index=True,
        height=min(rows.MOST_PX, rows.ROW_PX * (len(lines) + 1) + 2),
        column_config=COLUMNS,
        placeholder=formats.NOTHING,
        alt="Copies at Mux that nothing plays",
        **can_tick,
    )
    return [lines[row] for row in shown.selection.rows] if may_tick else []


def _by_id(line: Leftover) -> str:
    """A scan forgets the title of a lesson that is gone."""
    return f"Lesson {line.lesson_id}" if line.lesson_id else ""


def _offer(ticked: Sequence[Leftover]) -> None:
    label = f"Delete {_copies(len(ticked))} …" if ticked else "Delete copies …"
    help_ = None if ticked else "Tick at least one copy."
    if st.button(label, icon=":material/delete:", disabled=not ticked, help=help_):
        st.session_state[Key.LEFTOVERS_TYPED] = ""
        _ask(ticked)


@st.dialog("Delete copies at Mux?")
@errors.guarded
def _ask(ticked: Sequence[Leftover]) -> None:
    word = _word(len(ticked))
    length = _minutes(sum(line.duration_s or 0.0 for line in ticked))
    st.write(
        f"**{_copies(len(ticked))}, {length}**: deleted at Mux, and not to be brought back. Files in S3 "
        "stay. A page elsewhere that plays one of them by its playback id plays nothing afterwards."
    )
    typed = st.text_input(f"Type “{word}” to confirm", key=Key.LEFTOVERS_TYPED)
    st.button(
        f"Delete {_copies(len(ticked))}",
        type="primary",
        disabled=typed.strip().lower() != word,
        on_click=errors.acting(partial(_clear, [line.asset_id for line in ticked])),
    )


def _word(count: int) -> str:
    return f"delete {count}"


def _clear(asset_ids: Sequence[str]) -> None:
    person = access.require(Action.CLEAR_COPIES)
    count = clearing.clear(asset_ids, by=person, services=services())
    stays = len(asset_ids) - count
    said = f"The worker deletes {_copies(count)} now." if count else "Nothing is deleted."
    also = (
        f" {_copies(stays)} {'is' if stays == 1 else 'are'} in use by now, and left alone." if stays else ""
    )
    state.say_next(f"{said}{also}")
    st.rerun()


def _copies(count: int) -> str:
    return formats.counted(count, "copy", "copies")


def _minutes(duration_s: float) -> str:
    """As Mux bills them."""
    return f"{formats.number(max(1, round(duration_s / 60)))} min"
