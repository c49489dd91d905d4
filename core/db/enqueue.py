"""How a job is added in a transaction of ours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from core.records import Job


class Enqueue(Protocol):
    """Adds a job on a psycopg connection; `core.jobs` has the real one."""

    def __call__(
        self,
        connection: Any,
        job: Job,
        *,
        at: datetime | None,
        key: str | None,
        priority: int,
        args: Mapping[str, Any],
    ) -> None: ...
