"""What one item costs the worker, limits off, and whether a second worker gets in the way.

One worker and two are measured in pairs, the order swapped from pair to pair, and the median of the ratios
counts: a machine that grows busier or slower meanwhile burdens both sides of a pair alike.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.claim import TIME, Claim
from bench.driving import ready, start, wait_for_end, wait_for_workers
from core.ports import Services
from core.selection import Choice, Filter
from sandbox.small_school import fill
from sandbox.stack import BUCKET, ROOT, Stack, query, running_stack

NO_LIMITS = {"MUX_POST_PER_S": "0", "MUX_OTHER_PER_S": "0", "MUX_DATA_PER_S": "0"}
KEYS = "select substr(video_url, 6 + length(%s)) from lessons order by id limit 100"


def measure(*, quick: bool) -> Iterator[Claim]:
    """CPU per item beside a bare script's, and wall time of two workers beside one's."""
    if quick:  # a second worker shows in minutes, not in seconds
        yield from _alone([_run(100, workers=1)], items=100)
        return
    runs = [_pair(1000, two_first=number % 2 == 1) for number in range(3)]
    yield from _alone([one for one, _ in runs], items=1000)
    ratio = statistics.median(two.wall_s / one.wall_s for one, two in runs)
    beside = ", ".join(f"{one.wall_s:.1f} s with one, {two.wall_s:.1f} s with two" for one, two in runs)
    yield Claim(name="two workers / one", figure=ratio, unit="×", most=1.0, beside=beside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A batch: its wall seconds, the workers' CPU seconds for it, a bare script's CPU seconds per object."""

    wall_s: float
    cpu_s: float
    bare_cpu_s: float


def _alone(runs: Sequence[Run], *, items: int) -> Iterator[Claim]:
    """What one worker costs."""
    ours_ms = statistics.median(one.cpu_s for one in runs) / items * 1000
    bare_ms = statistics.median(one.bare_cpu_s for one in runs) * 1000
    beside = f"{items} items; a bare script {bare_ms:.1f} ms"
    yield Claim(name="worker CPU per item", figure=ours_ms, unit="ms", most=20, slack=TIME, beside=beside)
    yield Claim(name="worker CPU / bare script", figure=ours_ms / bare_ms, unit="×", most=5.0)


def _pair(items: int, *, two_first: bool) -> tuple[Run, Run]:
    """A run with one worker and a run with two, in this order of results whichever went first."""
    if two_first:
        two = _run(items, workers=2)
        return _run(items, workers=1), two
    return _run(items, workers=1), _run(items, workers=2)


def _run(items: int, *, workers: int) -> Run:
    """First imports, connections and compiled statements do not count: a tenth more items go before."""
    warm_up = items // 10
    first = Filter(search="recording-000000"[: -len(str(warm_up - 1))])
    flags = ["--no-limits", "--instant"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), mux_flags=flags, **NO_LIMITS) as stack,
    ):
        fill(stack, lessons=items + warm_up)
        services = ready(stack)
        bare_cpu_s = _bare(stack)
        stack.webhook()
        parts = [stack.worker(f"worker-{n}") for n in range(workers)]
        wait_for_workers(stack, workers)
        assert _move(Choice(filter=first), services) == warm_up
        before_s = sum(part.cpu_s() for part in parts)
        began = time.perf_counter()
        moved = _move(Choice(), services)
        wall_s = time.perf_counter() - began
        cpu_s = sum(part.cpu_s() for part in parts) - before_s
        assert moved == items, f"{moved} of {items} moved"
        return Run(wall_s=wall_s, cpu_s=cpu_s, bare_cpu_s=bare_cpu_s)


def _move(choice: Choice, services: Services) -> int:
    """How many items of a batch are done at its end."""
    batch = start(services, choice=choice)
    return wait_for_end(batch.id, services, timeout_s=600).progress.done


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
