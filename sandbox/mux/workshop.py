"""A few threads for media work, so that the API answers while files are read."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Workshop:
    """Runs blocking work in threads; work under one name is done once, however many wait for it."""

    def __init__(self, threads: int) -> None:
        # What a viewer waits for must not queue behind a batch of ingests.
        self._ingest = ThreadPoolExecutor(threads, thread_name_prefix="ingest")
        self._playback = ThreadPoolExecutor(2, thread_name_prefix="playback")
        self._under_way: dict[str, asyncio.Future[Any]] = {}

    async def ingest(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._ingest, lambda: work(*args, **kwargs))

    async def once(self, name: str, work: Callable[[], T]) -> T:
        """The result of `work`, shared by all who ask for `name` before it is there."""
        future = self._under_way.get(name)
        if future is None:
            future = asyncio.ensure_future(asyncio.get_running_loop().run_in_executor(self._playback, work))
            self._under_way[name] = future
            future.add_done_callback(lambda _: self._under_way.pop(name, None))
        # One waiter going away must not take the work from the others.
        return await asyncio.shield(future)

    def close(self) -> None:
        self._ingest.shutdown(wait=False, cancel_futures=True)
        self._playback.shutdown(wait=False, cancel_futures=True)
