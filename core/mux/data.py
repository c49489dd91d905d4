"""Calls of Mux Data, which are asked again where one of them fails: reading is safe to repeat."""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from core.batch import Retry
from core.errors import RateLimited, Unavailable
from core.ports import VideoHost

Answer = TypeVar("Answer")

AGAIN = Retry(attempts=3, first_s=0.5, most_s=2.0)
"""A run makes hundreds of these calls: one that fails would else end it. What fails longer ends it."""


class PacedData:
    """What the parts of `PacedMux` about Mux Data share."""

    _mux: VideoHost

    def _of_data(self, ask: Callable[[], Answer]) -> Answer:
        """Raises what the last try raises. After a 429 the next slot is late enough."""
        tries = 1
        while True:
            try:
                with self._data_slot():
                    return ask()
            except (RateLimited, Unavailable) as error:
                delay_s = AGAIN.delay_s(tries, jitter=random.random())
                if delay_s is None:
                    raise
                if isinstance(error, Unavailable):
                    time.sleep(delay_s)
            tries += 1

    def _data_slot(self) -> AbstractContextManager[None]:
        raise NotImplementedError
