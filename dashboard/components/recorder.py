"""Recording camera, microphone or screen in the page, to be uploaded as any other file."""

from functools import partial

from dashboard.components.inbox import Respond, inbox_of, read
from dashboard.components.part import part
from dashboard.components.uploader import limits

_mount = part("recorder", styles=("uploader",))


def recorder(*, key: str, user: str, target: str, most_bytes: int, closed: str, respond: Respond) -> None:
    """Show the recorder. What it records stays in the browser, for `user` alone, until Mux or S3 has it.

    `closed` says why nothing can be uploaded yet; one can record all the same. `respond` as for the uploader.
    """
    inbox = inbox_of(key)
    _mount(
        key=key,
        data={
            "queue": key,
            "user": user,
            "target": target,
            "closed": closed,
            "inbox": inbox.data(),
            **limits(most_bytes),
        },
        on_outbox_change=partial(read, key, inbox, respond),
    )


def exhibit(state: str, *, key: str, sentence: str = "") -> None:
    """Draw the recorder in a state that it is not in, for the gallery."""
    _mount(key=key, data={"shown": {"state": state, "sentence": sentence}})
