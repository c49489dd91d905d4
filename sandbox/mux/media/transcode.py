"""Makes inputs that browsers cannot play as they are into H.264 and AAC, as Mux does with every input."""

from pathlib import Path
from typing import Any

import av

from sandbox.mux.media.copying import first_streams

KEYFRAME_EVERY_S = 4
WIDEST = 1920


def standardise(source: Path, target: Path, stop_s: float | None = None, lines: int | None = None) -> None:
    """Writes `target` (MP4, key frame every 4 s); it appears only when it is complete.

    `lines` bounds the shorter side of the picture.
    """
    part = target.with_name(f"{target.name}.unfinished")
    with av.open(str(source)) as read, av.open(str(part), "w", "mp4") as written:
        lanes = {stream.index: _Lane(stream, written, lines) for stream in first_streams(read)}
        for packet in read.demux([lane.source for lane in lanes.values()]):
            if not _beyond(packet, stop_s):
                lanes[packet.stream_index].take(packet)
        for lane in lanes.values():
            lane.finish()
    part.replace(target)


class _Lane:
    """One stream's way from decoder to encoder."""

    def __init__(self, source: Any, container: Any, lines: int | None) -> None:
        self.source = source
        self._container = container
        is_picture = source.type == "video"
        self._written = _picture(source, container, lines) if is_picture else _sound(source, container)
        self._resampler = None if is_picture else _resampler(self._written)
        self._last_at: int | None = None

    def take(self, packet: Any) -> None:
        for frame in self._decoded(packet):
            for shaped in self._shaped(frame):
                self._container.mux(self._written.encode(shaped))

    def finish(self) -> None:
        for rest in self._resampler.resample(None) if self._resampler else []:
            self._container.mux(self._written.encode(rest))
        self._container.mux(self._written.encode(None))

    def _decoded(self, packet: Any) -> list[Any]:
        try:
            return list(packet.decode())
        except av.error.InvalidDataError:
            # A damaged packet costs its picture, not the film.
            return []

    def _shaped(self, frame: Any) -> list[Any]:
        if self._resampler:
            return list(self._resampler.resample(frame))
        # A busy browser records two pictures at one moment, which MP4 does not take.
        if frame.pts is not None and self._last_at is not None and frame.pts <= self._last_at:
            return []
        self._last_at = frame.pts
        # Forget what the source coded as key frames; the encoder sets its own.
        frame.pict_type = 0
        return [frame.reformat(self._written.width, self._written.height, "yuv420p")]


def _picture(source: Any, container: Any, lines: int | None) -> Any:
    rate = source.average_rate or 30
    stream = container.add_stream("libx264", rate=rate)
    stream.width, stream.height = _size(source.codec_context, lines)
    stream.pix_fmt = "yuv420p"
    # Keeps the timing of sources whose frame rate varies.
    stream.codec_context.time_base = source.time_base
    stream.options = {"preset": "veryfast", "g": str(max(1, round(rate * KEYFRAME_EVERY_S)))}
    return stream


def _size(codec: Any, lines: int | None) -> tuple[int, int]:
    longer, shorter = max(codec.width, codec.height), min(codec.width, codec.height)
    scale = min(1.0, WIDEST / longer, (lines or shorter) / shorter)
    # Encoders want even sides.
    width, height = (max(2, int(side * scale) // 2 * 2) for side in (codec.width, codec.height))
    return width, height


def _sound(source: Any, container: Any) -> Any:
    stream = container.add_stream("aac", rate=48_000)
    stream.layout = "mono" if source.codec_context.channels == 1 else "stereo"
    return stream


def _resampler(stream: Any) -> Any:
    return av.AudioResampler(format="fltp", layout=stream.layout, rate=48_000, frame_size=1024)


def _beyond(packet: Any, stop_s: float | None) -> bool:
    return stop_s is not None and packet.pts is not None and float(packet.pts * packet.time_base) >= stop_s
