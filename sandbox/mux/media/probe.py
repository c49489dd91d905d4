"""Reads what a media file truly holds: every packet is looked at, no header is believed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any

import av

from sandbox.mux.media.copying import first_streams
from sandbox.mux.media.pull import InputRefused, download_failed

ENCODINGS = {"h264": "h.264", "hevc": "h.265"}
# Still pictures and text open as "video" in FFmpeg; Mux takes neither.
NOT_MEDIA = ("_pipe", "image2", "tty", "srt", "webvtt", "ass", "lrc")
UNREACHABLE = (av.error.HTTPClientError, av.error.HTTPServerError, ConnectionError, TimeoutError)
LONGEST_GOP_S = 20.0
# To open, and to wait for each read: a silent host must not keep a thread for ever.
TIMEOUTS_S = (5.0, 30.0)
HEAVIEST_BITS_PER_S = 8_000_000

TIERS = (("720p", 921_600), ("1080p", 2_073_600), ("1440p", 4_194_304))


@dataclass(slots=True)
class _Span:
    """What one stream's packets add up to."""

    start_s: float = float("inf")
    end_s: float = 0.0
    size_bytes: int = 0
    last_keyframe_s: float | None = None
    longest_gop_s: float = 0.0

    def take(self, packet: Any) -> None:
        at_s = float(packet.pts * packet.time_base)
        self.start_s = min(self.start_s, at_s)
        self.end_s = max(self.end_s, at_s + float((packet.duration or 0) * packet.time_base))
        self.size_bytes += packet.size
        if packet.is_keyframe:
            since_s = at_s - (self.last_keyframe_s if self.last_keyframe_s is not None else at_s)
            self.longest_gop_s = max(self.longest_gop_s, since_s)
            self.last_keyframe_s = at_s

    @property
    def duration_s(self) -> float:
        # Packets before zero are encoder priming: a player throws them away.
        return max(0.0, self.end_s - max(0.0, self.start_s))


def probe(path: str) -> dict[str, Any]:
    """Facts of a local file: `container_format`, `duration_s`, `tracks` as `input-info` shows them,
    `aspect_ratio`, `bits_per_s` and `non_standard` (Mux's reasons, empty when it can be remuxed as it is).
    """
    with opened(path) as container:
        streams = _media_streams(container)
        spans = {stream.index: _Span() for stream in streams}
        for packet in container.demux(streams):
            # The demuxer ends with an empty packet per stream.
            if packet.pts is not None:
                spans[packet.stream_index].take(packet)
        return _facts(container, streams, spans)


def probe_header(url: str) -> dict[str, Any]:
    """The same facts from the file's index alone; opens a URL without downloading it."""
    with opened(url) as container:
        streams = _media_streams(container)
        whole_s = (container.duration or 0) / av.time_base
        spans = {stream.index: _Span(0.0, _header_duration_s(stream) or whole_s) for stream in streams}
        return _facts(container, streams, spans)


def resolution_tier(width: int, height: int, cap: str) -> str:
    """Mux's price tier by pixel count, never above the asset's `max_resolution_tier`."""
    tier = next((name for name, pixels in TIERS if width * height <= pixels), "2160p")
    order = [name for name, _ in TIERS] + ["2160p"]
    # Stored, and paid for, at most as high as the asset was allowed to be.
    return min(tier, cap, key=order.index)


@contextmanager
def opened(source: str) -> Iterator[av.container.InputContainer]:
    """An open input; whatever FFmpeg cannot read or reach becomes Mux's reason."""
    try:
        with av.open(source, timeout=TIMEOUTS_S) as container:
            yield container
    except UNREACHABLE as error:
        reason = type(error).__name__
        raise download_failed(f"The input could not be downloaded: {reason}") from None
    except (av.error.FFmpegError, OSError):
        raise InputRefused("invalid_input", "The input is not a media file that can be read") from None


def _media_streams(container: av.container.InputContainer) -> list[Any]:
    if container.format.name.endswith(NOT_MEDIA):
        raise _no_duration()
    return first_streams(container)


def _facts(container: Any, streams: list[Any], spans: dict[int, _Span]) -> dict[str, Any]:
    duration_s = max((span.duration_s for span in spans.values()), default=0.0)
    if duration_s <= 0:
        raise _no_duration()
    picture = next((stream for stream in streams if stream.type == "video"), None)
    size_bytes = sum(span.size_bytes for span in spans.values())
    return {
        "container_format": "mp4" if "mp4" in container.format.name else container.format.name.split(",")[0],
        "duration_s": round(duration_s, 6),
        "tracks": [_track(stream, spans[stream.index]) for stream in streams],
        "aspect_ratio": _aspect_ratio(picture) if picture else None,
        "bits_per_s": int(size_bytes * 8 / duration_s),
        "non_standard": _reasons(streams, spans, size_bytes * 8 / duration_s),
    }


def _track(stream: Any, span: _Span) -> dict[str, Any]:
    codec = stream.codec_context
    track = {
        "type": stream.type,
        "duration": round(span.duration_s, 6),
        "encoding": ENCODINGS.get(codec.name, codec.name),
    }
    if stream.type == "audio":
        return track | {"sample_rate": codec.sample_rate, "channels": codec.channels}
    rate = round(float(stream.average_rate or 0), 3)
    return track | {"width": codec.width, "height": codec.height, "frame_rate": rate or -1}


def _aspect_ratio(stream: Any) -> str:
    shape = stream.sample_aspect_ratio or Fraction(1)
    wide, high = stream.codec_context.width * shape.numerator, stream.codec_context.height * shape.denominator
    common = gcd(wide, high) or 1
    return f"{wide // common}:{high // common}"


def _reasons(streams: list[Any], spans: dict[int, _Span], bits_per_s: float) -> dict[str, str]:
    """Why Mux would call an input non-standard. Source: mux.com/docs/guides/minimize-processing-time."""
    reasons: dict[str, str] = {}
    for stream in streams:
        codec = stream.codec_context
        if stream.type == "audio":
            reasons |= {} if codec.name == "aac" else {"audio_codec": codec.name}
            continue
        checks = {
            "video_codec": (codec.name != "h264", codec.name),
            "unsupported_pixel_format": (codec.pix_fmt not in ("yuv420p", "yuvj420p"), str(codec.pix_fmt)),
            "video_gop_size": (spans[stream.index].longest_gop_s > LONGEST_GOP_S, "high"),
            "video_bitrate": (bits_per_s > HEAVIEST_BITS_PER_S, "high"),
        }
        reasons |= {name: value for name, (applies, value) in checks.items() if applies}
    return reasons


def _header_duration_s(stream: Any) -> float:
    return float(stream.duration * stream.time_base) if stream.duration else 0.0


def _no_duration() -> InputRefused:
    return InputRefused("invalid_input", "Input file does not contain a duration")
