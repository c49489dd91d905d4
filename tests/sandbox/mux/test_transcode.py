"""Inputs that browsers cannot play as they are."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from sandbox.mux.media.transcode import standardise

MS = Fraction(1, 1000)
PICTURES, EVERY_MS = 60, 33


def recorded(path: Path, *, twice_one_in: int) -> Path:
    """A recording as a browser makes it, some of whose pictures have the moment of the one before."""
    with av.open(str(path), "w", "webm") as written:
        stream = written.add_stream("libvpx", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = MS
        packets = []
        for number in range(PICTURES):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 3, np.uint8), format="rgb24")
            frame.pts, frame.time_base = number * EVERY_MS, MS
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for number, packet in enumerate(packets):
            if number % twice_one_in == twice_one_in - 1:
                packet.pts = packet.dts = packets[number - 1].pts
            written.mux(packet)
    return path


def test_of_two_pictures_at_one_moment_the_first_is_kept(tmp_path: Path) -> None:
    source = recorded(tmp_path / "recorded.webm", twice_one_in=10)
    standardise(source, tmp_path / "standard.mp4")
    with av.open(str(tmp_path / "standard.mp4")) as read:
        moments = [packet.pts for packet in read.demux(video=0) if packet.pts is not None]
    assert len(moments) == len(set(moments)) == PICTURES - PICTURES // 10
