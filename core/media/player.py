"""Playing a copy's first frame as a browser would: manifest, rendition, first segment, decoder."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from av.error import FFmpegError
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from core.errors import AppError, InvalidInput, Refused, Unavailable
from core.media.opening import first_of, open_bytes
from core.media.playlist import Part, Playlist, parse
from core.unanswered import why

# urllib3 writes request lines at DEBUG, and a playback token is part of them.
logging.getLogger("urllib3").setLevel(logging.WARNING)

SOON = frozenset({404, 408, 412, 425, 429})
"""A fresh asset's manifest can be missing for a moment after `ready`."""

MOST_HOPS = 4
TOKEN = (
    "The playback policy and the token do not match, or the signing key is not Mux's: check MUX_SIGNING_KEY."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and where it was found in the end."""

    url: str
    body: bytes


class HlsPlayer:
    """Plays first frames. Safe to share between threads."""

    def __init__(self, *, connect_timeout_s: float = 5.0, read_timeout_s: float = 15.0) -> None:
        timeout = Timeout(connect=connect_timeout_s, read=read_timeout_s)
        self._http = PoolManager(maxsize=32, retries=False, timeout=timeout)

    def first_frame(self, manifest_url: str) -> None:
        """Play until a frame is decoded. The URL may hold a token and is in no message.

        Raises:
            Unavailable: it may play in a moment.
            Refused: it does not play.
        """
        for _ in self.links(manifest_url):
            continue

    def links(self, manifest_url: str) -> Iterator[str]:
        """The same link by link: the name of each once it holds; raises at the one that does not."""
        try:
            yield from self._links(manifest_url)
        except InvalidInput as error:
            raise Refused(f"The copy does not play: {error}") from None

    def picture(self, url: str) -> None:
        """Fetch a picture; raises as `first_frame` does."""
        self._get(url)

    def text(self, url: str) -> bytes:
        """Fetch a text track; raises as `first_frame` does."""
        return self._get(url).body

    def _links(self, manifest_url: str) -> Iterator[str]:
        url, playlist = self._playlist(manifest_url)
        yield "manifest"
        if playlist.renditions:  # a browser starts with the first one
            url, playlist = self._playlist(urljoin(url, playlist.renditions[0].uri))
        if not playlist.segments:
            raise Unavailable("The copy's playlist has no segments yet.")
        yield "rendition"
        first = playlist.segments[0]
        init = self._part(url, first.init) if first.init else b""
        segment = init + self._part(url, first.part)
        yield "first segment"
        _check_decodes(segment)
        yield "first frame"

    def _playlist(self, url: str) -> tuple[str, Playlist]:
        """A playlist and the address from which its URIs are seen."""
        answer = self._get(url)
        return answer.url, parse(answer.body.decode("utf-8", errors="replace"))

    def _part(self, playlist_url: str, part: Part) -> bytes:
        return part.cut(self._get(urljoin(playlist_url, part.uri)).body)

    def _get(self, url: str) -> Answer:
        for _ in range(MOST_HOPS):
            answer = self._ask(url)
            moved = answer.get_redirect_location()
            if not moved:
                break
            url = urljoin(url, moved)
        if answer.status != 200:
            raise _refusal(answer.status)
        return Answer(url, answer.data)

    def _ask(self, url: str) -> BaseHTTPResponse:
        try:
            return self._http.request("GET", url, redirect=False)
        except HTTPError as error:
            raise Unavailable(f"The copy's stream does not answer ({why(error)}).") from None


def _refusal(status: int) -> AppError:
    if status in SOON or status >= 500:
        return Unavailable(f"The copy's stream is not there yet ({status}).")
    hint = TOKEN if status in (400, 401, 403) else None
    return Refused(f"The copy's stream may not be played ({status}).", hint=hint, status=status)


def _check_decodes(segment: bytes) -> None:
    """Decode one picture, or one moment of sound where there is no picture."""
    try:
        with open_bytes(segment) as container:
            stream = first_of(container, "video") or first_of(container, "audio")
            frame = next(iter(container.decode(stream)), None) if stream else None
    except FFmpegError:
        frame = None
    if frame is None:
        raise Refused("The copy's first segment does not decode to a picture.")
