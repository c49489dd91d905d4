"""What one item costs the worker, limits off, and whether a second worker gets in the way."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.claim import TIME, Claim
from bench.driving import ready, start, wait_for_end
from core.ports import Services
from core.selection import Choice, Filter
from sandbox.small_school import fill
from sandbox.stack import BUCKET, ROOT, Stack, query, running_stack, wait_until

NO_LIMITS = {"MUX_POST_PER_S": "0", "MUX_OTHER_PER_S": "0", "MUX_DATA_PER_S": "0"}
WARM_UP, WARM_UP_ITEMS = "recording-00000", 10
KEYS = "select substr(video_url, 6 + length(%s)) from lessons order by id limit 100"


def measure(*, quick: bool) -> Iterator[Claim]:
    """CPU per item beside a bare script's, and wall time of two workers beside one's."""
    items = 150 if quick else 1000
    one_s, cpu_s, bare_cpu_s = _run(items, workers=1)
    two_s, _, _ = _run(items, workers=2)
    ours_ms, bare_ms = cpu_s / items * 1000, bare_cpu_s * 1000
    beside = f"{items} items; a bare script {bare_ms:.1f} ms"
    yield Claim(name="worker CPU per item", figure=ours_ms, unit="ms", most=20, slack=TIME, beside=beside)
    yield Claim(name="worker CPU / bare script", figure=ours_ms / bare_ms, unit="×", most=5.0)
    beside = f"{one_s:.1f} s with one worker, {two_s:.1f} s with two"
    yield Claim(name="two workers / one", figure=two_s / one_s, unit="×", most=1.0, slack=1.6, beside=beside)


def _run(items: int, *, workers: int) -> tuple[float, float, float]:
    """Wall seconds of a batch, the workers' CPU seconds for it, a bare script's CPU seconds per object."""
    flags = ["--no-limits", "--instant"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), mux_flags=flags, **NO_LIMITS) as stack,
    ):
        fill(stack, lessons=items + WARM_UP_ITEMS)
        services = ready(stack)
        bare_cpu_s = _bare(stack)
        stack.webhook()
        parts = [stack.worker(f"worker-{n}") for n in range(workers)]
        wait_until(lambda: _queues_served(stack) == 2 * workers, "a worker took no jobs")
        _move(Choice(filter=Filter(search=WARM_UP)), services)  # first imports and connections do not count
        before_s = sum(part.cpu_s() for part in parts)
        began = time.perf_counter()
        moved = _move(Choice(), services)
        wall_s = time.perf_counter() - began
        cpu_s = sum(part.cpu_s() for part in parts) - before_s
        assert moved == items, f"{moved} of {items} moved"
        return wall_s, cpu_s, bare_cpu_s


def _move(choice: Choice, services: Services) -> int:
    """How many items of a batch are done at its end."""
    batch = start(services, choice=choice)
    return wait_for_end(batch.id, services, timeout_s=600).progress.done


def _queues_served(stack: Stack) -> int:
    return len(query(stack, "select id from mux_admin.procrastinate_workers"))


def _bare(stack: Stack) -> float:
    """CPU seconds per object of a script that does the outside calls alone."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare_migration"],
        cwd=ROOT,
        env={**stack.env},
        input="\n".join(str(key) for (key,) in query(stack, KEYS, f"{BUCKET}/")),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
