"""Costs: usage at Mux's limit, who caused it, and the pages over a year of it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import costs_page as page
from bench import costs_usage as usage
from bench.claim import Claim
from bench.driving import prepared
from sandbox.stack import running_stack


def measure(*, quick: bool) -> Iterator[Claim]:
    scale = usage.QUICK if quick else usage.FULL
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), **usage.stack(scale)) as stack:
        services = prepared(stack)
        yield from usage.claims(stack, services, scale)
        yield from page.claims(stack, services, page.QUICK if quick else page.FULL)
