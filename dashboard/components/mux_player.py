"""`<mux-player>`, Mux's own player, from the file that `make setup` puts beside the dashboard."""

from dataclasses import asdict, dataclass, field

import streamlit as st

MODULE = "/app/static/vendor/mux-player.mjs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """What to play; the addresses carry their tokens, so they are made when the page is drawn."""

    playback_id: str
    title: str
    src: str = field(repr=False)
    poster: str = field(repr=False)
    storyboard: str = field(repr=False)


HTML = '<div class="slot"></div>\n'
CSS = """
.slot { aspect-ratio: 16 / 9; background: #000; border-radius: var(--st-base-radius); overflow: hidden; }
mux-player { width: 100%; height: 100%; --media-accent-color: var(--st-primary-color); }
.slot p { color: #fff; padding: 1rem; font-family: var(--st-font); }
"""
JS = """
const live = new WeakMap();  // reruns of the page come here again; the player goes on playing
export default async function ({ data, parentElement }) {
  const slot = parentElement.querySelector(".slot");
  if (live.get(parentElement) === data.playback_id) return;
  live.set(parentElement, data.playback_id);
  try {
    // inline scripts are blob: modules, in which relative addresses do not resolve
    await import(new URL(data.module, document.baseURI).href);
  } catch {
    const note = document.createElement("p");
    note.textContent = "The player could not be loaded. Run make setup, then load the page again.";
    slot.replaceChildren(note);
    return;
  }
  const player = document.createElement("mux-player");
  const attributes = { src: data.src, poster: data.poster, "storyboard-src": data.storyboard,
    "video-title": data.title, title: data.title, "stream-type": "on-demand", preload: "metadata",
    "disable-tracking": "", "disable-cookies": "", playsinline: "" };
  for (const [name, value] of Object.entries(attributes)) player.setAttribute(name, value);
  slot.replaceChildren(player);
}
"""
_component = st.components.v2.component("mux_player", html=HTML, css=CSS, js=JS)


def mux_player(video: Video, *, key: str) -> None:
    """Show the player; until somebody presses play it loads the manifest and the poster alone."""
    _component(data={**asdict(video), "module": MODULE}, key=key)
