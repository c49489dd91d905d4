"""A button that takes the moment at which a player on the page stands."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.components.part import STYLES

HTML = '<div class="slot"><button type="button"></button> <span role="status"></span></div>\n'
JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("span");
  button.textContent = data.label;
  button.onclick = async () => {
    const player = await import(new URL("/app/static/parts/player.js", document.baseURI).href);
    const at = player.standsAt(data.player);
    status.textContent = at === null ? "The player has not begun to load the video." : "";
    if (at !== null) setTriggerValue("at_s", at);
  };
}
"""
_component = st.components.v2.component(
    "standing", html=HTML, css=(STYLES / "player.css").read_text("utf-8"), js=JS
)


def stands_at(label: str, *, player: str, key: str, then: Callable[[float], None]) -> None:
    """`then` hears the seconds at which the player with this key stands, when somebody presses."""

    def heard() -> None:
        at_s: Any = getattr(st.session_state.get(key), "at_s", None)
        if isinstance(at_s, int | float) and at_s >= 0:
            then(float(at_s))

    _component(data={"label": label, "player": player}, key=key, on_at_s_change=heard)
