"""The editor of captions, below the player: start, end and words of each cue, and what is wrong with them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core import caption_looking, captioning, captions
from core.access import Action
from core.caption_looking import LessonCaptions
from core.captions import Line
from dashboard import access, errors, formats, state
from dashboard.services import services
from dashboard.state import Key

START, END, TEXT = "Start", "End", "Words"
MOST = 5_000
"""More cues than this are changed faster in a file."""

SHOWN_PROBLEMS = 5
HEIGHT_PX = 360
TIME_PX = 110


@dataclass(frozen=True, slots=True)
class Editing:
    """What somebody is changing: the captions' key, and the cues as they were read."""

    lesson_id: str
    key: str
    cues: pd.DataFrame


def begin(lesson_id: str, key: str) -> None:
    """Read the captions and open the editor."""
    person = access.require(Action.SEE_LIBRARY)
    file = caption_looking.captions_file(lesson_id, key, by=person, services=services())
    if len(file.cues) > MOST:
        st.warning(f"They have {len(file.cues):,} cues. Download them, change the file and upload it.")
        return
    st.session_state[Key.CAPTIONS_EDITED] = Editing(lesson_id, key, frame_of(captions.lines(file)))
    st.rerun()


def show(found: LessonCaptions) -> None:
    """Nothing where nobody is changing captions of this lesson."""
    mine: Editing | None = st.session_state.get(Key.CAPTIONS_EDITED)
    if mine is None or mine.lesson_id != found.lesson_id:
        return
    name = next((one.name for one in found.lines if one.key == mine.key), "captions that are gone")
    with st.container(border=True):
        st.markdown(f"**Edit “{formats.literal(name)}”**")
        lines = lines_of(_grid(mine), known=len(mine.cues))
        said = captions.problems(lines, duration_s=found.duration_s)
        _problems(said)
        with st.container(horizontal=True):
            count = changes(mine.cues, lines)
            label = f"Save {formats.counted(count, 'change')}" if count else "Save changes"
            saves = st.button(
                label, type="primary", disabled=bool(said) or not count, help=_why_not(said, count)
            )
            st.button("Discard changes", on_click=_end)
        if saves:
            errors.guarded(_save)(mine, lines)
    st.caption("Viewers keep the old ones until Mux has the new ones ready.")


def _grid(mine: Editing) -> pd.DataFrame:
    return st.data_editor(
        mine.cues,
        key=f"captions-grid-{mine.key}",
        num_rows="dynamic",
        hide_index=True,
        height=HEIGHT_PX,
        column_config={
            START: st.column_config.TextColumn(width=TIME_PX, required=True, help="As 00:01:02.500"),
            END: st.column_config.TextColumn(width=TIME_PX, required=True, help="As 00:01:04.000"),
            TEXT: st.column_config.TextColumn(width="large", required=True),
        },
    )


def _problems(said: Sequence[str]) -> None:
    for one in said[:SHOWN_PROBLEMS]:
        st.error(formats.literal(one), icon=":material/error:")
    if len(said) > SHOWN_PROBLEMS:
        st.caption(f"And {len(said) - SHOWN_PROBLEMS:,} more.")


def _why_not(said: Sequence[str], count: int) -> str | None:
    if said:
        return "Correct the lines that are named first."
    return None if count else "Nothing is changed yet."


def changes(cues: pd.DataFrame, lines: Sequence[Line]) -> int:
    """How many cues were changed, added or deleted."""
    before = lines_of(cues, known=len(cues))
    same = sum(line in before for line in lines)
    return max(len(before), len(lines)) - same


def frame_of(lines: Sequence[Line]) -> pd.DataFrame:
    """The cues as rows, labelled from 0; what the grid adds is labelled after them."""
    rows = [{START: line.start, END: line.end, TEXT: line.text} for line in lines]
    return pd.DataFrame(rows, columns=[START, END, TEXT])


def lines_of(frame: pd.DataFrame, *, known: int) -> list[Line]:
    """The rows as they were edited, `known` of which were there; an empty row is none."""
    rows = zip(frame.index, frame.to_dict("records"), strict=True)
    found = [_line(int(label), row, known) for label, row in rows]
    return [line for line in found if line.start or line.end or line.text]


def _line(label: int, row: Mapping[Hashable, Any], known: int) -> Line:
    start, end, text = ("" if pd.isna(row[name]) else str(row[name]) for name in (START, END, TEXT))
    return Line(start=start, end=end, text=text, was=label if label < known else None)


def _save(mine: Editing, lines: Sequence[Line]) -> None:
    person = access.require(Action.SEE_LIBRARY)
    captioning.edit(mine.lesson_id, mine.key, lines, by=person, services=services())
    _end()
    state.say_next("Saved. Viewers see the changes once Mux has them ready.")
    st.rerun()


def _end() -> None:
    st.session_state.pop(Key.CAPTIONS_EDITED, None)
