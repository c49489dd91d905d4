"""Files from the browser to Mux, or to S3 when Mux does not take them; no byte passes through here."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from dashboard import formats
from dashboard.components.inbox import Respond, inbox_of, read
from dashboard.components.part import VENDOR, part

UPLOADER = f"{VENDOR}/mux-uploader.mjs"
ALIVE = "/_stcore/health"
"""Asked by the browser to tell a lost network from a Mux that is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A file as the gallery shows it: in any state, with nothing behind it. `share` of 1 is all of it."""

    name: str
    size: int
    state: str
    share: float = 0.0
    sentence: str = ""
    notice: str = ""
    cost: str = ""
    retryable: bool = False


_mount = part("uploader")


def uploader(*, key: str, target: str, most_bytes: int, closed: str, hint: str, respond: Respond) -> None:
    """Show the queue. Files picked now go to what `target` names; `closed` says why none can be picked.

    `respond` answers the part's messages (`ask`, `parts`, `fallback`, `finished`, `cancelled`, `failed`).
    """
    inbox = inbox_of(key)
    _mount(
        key=key,
        data={
            "queue": key,
            "target": target,
            "closed": closed,
            "hint": hint,
            "inbox": inbox.data(),
            **limits(most_bytes),
        },
        on_outbox_change=partial(read, key, inbox, respond),
    )


def limits(most_bytes: int) -> dict[str, Any]:
    """What the browser's own checks and its sending need to know."""
    return {
        "most_bytes": most_bytes,
        "most_words": formats.size(most_bytes),
        "uploader": UPLOADER,
        "alive": ALIVE,
    }


def exhibit(files: Sequence[Exhibit], *, key: str, hint: str = "", closed: bool = False) -> None:
    """Draw files that are not there, for the gallery. `closed`: none can be picked, as `hint` says."""
    shown = [{**asdict(one), "file": {"name": one.name, "size": one.size}} for one in files]
    _mount(key=key, data={"shown": shown, "hint": hint, "closed": closed})
