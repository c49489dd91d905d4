"""Films of hours that cost nothing: two pictures, or two packets of sound, far apart."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy


@dataclass(frozen=True, slots=True)
class Film:
    """What an asset is made of: minutes, and size of the picture; None has sound alone."""

    minutes: int
    size: tuple[int, int] | None


def write(film: Film, path: Path) -> bytes:
    """A film of two pictures, or of two packets of sound, however long it is."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        if film.size is None:
            _write_sound(container, film.minutes * 60)
        else:
            _write_pictures(container, film.minutes * 60, film.size)
    return path.read_bytes()


def _write_pictures(container: Any, seconds: int, size: tuple[int, int]) -> None:
    stream = container.add_stream("libx264", rate=1)
    stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
    stream.options = {"preset": "ultrafast", "tune": "zerolatency"}
    for at_s in (0, seconds - 1):
        frame = av.VideoFrame.from_ndarray(numpy.zeros((size[1], size[0], 3), numpy.uint8), format="rgb24")
        frame.pts = at_s
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _write_sound(container: Any, seconds: int) -> None:
    stream = container.add_stream("aac", rate=8_000)
    stream.codec_context.layout = "mono"
    packets = []
    for at in range(4):
        frame = av.AudioFrame.from_ndarray(
            numpy.zeros((1, 1024), numpy.float32), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts = 8_000, at * 1024
        packets += stream.encode(frame)
    first, last = packets[1], packets[2]
    first.pts = first.dts = 0
    last.pts = last.dts = seconds * 8_000 - 1024
    container.mux([first, last])
