"""Copies packets from one container into another without touching pictures or sound."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av


def remux(
    source: Path,
    target: Path,
    *,
    format_name: str,
    options: Mapping[str, str],
    stop_s: float | None = None,
    kinds: tuple[str, ...] = ("video", "audio"),
) -> None:
    """Writes the first stream of each kind to `target`, ending at `stop_s` if that is given."""
    with av.open(str(source)) as read, av.open(str(target), "w", format_name, dict(options)) as written:
        streams = first_streams(read, kinds)
        copies = {stream.index: written.add_stream_from_template(stream) for stream in streams}
        for packet in read.demux(streams):
            if packet.dts is not None and not _beyond(packet, stop_s):
                packet.stream = copies[packet.stream_index]
                written.mux(packet)


def first_streams(container: Any, kinds: tuple[str, ...] = ("video", "audio")) -> list[Any]:
    """One stream of each kind, cover pictures left out."""
    found = []
    for kind in kinds:
        real = [stream for stream in getattr(container.streams, kind) if not _is_cover(stream)]
        found += real[:1]
    return found


def _is_cover(stream: Any) -> bool:
    return stream.type == "video" and bool(stream.disposition & av.stream.Disposition.attached_pic)


def _beyond(packet: Any, stop_s: float | None) -> bool:
    return stop_s is not None and float(packet.dts * packet.time_base) >= stop_s
