"""Bring what was picked into sight: on a phone it stands below a list that fills the screen."""

import streamlit as st

HTML = '<span hidden="hidden"></span>\n'
JS = """
const HIDDEN_PX = 150;
export default function ({ data, parentElement }) {
  const place = parentElement.host ?? parentElement;
  if (place.shown === data.picked) return;
  place.shown = data.picked;
  if (place.getBoundingClientRect().top < window.innerHeight - HIDDEN_PX) return;
  place.style.scrollMarginTop = "5rem";
  place.scrollIntoView({ block: "start" });
}
"""
_component = st.components.v2.component("reveal", html=HTML, js=JS)


def reveal(picked: str, *, key: str) -> None:
    """Scroll here once for each pick, where this place is below what the screen shows."""
    _component(data={"picked": picked}, key=key)
