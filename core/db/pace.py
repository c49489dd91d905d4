"""Mux's rate limits, shared by every process: one row per bucket, one statement per call.

A reservation in the manner of GCRA: the row holds when the next call may go out, and whoever takes a slot
moves that moment on by one gap. The clock is the database's, so machines need not agree on the time.
"""

import math
import time
from collections.abc import Callable, Mapping
from threading import Event, Lock

from sqlalchemy import Engine, TextClause, text

from core.db.errors import translated
from core.pace import Stopped
from core.ports import Call, Lane

MARGIN = 1.02
"""Gaps are 2 % longer than the limit asks for: on the way to Mux a call may catch up with the one before."""

LATE_S = 0.1
"""A slot taken only this much too late, or a quarter of the gap, does not push back the following ones."""

LONGEST_NAP_S = 0.5
"""How often a waiting caller looks whether it should give up."""

SLOWER = 1.5
STEEPEST = 8.0
"""A 429 makes the gap half as long again, up to this many times the normal one."""

HEALS_S = 30.0
"""In this time half of a slowdown is gone."""


def _sql(statement: str) -> TextClause:
    """`<slowdown>`: how many times the normal gap is kept now; `<gap>`: that gap in seconds."""
    healed = "least(60, extract(epoch FROM clock_timestamp() - slowed_at) / :heals_s)"
    slowdown = f"(1 + (slowdown - 1) * power(0.5, {healed}))"
    moved_on = (
        "CASE WHEN next_at > clock_timestamp() - make_interval(secs => least(:late_s, :gap_s / 4))"
        " THEN next_at ELSE clock_timestamp() END + make_interval(secs => <gap>)"
    )
    whole = statement.replace("<moved on>", moved_on).replace("<gap>", "(:gap_s * <slowdown>)")
    return text(whole.replace("<slowdown>", slowdown)).bindparams(heals_s=HEALS_S)


RESERVE = _sql("""
UPDATE pace SET next_at = <moved on> WHERE bucket = :bucket
RETURNING extract(epoch FROM next_at - clock_timestamp()) - <gap>
""").bindparams(late_s=LATE_S)
TAKE_FREE = _sql("""
WITH taken AS (
    UPDATE pace SET next_at = <moved on> WHERE bucket = :bucket AND next_at <= clock_timestamp()
    RETURNING bucket
)
SELECT CASE WHEN EXISTS (SELECT FROM taken) THEN 0 ELSE extract(epoch FROM next_at - clock_timestamp()) END
FROM pace WHERE bucket = :bucket
""").bindparams(late_s=LATE_S)
# Calls that were on their way together are refused together: one reason to slow down, not many.
SLOW = _sql("""
UPDATE pace SET
    next_at = greatest(next_at, clock_timestamp() + make_interval(secs => coalesce(:wait_s, <gap>))),
    slowdown = CASE WHEN news THEN least(:steepest, :slower * <slowdown>) ELSE slowdown END,
    slowed_at = CASE WHEN news THEN clock_timestamp() ELSE slowed_at END
FROM (
    SELECT slowed_at < clock_timestamp() - interval '1 second' AS news FROM pace WHERE bucket = :bucket
) AS last
WHERE bucket = :bucket
""").bindparams(slower=SLOWER, steepest=STEEPEST)
SLOWDOWN = _sql("SELECT <slowdown> FROM pace WHERE bucket = :bucket")
REFUSED = text("""
WITH forgotten AS (DELETE FROM refusals WHERE bucket = :bucket AND at < now() - interval '1 hour')
INSERT INTO refusals (bucket, at) VALUES (:bucket, clock_timestamp())
""")
REFUSALS = text("SELECT count(*) FROM refusals WHERE bucket = :bucket AND at > now() - interval '1 minute'")


class SqlPace:
    """Fills `Pace`. `limits_per_s` has Mux's limit for each call; 0 means none, and costs nothing."""

    def __init__(self, engine: Engine, limits_per_s: Mapping[Call, float]) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._limits_per_s = dict(limits_per_s)
        self._turns = {call: Lock() for call in Call}
        self._stopped = Event()

    def take(self, call: Call, lane: Lane) -> float:
        if not self._limits_per_s[call]:
            return 0.0
        statement = RESERVE if lane is Lane.INTERACTIVE else TAKE_FREE
        wait_s = self._ask(statement, call, gap_s=self._gap_s(call))
        # A batch that is told 0 believes that it has the slot.
        return max(wait_s, 0.0 if lane is Lane.INTERACTIVE or wait_s == 0 else 0.001)

    def wait(self, call: Call, lane: Lane, *, unless: Callable[[], bool] | None = None) -> bool:
        if lane is Lane.INTERACTIVE:
            time.sleep(self.take(call, lane))
            return True
        self._go_on()
        return not self._limits_per_s[call] or self._wait_in_line(call, unless or (lambda: False))

    def stop(self) -> None:
        self._stopped.set()

    def slow(self, call: Call, *, wait_s: float | None = None) -> None:
        self.refused(call)
        if self._limits_per_s[call]:
            with translated(), self._engine.connect() as connection:
                values = {"bucket": call.value, "gap_s": self._gap_s(call), "wait_s": wait_s}
                connection.execute(SLOW, values)

    def refused(self, call: Call) -> None:
        if self._limits_per_s[call]:
            with translated(), self._engine.connect() as connection:
                connection.execute(REFUSED, {"bucket": call.value})

    def refusals(self, call: Call) -> int:
        return int(self._ask(REFUSALS, call)) if self._limits_per_s[call] else 0

    def rate_per_s(self, call: Call) -> float:
        if not self._limits_per_s[call]:
            return math.inf
        return self._limits_per_s[call] / self._ask(SLOWDOWN, call)

    def _wait_in_line(self, call: Call, gives_up: Callable[[], bool]) -> bool:
        """One of this process's callers asks the database at a time; the others wait for their turn here."""
        turn = self._turns[call]
        while not turn.acquire(timeout=LONGEST_NAP_S):
            self._go_on()
            if gives_up():
                return False
        try:
            while wait_s := self.take(call, Lane.BATCH):
                self._stopped.wait(min(wait_s, LONGEST_NAP_S))
                self._go_on()
                if gives_up():
                    return False
        finally:
            turn.release()
        return True

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise Stopped

    def _gap_s(self, call: Call) -> float:
        return MARGIN / self._limits_per_s[call]

    def _ask(self, statement: TextClause, call: Call, **values: float) -> float:
        with translated(), self._engine.connect() as connection:
            return float(connection.execute(statement, {"bucket": call.value, **values}).scalar_one())
