"""Assets that the double says were viewed, as many as a bench wants, on each day or on one alone."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import count, islice

from core.figures import KEPT_BY_MUX_D
from sandbox.mux.views.made_up import WEEK, popularity
from sandbox.stack import Stack

SEED = 7
HISTORY_D = KEPT_BY_MUX_D + 1
DAY_S = 86_400
MOST_A_DAY = 4.0
"""Views of an asset: more of them would cost the double's time, and no more pages."""


def always_watched(wanted: int) -> Sequence[str]:
    """Names of assets that somebody watches on the quietest day of the week too."""
    return list(islice(_liked(), wanted))


def _liked() -> Iterator[str]:
    for number in count():
        name = f"viewed-{number}"
        if 1 / min(WEEK) <= popularity(SEED, name) <= MOST_A_DAY:
            yield name


def add(stack: Stack, names: Sequence[str], *, day: date | None = None) -> None:
    """Into the double's own store: to make them by its API takes a thousand POSTs. With `day`, they were
    viewed on that day of UTC and on no other."""
    created_s, deleted_s = int(time.time()), None
    if day:
        begins_s = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        created_s, deleted_s = begins_s + HISTORY_D * DAY_S, begins_s + DAY_S
    rows = [(name, json.dumps(_asset(name, created_s, deleted_s))) for name in names]
    with sqlite3.connect(stack.folder / "mux" / "mux.db", timeout=30) as store:
        store.executemany("INSERT INTO documents (kind, id, body) VALUES ('asset', ?, ?)", rows)


def _asset(name: str, created_s: int, deleted_s: int | None) -> dict[str, object]:
    asset = {
        "id": name,
        "status": "ready",
        "created_at": str(created_s),
        "duration": 300.0,
        "resolution_tier": "1080p",
        "encoding_tier": "smart",
        "video_quality": "plus",
        "playback_ids": [],
        "tracks": [],
        "meta": {"external_id": f"lesson of {name}"},
    }
    return {"asset": asset, "deleted_at": deleted_s, "inputs": []}
