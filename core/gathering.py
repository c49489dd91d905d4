"""Gathering: deliveries that come at the same moment, kept together."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from core import ingesting
from core.errors import AppError
from core.event import Event
from core.ports import Services

log = logging.getLogger("lectern.webhook")


class Intake:
    """Deliveries that arrive while one transaction is under way are kept together in the next.

    So a burst costs few commits and one connection, and a lone delivery waits for nobody.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._thread = ThreadPoolExecutor(1, "webhook")
        self._turn = asyncio.Lock()
        self._waiting: list[Event] = []
        self._next: asyncio.Task[frozenset[str]] | None = None

    async def keep(self, event: Event) -> bool:
        """Whether it is new, once that is committed. Raises `Unavailable`."""
        self._waiting.append(event)
        if self._next is None:
            self._next = asyncio.create_task(self._keep_waiting())
        try:
            new = await asyncio.shield(self._next)  # who hangs up does not take the others along
        except AppError:
            raise
        except Exception:
            log.exception("kept one by one: among those that came together, one was not kept")
            new = await self._keep([event])
        return event.id in new

    async def _keep_waiting(self) -> frozenset[str]:
        async with self._turn:
            together, self._waiting, self._next = self._waiting, [], None
            return await self._keep(together)

    async def _keep(self, events: list[Event]) -> frozenset[str]:
        keep = partial(ingesting.keep, events, services=self._services)
        return await asyncio.get_running_loop().run_in_executor(self._thread, keep)
