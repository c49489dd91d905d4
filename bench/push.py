"""Push mode streams: memory stays flat whatever the object's size."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.claim import EXACT, Claim
from sandbox.school.clips import Clip, make_clip
from sandbox.stack import BUCKET, ROOT, Stack, running_stack

SMALL_BYTES = 64_000_000


def measure(*, quick: bool) -> Iterator[Claim]:
    large_bytes = 256_000_000 if quick else 2_000_000_000
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), mux_flags=["--no-limits"]) as stack,
    ):
        clip = Clip(title="Large", subtitle="", number=1, hue=0.1, duration_s=2)
        make_clip(clip, Path(folder))
        peaks = []
        for size_bytes in (SMALL_BYTES, large_bytes):
            stack.s3.put_synthetic(
                BUCKET, f"{size_bytes}.mp4", clip=Path(folder) / clip.name, size_bytes=size_bytes
            )
            peaks.append(_push(stack, f"{size_bytes}.mp4"))
    small, large = (f"{peak:.0f} MB" for peak in peaks)
    beside = f"peak {small} for {SMALL_BYTES / 1e6:.0f} MB, {large} for {large_bytes / 1e6:.0f} MB"
    yield Claim(
        name="push memory, large / small",
        figure=peaks[1] / peaks[0],
        unit="×",
        most=1.2,
        slack=EXACT,
        beside=beside,
    )


def _push(stack: Stack, key: str) -> float:
    """Peak MB of a process that pushes one object."""
    command = [sys.executable, "-m", "bench.push_one", BUCKET, key]
    done = subprocess.run(command, cwd=ROOT, env={**stack.env}, capture_output=True, text=True, check=True)
    return float(done.stdout)
