"""A bulk job that changes who may play many copies, at Mux's documented limits against the limit's floor."""

import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.claim import EXACT, Claim
from bench.driving import ready, start, wait_for_end, wait_for_workers
from core import bulk_starting
from core.access import SYSTEM
from core.batch import BatchKind
from core.bulk import Picked
from core.library import LibraryFilter
from core.ports import Services
from core.records import Batch
from sandbox.mux.testing import signing_key
from sandbox.small_school import fill
from sandbox.stack import Stack, query, running_stack

FREE = {"MUX_POST_PER_S": "0", "MUX_OTHER_PER_S": "0"}
"""Getting the copies to Mux is not what is measured."""

LEFT = "select count(*) from mux_admin.assets where policy <> 'signed'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Copies, and what Mux takes per second: of POSTs, and of other requests."""

    copies: int
    post_per_s: float
    other_per_s: float

    @property
    def floor_s(self) -> float:
        """One POST for each copy, the first at once; the two other requests of each hold nothing up."""
        return (self.copies - 1) / self.post_per_s


DOCUMENTED = Scale(copies=1000, post_per_s=1.0, other_per_s=5.0)
QUICK = Scale(copies=24, post_per_s=4.0, other_per_s=20.0)


def measure(*, quick: bool) -> Iterator[Claim]:
    scale = QUICK if quick else DOCUMENTED
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), mux_flags=["--instant"], **FREE) as stack,
    ):
        services = _copies_at_mux(stack, scale.copies)
        _limit(stack, scale)
        began = time.perf_counter()
        batch = _open(services)
        status = wait_for_end(batch.id, services, timeout_s=scale.floor_s * 2 + 60)
        wall_s = time.perf_counter() - began
        stats = json.load(urllib.request.urlopen(f"{stack.mux.url}/sandbox/stats"))
        left = query(stack, LEFT)[0][0]
    assert status.progress.done == scale.copies, dict(status.progress.counts)
    yield from _claims(scale, wall_s, stats, left=int(str(left)))


def _claims(
    scale: Scale, wall_s: float, stats: Mapping[str, Mapping[str, int]], *, left: int
) -> Iterator[Claim]:
    beside = (
        f"{scale.copies:,} copies at {scale.post_per_s:g} POST/s: {wall_s:.1f} s, floor {scale.floor_s:.1f} s"
    )
    yield Claim(
        name="bulk job / limit's floor", figure=wall_s / scale.floor_s, unit="×", most=1.1, beside=beside
    )
    refused = sum(stats["limited"].values()) / sum(stats["requests"].values())
    yield Claim(name="requests answered 429", figure=refused, unit="of 1", most=0.01, slack=EXACT)
    twice = stats["requests"]["video_post"] - scale.copies
    yield Claim(name="copies left, or asked for twice", figure=left + twice, unit="", most=0, slack=EXACT)


def _copies_at_mux(stack: Stack, copies: int) -> Services:
    """A school whose lessons play from Mux to anybody, with a key to sign by; no limits on the way there."""
    stack.mux.kill()
    stack.mux.start("--no-limits")
    stack.env |= signing_key(stack.mux.url)
    fill(stack, lessons=copies)
    services = ready(stack)
    stack.webhook()
    stack.worker()
    assert wait_for_end(start(services).id, services, timeout_s=600).progress.done == copies
    return services


def _limit(stack: Stack, scale: Scale) -> None:
    """From now on Mux and Lectern know these limits."""
    stack.parts["worker"].stop()
    stack.mux.kill()
    limits = ("--post-per-s", str(scale.post_per_s), "--other-per-s", str(scale.other_per_s))
    stack.mux.start(*limits)
    stack.env |= {"MUX_POST_PER_S": str(scale.post_per_s), "MUX_OTHER_PER_S": str(scale.other_per_s)}
    stack.worker("limited")
    wait_for_workers(stack, 1)


def _open(services: Services) -> Batch:
    """Every copy is to play with a token alone."""
    return bulk_starting.start(
        BatchKind.POLICY,
        filter=LibraryFilter(),
        picked=Picked("all"),
        wanted="signed",
        by=SYSTEM,
        services=services,
    )
