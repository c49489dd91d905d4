"""How files and segments are opened, so that nothing in them can lead FFmpeg elsewhere."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

import av
from av.stream import Disposition
from av.video.stream import VideoStream

from core.errors import InvalidInput
from core.source import MediaFacts

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,mxf,flv,asf,ogg,aac,mp3,wav,h264,hevc"
)
"""Containers of films. Playlist formats are left out: a file must not name others for FFmpeg to open."""

CONVERT_IT = "Convert it to MP4 with H.264, put it in its place and scan again."

PROTOCOLS = "http,https,tcp,tls"

GLANCE: dict[str, str] = {"probesize": "200000", "analyzeduration": "200000"}
"""Enough of a segment to know its codecs; the whole of it would cost four times the CPU."""


def open_url(url: str, *, timeout_s: float) -> "InputContainer":
    """Open a file over HTTP; `timeout_s` counts for the opening and for each read."""
    options = {"protocol_whitelist": PROTOCOLS, "format_whitelist": FORMATS}
    timeouts_s = (timeout_s, timeout_s)
    return av.open(url, "r", options=options, timeout=timeouts_s, metadata_errors="replace")


def open_stream(file: Any, **options: str) -> "InputContainer":
    """Open something with a `read`."""
    options = {"format_whitelist": FORMATS, **options}
    opened: InputContainer = av.open(file, "r", options=options, metadata_errors="replace")
    return opened


def open_bytes(body: bytes) -> "InputContainer":
    """A container over bytes in memory, such as the first segment of a folder."""
    return open_stream(BytesIO(body), **GLANCE)


def first_of(container: "InputContainer", kind: str) -> "Stream | None":
    """The first "video" or "audio" track; cover art is no picture track."""
    cover = Disposition.attached_pic
    tracks = (stream for stream in container.streams if stream.type == kind)
    return next((stream for stream in tracks if not stream.disposition & cover), None)


def context_of(stream: "Stream") -> Any:
    """Its decoder. Raises `InvalidInput` where FFmpeg has none."""
    if stream.codec_context is None:  # type: ignore[redundant-expr, unused-ignore]  # PyAV's types deny it
        raise InvalidInput("The file is in a format that nothing here can decode.", hint=CONVERT_IT)
    return stream.codec_context


def codec_of(stream: "Stream | None") -> str | None:
    """The codec's own name, whichever library decodes it."""
    return context_of(stream).codec.canonical_name if stream else None


def describe(container: "InputContainer", *, duration_s: float | None) -> MediaFacts:
    """Size and codecs."""
    video, audio = first_of(container, "video"), first_of(container, "audio")
    size = context_of(video) if isinstance(video, VideoStream) else None
    return MediaFacts(
        duration_s=duration_s,
        width=size.width if size else None,
        height=size.height if size else None,
        video_codec=codec_of(video),
        audio_codec=codec_of(audio),
    )
