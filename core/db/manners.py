"""How a run that changes the host's tables behaves towards the site that uses them."""

import random
from dataclasses import dataclass

from core.statement import Kind

CONCURRENT = (Kind.CREATE_INDEX, Kind.DROP_INDEX, Kind.REMOVE_INDEX, Kind.VALIDATE_EMPTY)

GROWTH = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a run behaves towards the site that uses the tables.

    While `ALTER TABLE` waits for its lock, everybody queues behind it: its wait is the outage. So it waits
    for a moment only, and tries again after a pause of random length that grows, for as long as `patience_s`.
    """

    lock_wait_ms: int = 50
    pause_s: tuple[float, float] = (0.3, 1.0)
    longest_pause_s: float = 5.0
    patience_s: float = 600.0
    change_most_s: int = 10
    known_after_s: float = 3.0
    """Until each process that writes has looked at the columns anew (`known_columns.FRESH_S`)."""
    index_most_s: int = 6 * 3600

    def pause_after(self, tries: int) -> float:
        """Seconds until the next try: whoever is in the way after many is met more rarely."""
        grown = random.uniform(*self.pause_s) * GROWTH ** (tries - 1)
        return min(grown, self.longest_pause_s)

    def limits(self, kind: Kind) -> dict[str, str]:
        """PostgreSQL's settings for a statement. A build or drop that runs concurrently holds nobody up while
        it waits, and a wait that is cut off would leave an invalid index: only its whole time is limited."""
        most_s = self.index_most_s if kind in CONCURRENT else self.change_most_s
        lock_wait = "0" if kind in CONCURRENT else f"{self.lock_wait_ms}ms"
        return {"lock_timeout": lock_wait, "statement_timeout": f"{most_s}s"}
