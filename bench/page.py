"""The migrate page over many sources."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.claim import Claim
from bench.driving import scanned
from bench.reruns import claims, dashboard
from sandbox.small_school import fill
from sandbox.stack import running_stack

QUERIES = ("", "page=3", "sort=largest", "search=recording-0000", "course=2", "page=200", "standing=any")


def measure(*, quick: bool) -> Iterator[Claim]:
    sources, runs = (20_000, 3) if quick else (100_000, 15)
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        fill(stack, lessons=sources)
        scanned(stack)
        port, beside = dashboard(stack), f"{sources:,} sources"
        yield from claims("migrate", QUERIES, port=port, runs=runs, most=4, beside=beside)
