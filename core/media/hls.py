"""An HLS folder: its playlists, what is taken of them, and the keys that they lead to."""

import posixpath
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from core.errors import InvalidInput
from core.media.errors import PLAY_IT
from core.media.opening import describe, open_bytes
from core.media.playlist import Part, Playlist, Segment, parse
from core.source import MediaFacts
from core.storage import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One media playlist of the folder and what is taken from it."""

    fetch: Fetch
    key: str
    playlist: Playlist
    kinds: tuple[str, ...]

    def read(self, part: Part) -> bytes:
        """Of a large file that holds the whole film only the part is fetched."""
        return self.fetch(resolve(self.key, part.uri), part.span)

    def bodies(self, segments: Sequence[Segment]) -> Iterator[bytes]:
        """The segments one after another, the init part in front of them."""
        init, first = None, b""
        for segment in segments:
            if segment.init and segment.init != init:
                init = segment.init
                yield self.read(init)
            body = self.read(segment.part)
            first = first or body[:1]
            # Each container has its own first byte; FFmpeg would skip over a segment of rubbish in silence.
            if not body or body[:1] != first:
                raise InvalidInput(f"The segment {segment.part.uri} of {self.key} is damaged.", hint=PLAY_IT)
            yield body

    def sample(self) -> bytes:
        """The first segment, playable by itself."""
        return b"".join(self.bodies(self.playlist.segments[:1]))

    def runs(self) -> Iterator[tuple[float, list[Segment]]]:
        """Segments that share one clock, with the second at which they start in the film."""
        start_s = at_s = 0.0
        run: list[Segment] = []
        for segment in self.playlist.segments:
            if segment.anew and run:
                yield start_s, run
                start_s, run = at_s, []
            run.append(segment)
            at_s += segment.duration_s
        yield start_s, run


def tracks(fetch: Fetch, playlist_key: str) -> list[Track]:
    """The folder's best picture and its sound: one track where they share their segments, else two."""
    top = _read_playlist(fetch, playlist_key)
    if not top.renditions:
        return [_track(fetch, playlist_key, top, ("video", "audio"))]
    best = top.best
    key = resolve(playlist_key, best.uri)
    sound = top.audio.get(best.audio_group or "")
    if sound is None:
        return [_track(fetch, key, _read_playlist(fetch, key), ("video", "audio"))]
    sound_key = resolve(playlist_key, sound)
    return [
        _track(fetch, key, _read_playlist(fetch, key), ("video",)),
        _track(fetch, sound_key, _read_playlist(fetch, sound_key), ("audio",)),
    ]


def _read_playlist(fetch: Fetch, key: str) -> Playlist:
    return parse(fetch(key).decode("utf-8", errors="replace"))


def _track(fetch: Fetch, key: str, playlist: Playlist, kinds: tuple[str, ...]) -> Track:
    if not playlist.segments:
        raise InvalidInput(f"The HLS playlist {key} has no segments.")
    if any(segment.encrypted for segment in playlist.segments):
        raise InvalidInput(
            f"The HLS playlist {key} is encrypted, and its key is not ours to use.",
            hint="Copy the video in the clear, or move its original file instead.",
        )
    return Track(fetch=fetch, key=key, playlist=playlist, kinds=kinds)


def resolve(key: str, uri: str) -> str:
    """The key that a playlist's URI means, seen from the playlist's own key."""
    parts = urlsplit(uri)
    if parts.scheme or parts.netloc:
        raise InvalidInput(f"The HLS playlist {key} points outside its bucket.")
    target = posixpath.normpath(posixpath.join("/", posixpath.dirname(key), unquote(parts.path)))
    return target.lstrip("/")


def probe(parts: Sequence[Track]) -> MediaFacts:
    """Length by the playlist, size and codecs by the first segments."""
    with ExitStack() as opened:
        facts = [
            describe(opened.enter_context(open_bytes(part.sample())), duration_s=part.playlist.duration_s)
            for part in parts
        ]
    return MediaFacts(
        duration_s=facts[0].duration_s,
        width=facts[0].width,
        height=facts[0].height,
        video_codec=facts[0].video_codec,
        audio_codec=facts[-1].audio_codec,
    )
