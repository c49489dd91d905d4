"""Which batch it is, and how it was set up."""

import streamlit as st

from core import batch_looking
from core.access import Action
from core.errors import NotFound
from core.migrating import Status
from core.migration import Mode, Options
from core.records import Batch
from dashboard import access, bones, formats, words
from dashboard.batches import actions
from dashboard.services import services


def load() -> Status:
    """The batch that the URL names; where there is none, the page says so and leads back to the list."""
    try:
        return _load()
    except NotFound as error:
        bones.head("Batch", "One batch: how far it is, and what failed.")
        st.error(formats.literal(error.sentence), icon=":material/error:")
        bones.link("batches.py", "All batches")
        st.stop()


def _load() -> Status:
    text = st.query_params.get("id", "")
    if not text.isdecimal() or len(text) > 12:
        raise NotFound("This address names no batch.", hint="Choose one from the list.")
    person = access.require_some(Action.SEE_BATCHES)
    return batch_looking.status(int(text), by=person, services=services())


def show(status: Status) -> None:
    """Title, state, who and how, and the buttons."""
    batch = status.batch
    with bones.head(batch.name, purpose(batch)):
        actions.bar(status)
    reason = formats.literal(batch.pause_reason or "")
    st.markdown(f"{words.BATCH[batch.state].badge} {reason}".strip())


def purpose(batch: Batch) -> str:
    """`Started 12 Nov, 14:02 by dana · plus, pull, as each video is`"""
    zone = formats.reader_zone()
    by = formats.literal(formats.actor(batch.created_by))
    started = f"Started {formats.ago(batch.started_at or batch.created_at, zone=zone)} by {by}"
    finished = f", finished {formats.ago(batch.finished_at, zone=zone)}" if batch.finished_at else ""
    return f"{started}{finished}" + ("" if batch.kind.is_bulk else f" · {how(batch.options)}")


def how(options: Options) -> str:
    """The options in a few words; what is usual is not said."""
    said = [
        "test copies" if options.test else "",
        options.quality.value,
        "pulled by Mux" if options.mode is Mode.PULL else "pushed by us",
        {"auto": "public or signed"}.get(options.policy, f"{options.policy} playback"),
        "loudness evened out" if options.normalize_audio else "",
        f"captions: {options.captions_language}" if options.captions_language else "",
    ]
    return ", ".join(word for word in said if word)
