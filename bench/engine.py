"""What one item costs the worker, limits off, and whether a second worker gets in the way."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.claim import Claim
from bench.driving import ready, start, wait_for_end
from sandbox.small_school import fill
from sandbox.stack import running_stack

NO_LIMITS = {"MUX_POST_PER_S": "0", "MUX_OTHER_PER_S": "0", "MUX_DATA_PER_S": "0"}


def measure(*, quick: bool) -> Iterator[Claim]:
    items = 150 if quick else 1000
    one_s, cpu_s = _run(items, workers=1)
    two_s, _ = _run(items, workers=2)
    beside = f"{items} items: {one_s:.1f} s with one worker, {two_s:.1f} s with two"
    per_item_ms = cpu_s / items * 1000
    yield Claim(name="worker CPU per item", figure=per_item_ms, unit="ms", most=20, beside=beside)
    # Half a second is what a second process takes to start up on the same cores.
    yield Claim(name="two workers / one", figure=two_s / one_s, unit="×", most=1.1 if quick else 1.0)


def _run(items: int, *, workers: int) -> tuple[float, float]:
    """Wall seconds of a batch, and the workers' CPU seconds spent on it."""
    flags = ["--no-limits", "--instant"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), mux_flags=flags, **NO_LIMITS) as stack,
    ):
        fill(stack, lessons=items)
        services = ready(stack)
        stack.webhook()
        parts = [stack.worker(f"worker-{n}") for n in range(workers)]
        time.sleep(2)  # the workers' imports are not the items' cost
        before_s = sum(part.cpu_s() for part in parts)
        began = time.perf_counter()
        batch = start(services)
        status = wait_for_end(batch.id, services, timeout_s=600)
        wall_s = time.perf_counter() - began
        assert status.progress.done == items, dict(status.progress.counts)
        return wall_s, sum(part.cpu_s() for part in parts) - before_s
