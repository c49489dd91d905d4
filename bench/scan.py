"""A scan of many keys against a bare boto3 paginator on the same server."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.claim import EXACT, Claim, peak_mb
from bench.driving import prepared
from core import scanning
from sandbox.school.media import clips
from sandbox.stack import BUCKET, Stack, running_stack


def measure(*, quick: bool) -> Iterator[Claim]:
    keys = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        stack.s3.seed(BUCKET, count=keys, clips=clips(Path(folder) / "media", count=2))
        services = prepared(stack)
        bare_s = _paginate(stack)
        before_mb = peak_mb()
        began = time.perf_counter()
        report = scanning.scan(services=services)
        scan_s = time.perf_counter() - began
        assert report.sources == keys, f"{report.sources} of {keys} keys"
        bare_s = min(bare_s, _paginate(stack))
    beside = f"{keys:,} keys: scan {scan_s:.1f} s, bare paginator {bare_s:.1f} s"
    yield Claim(name="scan / bare paginator", figure=scan_s / bare_s, unit="×", most=1.2, beside=beside)
    growth_mb = peak_mb() - before_mb
    yield Claim(name="scan's memory growth", figure=growth_mb, unit="MB", most=100, slack=EXACT)


def _paginate(stack: Stack) -> float:
    began = time.perf_counter()
    pages = stack.s3.client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    assert sum(len(page["Contents"]) for page in pages)
    return time.perf_counter() - began
