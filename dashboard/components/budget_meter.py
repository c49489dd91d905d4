"""One bar for a budget: what is used, what is likely to follow, and where the budget ends."""

import streamlit as st

HTML = '<div class="meter" role="img"><span class="used"></span><span class="likely"></span><i></i></div>\n'
CSS = """
.meter { position: relative; display: flex; height: 0.9rem; overflow: hidden;
         border-radius: var(--st-base-radius); background: var(--st-secondary-background-color); }
.meter span { transition: width 0.4s; }
.meter .likely { opacity: 0.35; }
.meter i { position: absolute; top: 0; bottom: 0; width: 2px; background: var(--st-text-color); }
"""
JS = """
export default function ({ data, parentElement }) {
  const meter = parentElement.querySelector(".meter");
  meter.setAttribute("aria-label", data.words);
  meter.title = data.words;
  for (const part of ["used", "likely"]) {
    const span = meter.querySelector(`.${part}`);
    span.style.width = `${data[part]}%`;
    span.style.background = `var(--st-${data.color}-color)`;
  }
  const end = meter.querySelector("i");
  end.style.left = `calc(${data.end}% - 2px)`;
}
"""
_component = st.components.v2.component("budget_meter", html=HTML, css=CSS, js=JS)


def budget_meter(*, used: float, likely: float, color: str, words: str, key: str) -> None:
    """`used` and `likely` are shares of the budget, 1 is all of it; `likely` is not less than `used`."""
    whole = max(1.0, likely, used)
    shares = {"used": used / whole, "likely": max(0.0, likely - used) / whole, "end": 1 / whole}
    percents = {name: round(100 * share, 1) for name, share in shares.items()}
    _component(data={**percents, "color": color, "words": words}, key=key)
