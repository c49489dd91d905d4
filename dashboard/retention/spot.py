"""The moment of the video that somebody chose: on the curve, or with "Go there"."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.components.player import Seek
from dashboard.state import Key


@dataclass(frozen=True, slots=True)
class Spot:
    """`turn` counts, so that the same moment can be chosen again."""

    lesson_id: str
    at_s: float
    turn: int

    @property
    def seek(self) -> Seek:
        return Seek(id=f"{self.turn}", at_s=self.at_s)


def chosen(lesson_id: str) -> Spot | None:
    """The moment chosen last in this lesson."""
    spot: Spot | None = st.session_state.get(Key.RETENTION_SPOT)
    return spot if spot and spot.lesson_id == lesson_id else None


def choose(lesson_id: str, at_s: float) -> None:
    """Have the player go there."""
    before: Spot | None = st.session_state.get(Key.RETENTION_SPOT)
    st.session_state[Key.RETENTION_SPOT] = Spot(lesson_id, at_s, before.turn + 1 if before else 1)


def clicked(lesson_id: str, key: str) -> None:
    """A point of the curve was chosen; nothing where a choice was taken back."""
    points: list[dict[str, Any]] = st.session_state[key]["selection"]["points"]
    if points:
        choose(lesson_id, float(points[0]["x"]))
