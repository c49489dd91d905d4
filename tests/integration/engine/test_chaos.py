"""`kill -9` of worker, webhook and database at random moments, with Mux failing all the while."""

import json
import random
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from bench.driving import ready, start, wait_for_end
from core import applying, migrating, reconciling
from core.access import SYSTEM
from core.batch import FailureBudget, ItemState
from core.migration import Options, PolicyRule
from sandbox.small_school import fill
from sandbox.stack import Stack, query, running_stack

VIDEOS = 40
KILLS = 14
FAULTS = (
    "error_rate=0.15",
    "html_502_rate=0.05",
    "drop_after_create_rate=0.1",
    "error_after_create_rate=0.05",
    "late_create_s=1",
    "lost_rate=0.1",
    "doubled_rate=0.2",
    "shuffled=true",
)
FAST = ("--post-per-s", "10", "--other-per-s", "50")
SETTINGS = {"MUX_POST_PER_S": "3", "MUX_OTHER_PER_S": "40", "LOST_GRACE_S": "2", "SWEEP_AFTER_S": "5"}


@pytest.mark.slow
def test_whatever_is_killed_every_source_ends_with_one_asset_and_every_row_is_switched(
    tmp_path: Path,
) -> None:
    flags = [*FAST, *(word for fault in FAULTS for word in ("--fault", fault))]
    with running_stack(tmp_path, mux_flags=flags, **SETTINGS) as stack:
        fill(stack, lessons=VIDEOS)
        services = ready(stack)
        applying.apply(by=SYSTEM, services=services)
        stack.webhook()
        stack.worker()
        options = Options(policy=PolicyRule.PUBLIC, budget=FailureBudget(least=10_000))
        batch = start(services, options=options)
        killer = Killer(stack, random.Random(20))
        wait_for_end(batch.id, services, timeout_s=400, meanwhile=killer, every_s=0.2)
        assert killer.kills == KILLS, "the batch ended before all kills"
        calm(stack)
        reconciling.reconcile(by=SYSTEM, services=services)
        status = migrating.status(batch.id, services=services)
        assert status.progress.counts[ItemState.DONE] == VIDEOS, dict(status.progress.counts)
        one_live_asset_each(stack)


class Killer:
    """While items are alive: kills something at each of `KILLS` random moments, and starts it again."""

    def __init__(self, stack: Stack, chance: random.Random) -> None:
        self.stack, self.chance = stack, chance
        self.kills = 0
        self.next_at = monotonic() + 1.0

    def __call__(self) -> None:
        if self.kills < KILLS and monotonic() >= self.next_at:
            self.kill_one()

    def kill_one(self) -> None:
        self.kills += 1
        victims: list[Callable[[], None]] = [self._worker, self._webhook, self._database]
        self.chance.choice(victims)()
        self.next_at = monotonic() + self.chance.uniform(0.2, 0.8)

    def _worker(self) -> None:
        self._restart("worker")

    def _webhook(self) -> None:
        self._restart("webhook")

    def _restart(self, name: str) -> None:
        self.stack.parts[name].kill()
        self.stack.parts[name].start()

    def _database(self) -> None:
        self.stack.postgres.kill()
        self.stack.postgres.start()


def calm(stack: Stack) -> None:
    """End all faults, and let the double deliver what it still holds."""
    body = json.dumps(dict.fromkeys((fault.partition("=")[0] for fault in FAULTS), 0)).encode()
    request = urllib.request.Request(f"{stack.mux.url}/sandbox/faults", data=body, method="POST")
    urllib.request.urlopen(request).close()


def one_live_asset_each(stack: Stack) -> None:
    assets = json.load(urllib.request.urlopen(f"{stack.mux.url}/sandbox/assets"))["assets"]
    live = {asset["id"] for asset in assets if not asset["deleted"]}
    adopted = query(
        stack, "SELECT source_id, asset_id FROM mux_admin.asset_sources WHERE released_at IS NULL"
    )
    assert {asset_id for _, asset_id in adopted} == live
    assert set(Counter(source_id for source_id, _ in adopted).values()) == {1}
    rows = query(stack, "SELECT mux_asset_id FROM lessons")
    assert {asset_id for (asset_id,) in rows} == live
    assert len(rows) == VIDEOS
