"""Two worker processes share a batch while a fifth of Mux's answers are errors."""

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import pytest

from bench.driving import ready, start, wait_for_end
from core import applying
from core.access import SYSTEM
from core.batch import FailureBudget, ItemState
from core.migration import Options, PolicyRule
from sandbox.small_school import fill
from sandbox.stack import Stack, query, running_stack

VIDEOS = 40
FAULTS = ("error_rate=0.2", "drop_after_create_rate=0.1", "doubled_rate=0.5", "shuffled=true")
FLAGS = ("--post-per-s", "10", "--other-per-s", "50", *(w for fault in FAULTS for w in ("--fault", fault)))
SETTINGS = {"MUX_POST_PER_S": "4", "MUX_OTHER_PER_S": "40", "LOST_GRACE_S": "2", "SWEEP_AFTER_S": "5"}
UNDER_WAY = """SELECT worker_id, args->>'item_id' FROM mux_admin.procrastinate_jobs
    WHERE status = 'doing' AND task_name = 'submit'"""
HISTORY = "SELECT item_id, from_state, to_state FROM mux_admin.item_changes WHERE item_id IS NOT NULL"


@pytest.mark.slow
def test_two_workers_share_a_batch_and_neither_repeats_what_the_other_does(tmp_path: Path) -> None:
    with running_stack(tmp_path, mux_flags=FLAGS, **SETTINGS) as stack:
        fill(stack, lessons=VIDEOS)
        services = ready(stack)
        applying.apply(by=SYSTEM, services=services)
        stack.webhook()
        for name in ("worker", "second worker"):
            stack.worker(name)
        options = Options(policy=PolicyRule.PUBLIC, budget=FailureBudget(least=10_000))
        watch = Watch(stack)
        batch = start(services, options=options)
        status = wait_for_end(batch.id, services, timeout_s=240, meanwhile=watch, every_s=0.05)
        assert status.progress.counts[ItemState.DONE] == VIDEOS, dict(status.progress.counts)
        assert len(watch.workers) == 2, "one worker did it all"
        assert watch.twice == set()
        for item_id, states in histories(stack):
            assert all(left[1] == right[0] for left, right in pairwise(states)), (item_id, states)
            assert Counter(then for _, then in states)["done"] == 1, (item_id, states)
        assert sorted(Counter(passthroughs(stack)).values()) == [1] * VIDEOS


class Watch:
    """Looks who submits which item at the moment."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.workers: set[object] = set()
        self.twice: set[object] = set()

    def __call__(self) -> None:
        rows = query(self.stack, UNDER_WAY)
        self.workers |= {worker for worker, _ in rows}
        self.twice |= {item for item, times in Counter(item for _, item in rows).items() if times > 1}


def histories(stack: Stack) -> Iterator[tuple[object, list[tuple[object, object]]]]:
    """Each item's moves in their order."""
    rows = query(stack, f"{HISTORY} AND from_state <> to_state ORDER BY item_id, id")
    for item_id, moves in groupby(rows, key=itemgetter(0)):
        yield item_id, [(before, then) for _, before, then in moves]


def passthroughs(stack: Stack) -> list[str]:
    """Of all assets that were ever made, deleted ones too."""
    with urllib.request.urlopen(f"{stack.mux.url}/sandbox/assets") as answer:
        return [asset["passthrough"] for asset in json.load(answer)["assets"]]
