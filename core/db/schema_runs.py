"""`mux_admin.schema_runs`: who changed the host's schema, when, and what came of it."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Integer, RowMapping, and_, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from core.db.tables import schema_runs
from core.profile import Change
from core.schema_detail import Added, added_by
from core.schema_run import MOST_RUNS, Purpose, Run, RunState, Step
from core.statement import Kind, Statement

c = schema_runs.c

CUT_OFF = (RunState.RUNNING, RunState.INTERRUPTED)
"""For whoever holds the lock."""

IDLE = (RunState.WAITING, RunState.INTERRUPTED)


class SchemaRuns:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, by: str, purpose: Purpose = Purpose.APPLY, about: str = "") -> int:
        new = _new(by, RunState.RUNNING, purpose, about)
        return int(self._connection.execute(new.returning(c.id)).scalar_one())

    def ask(self, by: str, *, purpose: Purpose = Purpose.APPLY, about: str = "") -> int | None:
        new = _new(by, RunState.WAITING, purpose, about).on_conflict_do_nothing()
        return self._connection.execute(new.returning(c.id)).scalar()

    def take_up(self, run_id: int) -> Run | None:
        """One that was cut off goes on unless somebody has begun another since, to put it right."""
        later = schema_runs.alias().c
        is_past = exists().where(later.id > run_id, later.state != RunState.WAITING)
        goes_on = or_(c.state == RunState.WAITING, and_(c.state.in_(CUT_OFF), ~is_past))
        taken = update(schema_runs).where(c.id == run_id, goes_on)
        taken = taken.values(state=RunState.RUNNING, finished_at=None, error=None)
        row = self._connection.execute(taken.returning(*c)).mappings().first()
        return _run(row, alive=True) if row else None

    def plan(self, run_id: int, left: int) -> None:
        planned = func.jsonb_array_length(c.steps) + left
        self._connection.execute(update(schema_runs).where(c.id == run_id).values(planned=planned))

    def begin(self, run_id: int, now: str) -> None:
        """Note the statement that is under way."""
        self._connection.execute(update(schema_runs).where(c.id == run_id).values(now=now))

    def record(self, run_id: int, step: Step) -> None:
        steps = c.steps.op("||")(literal([asdict(step)], JSONB))
        self._connection.execute(update(schema_runs).where(c.id == run_id).values(steps=steps, now=None))

    def take_back(self, run_id: int) -> None:
        """The step that was recorded last did not come about."""
        steps = c.steps.op("-")(literal(-1, Integer))
        self._connection.execute(update(schema_runs).where(c.id == run_id).values(steps=steps))

    def close(self, run_id: int, state: RunState, error: str | None) -> Run:
        ended = update(schema_runs).where(c.id == run_id)
        ended = ended.values(state=state, error=error, now=None, finished_at=func.clock_timestamp())
        return _run(self._connection.execute(ended.returning(*c)).mappings().one(), alive=True)

    def give_up(self, run_id: int, error: str) -> None:
        """End one that is not under way: it may be at this moment, where its job has come twice."""
        idle = update(schema_runs).where(c.id == run_id, c.state.in_(IDLE))
        ended = {"state": RunState.FAILED, "error": error, "finished_at": func.clock_timestamp()}
        self._connection.execute(idle.values(now=None, **ended))

    def close_interrupted(self) -> None:
        """For whoever holds the lock: what still calls itself running has lost its process."""
        self._connection.execute(
            update(schema_runs)
            .where(c.state == RunState.RUNNING)
            .values(state=RunState.INTERRUPTED, finished_at=func.clock_timestamp())
        )

    def added(self) -> Added:
        """What they have added of what is there."""
        return added_by(self.newest(limit=MOST_RUNS, alive=True))

    def newest(self, *, limit: int, alive: bool) -> list[Run]:
        """`alive`: whether somebody holds the lock, so that an open run is still under way."""
        found = select(schema_runs).order_by(c.id.desc()).limit(limit)
        return [_run(row, alive=alive) for row in self._connection.execute(found).mappings()]


def step_of(statement: Statement | Change, sql: str, seconds: float = 0.0, tries: int = 1) -> Step:
    return Step(
        table=statement.table,
        kind=statement.kind,
        name=statement.name,
        columns=tuple(column.name for column in statement.columns),
        sql=sql,
        seconds=round(seconds, 3),
        tries=tries,
    )


def _new(by: str, state: RunState, purpose: Purpose, about: str) -> Insert:
    return insert(schema_runs).values(
        actor=by, state=state, started_at=func.clock_timestamp(), steps=[], purpose=purpose, about=about
    )


def _run(row: RowMapping, *, alive: bool) -> Run:
    state = RunState(row["state"])
    return Run(
        id=row["id"],
        by=row["actor"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        state=state if alive or state is not RunState.RUNNING else RunState.INTERRUPTED,
        steps=tuple(_step(step) for step in row["steps"]),
        planned=row["planned"],
        now=row["now"],
        error=row["error"],
        purpose=Purpose(row["purpose"]),
        about=row["about"],
    )


def _step(data: dict[str, Any]) -> Step:
    return Step(**{**data, "kind": Kind(data["kind"]), "columns": tuple(data["columns"])})
