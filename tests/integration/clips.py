"""Small films made with PyAV, as files and as HLS folders."""

from pathlib import Path
from typing import Any

import av
import numpy

RATE = 10


def write_film(
    path: Path,
    *,
    seconds: float = 2.0,
    size: tuple[int, int] = (128, 72),
    video: str = "libx264",
    audio: str = "aac",
    **options: str,
) -> Path:
    """A film whose brightness grows; '' leaves a track out. `options` go to the muxer."""
    with av.open(str(path), "w", options=options) as container:
        pictures = _picture_track(container, video, size) if video else None
        sounds = _sound_track(container, audio) if audio else None
        for number in range(round(seconds * RATE)):
            if pictures:
                container.mux(pictures.encode(_picture(number, size)))
            if sounds:
                container.mux(sounds.encode(_sound(number, sounds.rate)))
        for stream in filter(None, (pictures, sounds)):
            container.mux(stream.encode())
    return path


def write_hls(folder: Path, *, seconds: float = 4.0, video: str = "libx264", **options: str) -> Path:
    """An HLS folder with segments of about a second; returns its media playlist."""
    folder.mkdir(parents=True, exist_ok=True)
    usual = {"hls_time": "1", "hls_list_size": "0", "hls_playlist_type": "vod"}
    playlist = folder / "index.m3u8"
    return write_film(playlist, seconds=seconds, video=video, **(usual | options))


def _picture_track(container: Any, codec: str, size: tuple[int, int]) -> Any:
    stream = container.add_stream(codec, rate=RATE)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.options = {"preset": "ultrafast"} if codec == "libx264" else {}
    stream.codec_context.gop_size = RATE
    return stream


def _sound_track(container: Any, codec: str) -> Any:
    stream = container.add_stream(codec, rate=48_000)
    stream.codec_context.layout = "mono"
    return stream


def _picture(number: int, size: tuple[int, int]) -> Any:
    shade = numpy.full((size[1], size[0], 3), (number * 5) % 256, numpy.uint8)
    frame = av.VideoFrame.from_ndarray(shade, format="rgb24")
    frame.pts = number
    return frame


def _sound(number: int, rate: int) -> Any:
    length = rate // RATE
    time_s = (numpy.arange(length) + number * length) / rate
    wave = (0.2 * numpy.sin(2 * numpy.pi * 440 * time_s)).astype(numpy.float32)
    frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="fltp", layout="mono")
    frame.sample_rate = rate
    frame.pts = number * length
    return frame
