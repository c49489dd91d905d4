"""A batch at Mux's documented limits against the floor that the limit sets."""

import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.claim import EXACT, Claim
from bench.driving import ready, start, wait_for_end
from sandbox.small_school import fill
from sandbox.stack import running_stack


def measure(*, quick: bool) -> Iterator[Claim]:
    videos, rate_per_s = (40, 2.5) if quick else (200, 1.0)  # what the last one takes is little of it
    flags = ["--post-per-s", str(rate_per_s)]
    env = {"MUX_POST_PER_S": str(rate_per_s)}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), mux_flags=flags, **env) as stack,
    ):
        fill(stack, lessons=videos)
        services = ready(stack)
        stack.webhook()
        stack.worker()
        began = time.perf_counter()
        batch = start(services)
        status = wait_for_end(batch.id, services, timeout_s=videos / rate_per_s * 2 + 60)
        wall_s = time.perf_counter() - began
        stats = json.load(urllib.request.urlopen(f"{stack.mux.url}/sandbox/stats"))
    assert status.progress.done == videos, dict(status.progress.counts)
    floor_s = (videos - 1) / rate_per_s
    beside = f"{videos} videos at {rate_per_s:g} POST/s: {wall_s:.1f} s, floor {floor_s:.1f} s"
    yield Claim(name="batch / limit's floor", figure=wall_s / floor_s, unit="×", most=1.1, beside=beside)
    refused = stats["limited"].get("video_post", 0) / stats["requests"]["video_post"]
    yield Claim(name="POSTs answered 429", figure=refused, unit="of 1", most=0.01, slack=EXACT)
    beside = f"{stats['assets']['alive']} assets for {videos} videos"
    extra = abs(stats["assets"]["alive"] - videos)
    yield Claim(name="assets too many or too few", figure=extra, unit="", most=0, slack=EXACT, beside=beside)
