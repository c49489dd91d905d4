"""Begin a download whose address is made at the click: the browser alone gets it, and it is in no link."""

from secrets import token_hex

import streamlit as st

from dashboard.components.part import STYLES

HTML = '<div class="slot"><p class="note" role="status"></p></div>\n'
JS = """
export default function ({ data, parentElement }) {
  const place = parentElement.host ?? parentElement;
  if (place.begun === data.once) return;
  place.begun = data.once;
  const note = parentElement.querySelector(".note");
  begin(data.url).then((said) => { note.textContent = said; });
}

// A byte is asked for first: an address that does not open would take the place of this page.
async function begin(url) {
  const answer = await fetch(url, { headers: { Range: "bytes=0-0" }, cache: "no-store" }).catch(() => null);
  answer?.body?.cancel();
  if (answer && !answer.ok) return `Mux does not give the file (${answer.status}). Load the page again.`;
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: "", rel: "noreferrer", target: answer ? "" : "_blank" });
  document.body.append(link);
  link.click();
  link.remove();
  return "The download has begun.";
}
"""
_component = st.components.v2.component(
    "download", html=HTML, css=(STYLES / "player.css").read_text("utf-8"), js=JS
)


def begin(url: str, *, key: str) -> None:
    """Once for each call; say it in the run of the click, and in no later one."""
    _component(data={"url": url, "once": token_hex(8)}, key=key)
