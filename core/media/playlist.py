"""M3U8 playlists (RFC 8216), as far as copying and checking need them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.errors import InvalidInput

ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or a span of it: first byte and length."""

    uri: str
    span: tuple[int, int] | None = None

    def cut(self, body: bytes) -> bytes:
        """Its part of the file that it lies in."""
        return body if self.span is None else body[self.span[0] : sum(self.span)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of the film; `init` has to be read before it, `anew` says that its clock starts again."""

    part: Part
    duration_s: float
    init: Part | None
    anew: bool
    encrypted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A playlist that a multivariant playlist offers."""

    uri: str
    bandwidth: int
    audio_group: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A multivariant playlist has renditions, a media playlist segments."""

    renditions: tuple[Rendition, ...] = ()
    audio: Mapping[str, str] = field(default_factory=dict)
    """URI of the separate sound by group; a group whose sound lies in the renditions is not here."""
    segments: tuple[Segment, ...] = ()

    @property
    def duration_s(self) -> float:
        """The sum of its segments' lengths."""
        return sum(segment.duration_s for segment in self.segments)

    @property
    def best(self) -> Rendition:
        """The rendition of the highest bandwidth."""
        return max(self.renditions, key=lambda rendition: rendition.bandwidth)


def parse(text: str) -> Playlist:
    """Read either kind of playlist. Raises `InvalidInput` where it is none."""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    if not lines or lines[0] != "#EXTM3U":
        raise InvalidInput("This is not an HLS playlist.")
    reader = _Reader()
    try:
        for line in filter(None, lines[1:]):
            reader.read(line)
    except (ValueError, KeyError):
        raise InvalidInput("The HLS playlist is damaged.") from None
    return Playlist(renditions=tuple(reader.renditions), audio=reader.audio, segments=tuple(reader.segments))


class _Reader:
    """Tags describe the URI that follows them; some stand until they are replaced."""

    def __init__(self) -> None:
        self.renditions: list[Rendition] = []
        self.audio: dict[str, str] = {}
        self.segments: list[Segment] = []
        self._rendition: dict[str, str] | None = None
        self._duration_s = 0.0
        self._span = ""
        self._init: Part | None = None
        self._anew = self._encrypted = False
        self._ends: dict[str, int] = {}
        self._tags: dict[str, Callable[[str], None]] = {
            "#EXTINF": self._read_length,
            "#EXT-X-BYTERANGE": self._read_span,
            "#EXT-X-MAP": self._read_init,
            "#EXT-X-KEY": self._read_key,
            "#EXT-X-DISCONTINUITY": self._read_discontinuity,
            "#EXT-X-STREAM-INF": self._read_rendition,
            "#EXT-X-MEDIA": self._read_media,
        }

    def read(self, line: str) -> None:
        """Take the next line; what is not known is passed over, as the standard asks."""
        if not line.startswith("#"):
            self._read_uri(line)
            return
        tag, _, value = line.partition(":")
        if tag in self._tags:
            self._tags[tag](value)

    def _read_uri(self, uri: str) -> None:
        if self._rendition is not None:
            self._add_rendition(uri, self._rendition)
            return
        segment = Segment(
            part=self._part(uri, self._span),
            duration_s=self._duration_s,
            init=self._init,
            anew=self._anew,
            encrypted=self._encrypted,
        )
        self.segments.append(segment)
        self._span, self._anew, self._duration_s = "", False, 0.0

    def _add_rendition(self, uri: str, said: Mapping[str, str]) -> None:
        bandwidth, group = int(said.get("BANDWIDTH", "0")), said.get("AUDIO")
        self.renditions.append(Rendition(uri=uri, bandwidth=bandwidth, audio_group=group))
        self._rendition = None

    def _part(self, uri: str, span: str) -> Part:
        """`span` is `length[@start]`; without a start it follows the last one of the same file."""
        if not span:
            return Part(uri)
        length, _, start = span.partition("@")
        first = int(start) if start else self._ends.get(uri, 0)
        self._ends[uri] = first + int(length)
        return Part(uri, (first, int(length)))

    def _read_length(self, value: str) -> None:
        self._duration_s = float(value.partition(",")[0])

    def _read_span(self, value: str) -> None:
        self._span = value

    def _read_init(self, value: str) -> None:
        said = attributes(value)
        self._init = self._part(said["URI"], said.get("BYTERANGE", ""))

    def _read_key(self, value: str) -> None:
        self._encrypted = attributes(value).get("METHOD", "NONE") != "NONE"

    def _read_discontinuity(self, _: str) -> None:
        self._anew = True

    def _read_rendition(self, value: str) -> None:
        self._rendition = attributes(value)

    def _read_media(self, value: str) -> None:
        said = attributes(value)
        if said.get("TYPE") == "AUDIO" and "URI" in said:
            is_default = said.get("DEFAULT") == "YES"
            if is_default or said["GROUP-ID"] not in self.audio:
                self.audio[said["GROUP-ID"]] = said["URI"]


def attributes(text: str) -> dict[str, str]:
    """`NAME=value,NAME="value"` as a dict, the quotes taken off."""
    return {name: value.strip('"') for name, value in ATTRIBUTE.findall(text)}
