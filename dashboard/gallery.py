"""Every browser part in every state, for whoever changes one: nothing here is real."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.batch import ItemState
from dashboard import words
from dashboard.components import player, recorder, uploader
from dashboard.components.state_bar import Part, state_bar
from dashboard.components.uploader import Exhibit

MB = 1_000_000
FILES = (
    Exhibit(name="Waits.mp4", size=84 * MB, state="waiting"),
    Exhibit(name="Asks.mp4", size=84 * MB, state="asking"),
    Exhibit(
        name="On its way.mp4",
        size=840 * MB,
        state="uploading",
        share=0.42,
        cost="12:04 long · about $0.38 once, $0.04 a month",
    ),
    Exhibit(name="Held.mp4", size=840 * MB, state="paused", share=0.42),
    Exhibit(name="No network.mp4", size=840 * MB, state="offline", share=0.42),
    Exhibit(
        name="Past Mux.mp4",
        size=840 * MB,
        state="uploading",
        share=0.1,
        notice="Mux did not take it, so it goes to S3 first.",
    ),
    Exhibit(name="All there.mp4", size=84 * MB, state="processing", share=1.0),
    Exhibit(name="Done.mp4", size=84 * MB, state="complete", share=1.0),
    Exhibit(
        name="Failed.mp4",
        size=84 * MB,
        state="error",
        retryable=True,
        sentence="The bytes did not arrive. S3 answered 503. Try again.",
    ),
    Exhibit(name="Refused.exe", size=MB, state="error", sentence="This is a program. Choose a video."),
    Exhibit(name="Let go.mp4", size=84 * MB, state="cancelled"),
    Exhibit(name=f"{'A very long name ' * 8}.mp4", size=84 * MB, state="uploading", share=0.99),
)
RECORDER = {
    "Idle": ("idle", ""),
    "Not allowed": (
        "idle",
        "The browser was not allowed to record. Allow it beside the address, then try again.",
    ),
    "The browser asks": ("asking", ""),
    "Ready": ("ready", ""),
    "Recording": ("recording", ""),
    "Paused": ("paused", ""),
    "Review": ("review", ""),
    "No room": (
        "review",
        "This browser has no room left, so the recording ended here. Upload what there is.",
    ),
    "Kept": ("kept", ""),
    "Cannot record": ("impossible", ""),
}
CHAPTERS = ((0.0, "What a set is"), (95.0, f"Union {'and intersection ' * 8}"), (3700.0, "Exercises"))
PLAYER: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Not scrolled to yet": ("unseen", {}),
    "Plays a file": ("playing", {}),
    "Goes on": ("resumed", {"resume_at_s": 130.0}),
    "Chapters": ("chapters", {"chapters": CHAPTERS}),
    "Failed": ("failed", {"sentence": "The network failed. Try again.", "quote": "1a2b3c4d"}),
    "Asks for new addresses": ("renewing", {"sentence": "The network failed. Try again."}),
    "Gets none": ("refused", {"sentence": "You may not play this lesson (any more)."}),
}


def uploads() -> None:
    """The uploader's rows."""
    st.subheader("Uploader", anchor=False)
    uploader.exhibit(FILES, key="gallery.uploader", hint="Videos up to 50 GB.")
    st.caption("Closed")
    uploader.exhibit((), key="gallery.uploader.closed", hint="Choose the lesson first.", closed=True)


def recordings() -> None:
    """The recorder, from its start to what it offers again."""
    st.subheader("Recorder", anchor=False)
    for caption, (state, sentence) in RECORDER.items():
        st.caption(caption)
        recorder.exhibit(state, key=f"gallery.recorder.{caption}", sentence=sentence)


def players() -> None:
    """The player without a film, as it begins and as it fails."""
    st.subheader("Player", anchor=False)
    for caption, (state, more) in PLAYER.items():
        st.caption(caption)
        player.exhibit(state, key=f"gallery.player.{caption}", **more)


def bars() -> None:
    """The bar of states, with all of them."""
    st.subheader("Bar of states", anchor=False)
    terms = [words.ITEM[state] for state in ItemState]
    parts = [Part(word=term.word, count=3 * n, color=term.color) for n, term in enumerate(terms, 1)]
    state_bar(parts, key="gallery.bar")
