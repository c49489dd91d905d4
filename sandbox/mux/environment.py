"""One Mux environment: its state, its limits and faults, its outbox and its workshop."""

import asyncio
import logging
import shutil
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from sandbox.mux.chance import Chance
from sandbox.mux.config import Config
from sandbox.mux.errors import ApiError, not_found
from sandbox.mux.faults import Faults
from sandbox.mux.limits import Limits
from sandbox.mux.outbox import Outbox
from sandbox.mux.store import Row, Store
from sandbox.mux.workshop import Workshop

log = logging.getLogger(__name__)


class Environment:
    """What every request handler gets. `clock` gives epoch seconds and can be turned by tests."""

    def __init__(self, config: Config, clock: Callable[[], float] = time.time) -> None:
        self.config = config
        self.clock = lambda: clock() + config.clock_ahead_s
        self.store = Store(config.state)
        self.chance = Chance(self.store, config.seed)
        self.limits = Limits(config)
        self.faults = Faults().with_changes(config.faults)
        self.workshop = Workshop(config.media_threads)
        self.outbox = Outbox(self)
        self.requests: Counter[str] = Counter()
        self.limited: Counter[str] = Counter()
        self.faults_hit: Counter[str] = Counter()
        self.follow_up: Callable[[str], None] = _nothing
        """Starts what can only be made from a ready asset, or was not finished; set by the app."""
        self._tasks: set[asyncio.Task[Any]] = set()

    def strikes(self, fault: str, rate: float) -> bool:
        """Rolls for a fault, and counts it when it hits."""
        hit = self.chance.strikes(fault, rate)
        if hit:
            self.faults_hit[fault] += 1
        return hit

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs work beside the requests; it is cancelled when the double stops."""
        task = asyncio.get_running_loop().create_task(_outcome_logged(work))
        self._tasks.add(task)
        # The loop keeps only weak references; without this set a task may vanish halfway.
        task.add_done_callback(self._tasks.discard)

    def asset(self, asset_id: str) -> Row:
        """A live asset, or the 404 that Mux answers."""
        row = self.store.assets.find(asset_id)
        if row is None or not row.live:
            raise not_found()
        return row

    def folder(self, asset_id: str) -> Path:
        """Where the asset's bytes and everything made from them lie."""
        return self.config.state / "media" / asset_id

    def drop_folder(self, asset_id: str) -> None:
        shutil.rmtree(self.folder(asset_id), ignore_errors=True)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.outbox.close()
        self.workshop.close()
        self.store.close()


async def _outcome_logged(work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except ApiError:
        log.info("Work given up: its asset was deleted meanwhile")
    except Exception:
        log.exception("Background work failed")


def _nothing(_: str) -> None:
    """Before the app has said what follows."""
