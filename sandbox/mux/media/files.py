"""Downloadable files of an asset: copied where they can be, encoded anew where they must shrink."""

from pathlib import Path
from typing import Any

import av

from sandbox.mux.media.copying import remux
from sandbox.mux.media.probe import resolution_tier
from sandbox.mux.media.transcode import standardise

FAST_START = {"movflags": "faststart"}


def film(source: Path, target: Path, stop_s: float | None, lines: int | None) -> dict[str, Any]:
    """An MP4 of at most `lines` lines on its shorter side; its facts as a static rendition shows them."""
    part = target.with_name(f"{target.name}.part")
    if lines is None or _shorter_side(source) <= lines:
        remux(source, part, format_name="mp4", options=FAST_START, stop_s=stop_s)
    else:
        standardise(source, part, stop_s, lines)
    part.replace(target)
    with av.open(str(target)) as container:
        codec = container.streams.video[0].codec_context
        size = {"width": codec.width, "height": codec.height}
    return _facts(target) | size | {"resolution_tier": resolution_tier(**size, cap="2160p")}


def sound(source: Path, target: Path, stop_s: float | None) -> dict[str, Any]:
    part = target.with_name(f"{target.name}.part")
    remux(source, part, format_name="mp4", options=FAST_START, stop_s=stop_s, kinds=("audio",))
    part.replace(target)
    return _facts(target) | {"resolution_tier": "audio-only"}


def _facts(path: Path) -> dict[str, Any]:
    size_bytes = path.stat().st_size
    with av.open(str(path)) as container:
        duration_s = max(0.001, (container.duration or 0) / av.time_base)
    return {"status": "ready", "filesize": str(size_bytes), "bitrate": int(size_bytes * 8 / duration_s)}


def _shorter_side(source: Path) -> int:
    with av.open(str(source)) as container:
        codec = container.streams.video[0].codec_context
        return min(codec.width, codec.height)
