"""Costs: usage at Mux's limit, and who caused it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import costs_usage as usage
from bench.claim import Claim
from bench.driving import prepared
from sandbox.stack import running_stack


def measure(*, quick: bool) -> Iterator[Claim]:
    scale = usage.QUICK if quick else usage.FULL
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), **usage.stack(scale)) as stack:
        yield from usage.claims(stack, prepared(stack), scale)
