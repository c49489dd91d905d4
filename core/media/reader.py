"""Reading video files."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import av

from core.errors import InvalidInput
from core.media import hls
from core.media.errors import NOT_READABLE, PLAY_IT, translated, understood
from core.media.opening import describe, open_url
from core.media.remux import remux
from core.source import MediaFacts
from core.storage import Fetch

if TYPE_CHECKING:
    from av.container import InputContainer

MISSING_SHARE = 0.01
"""What may be missing at a file's end and still play, as much as a copy's length may differ."""


class MediaReader:
    """Files by URL, HLS folders by their objects."""

    def __init__(self, *, timeout_s: float = 20.0) -> None:
        """`timeout_s` counts for the opening and for each read."""
        self._timeout_s = timeout_s

    def probe(self, url: str) -> MediaFacts:
        """Read a file's index over HTTP, not the file.

        Raises:
            InvalidInput: it is not readable media, or ends before its index says.
            NotFound, Refused, Unavailable: as its server answers.
        """
        with translated(), open_url(url, timeout_s=self._timeout_s) as container:
            _check_complete(container)
            return describe(container, duration_s=_duration_s(container))

    def probe_hls(self, fetch: Fetch, playlist_key: str) -> MediaFacts:
        """Length by the playlist, size and codecs by its first segment."""
        with understood():
            return hls.probe(hls.tracks(fetch, playlist_key))

    def remux_hls(self, fetch: Fetch, playlist_key: str) -> Iterator[bytes]:
        """The folder as one fragmented MP4, in pieces of about a MiB; one segment at a time is in memory."""
        with understood():
            yield from remux(hls.tracks(fetch, playlist_key))


def _check_complete(container: "InputContainer") -> None:
    if not (container.streams.video or container.streams.audio):
        raise InvalidInput(NOT_READABLE, hint=PLAY_IT)
    end = max((entry.pos + entry.size for entry in _last_entries(container)), default=0)
    if container.size > 0 and end - container.size > MISSING_SHARE * end:
        raise InvalidInput("The file is cut off: its index names more than there is.", hint=PLAY_IT)


def _last_entries(container: "InputContainer") -> list["av.index.IndexEntry"]:
    """The last packet of each track that the index knows."""
    indexes = (stream.index_entries for stream in container.streams)
    return [index[-1] for index in indexes if len(index)]


def _duration_s(container: "InputContainer") -> float | None:
    if container.duration is not None:
        return container.duration / av.time_base
    lengths = [
        float(stream.duration * stream.time_base)
        for stream in container.streams
        if stream.duration is not None and stream.time_base is not None
    ]
    return max(lengths, default=None)
