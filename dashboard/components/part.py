"""How a browser part is put on a page: its script is a module of `static/parts/`, loaded once and kept.

A module rather than text beside the component, because Streamlit makes a new copy of such text on each
page: an upload that goes on while other pages are looked at needs one that stays.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

STYLES = Path(__file__).parent / "styles"
VENDOR = "/app/static/vendor"
HTML = '<div class="slot"><p class="loading">…</p></div>\n'
JS = """
export default function (component) {
  const { data, parentElement } = component;
  const module = new URL("/app/static/parts/%s.js", document.baseURI).href;
  const missing = () => {
    const note = document.createElement("p");
    note.textContent = "This part could not be loaded. Load the page again; if it stays, run make setup.";
    parentElement.querySelector(".slot").replaceChildren(note);
  };
  import(module).then((part) => part.draw(component)).catch((error) => { console.error(error); missing(); });
  return () => import(module).then((part) => part.leave?.(parentElement, data));
}
"""

Mount = Callable[..., Any]


def part(name: str, *, styles: Sequence[str] = ()) -> Mount:
    """The component of `static/parts/{name}.js`, with the styles of `styles/{name}.css` and those named."""
    css = "\n".join((STYLES / f"{one}.css").read_text("utf-8") for one in (*styles, name))
    return st.components.v2.component(f"lectern_{name}", html=HTML, css=css, js=JS % name)
