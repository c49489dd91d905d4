"""One bar cut by state, in the theme's colours, with its words beneath."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A share of the bar. `color` is one of the theme's names."""

    word: str
    count: int
    color: str


HTML = '<div class="bar" role="img"></div><div class="words" aria-hidden="true"></div>\n'
CSS = """
.bar { display: flex; gap: 2px; height: 0.9rem; border-radius: var(--st-base-radius); overflow: hidden;
       background: var(--st-secondary-background-color); }
.bar span { transition: flex-grow 0.4s; min-width: 3px; }
.words { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; margin-top: 0.4rem; font-size: 0.875rem;
         color: var(--st-text-color); font-family: var(--st-font); }
.words i { display: inline-block; width: 0.65rem; height: 0.65rem; border-radius: 50%; margin-right: 0.4rem; }
.words b { font-weight: 600; }
"""
JS = """
const format = new Intl.NumberFormat("en");
const paint = (color) => `var(--st-${color}-color)`;
export default function ({ data, parentElement }) {
  const bar = parentElement.querySelector(".bar");
  const words = parentElement.querySelector(".words");
  bar.setAttribute("aria-label", data.parts.map((p) => `${format.format(p.count)} ${p.word}`).join(", "));
  bar.replaceChildren(...data.parts.map((part) => {
    const span = document.createElement("span");
    span.style.flexGrow = part.count;
    span.style.background = paint(part.color);
    span.title = `${format.format(part.count)} ${part.word}`;
    return span;
  }));
  words.replaceChildren(...data.parts.map((part) => {
    const word = document.createElement("span");
    const dot = document.createElement("i");
    dot.style.background = paint(part.color);
    const count = document.createElement("b");
    count.textContent = format.format(part.count);
    word.append(dot, count, ` ${part.word}`);
    return word;
  }));
}
"""
_component = st.components.v2.component("state_bar", html=HTML, css=CSS, js=JS)


def state_bar(parts: Sequence[Part], *, key: str) -> None:
    """Draw the parts that are not empty, in order."""
    _component(data={"parts": [asdict(part) for part in parts if part.count]}, key=key)
