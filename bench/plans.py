"""How PostgreSQL would read what is asked, as it says itself."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

READS = ("SELECT", "WITH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A step of a plan that reads a table; `index` is "" where it reads all of it."""

    table: str
    index: str


def looks(ask: Callable[[], object]) -> tuple[int, list[Look]]:
    """How many questions it asks, and how each of their tables is read."""
    plans: list[Mapping[str, Any]] = []
    with _explained(plans):
        ask()
    return len(plans), [look for plan in plans for look in looks_of(plan)]


@contextmanager
def _explained(plans: list[Mapping[str, Any]]) -> Iterator[None]:
    """Each question is explained just before it is asked, with the values that it is asked with."""

    def explain(connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(READS):
            with connection.connection.cursor() as beside:
                beside.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
                plans.append(beside.fetchone()[0][0]["Plan"])

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


def looks_of(step: Mapping[str, Any]) -> Iterator[Look]:
    """Of a plan, step by step; a bitmap's index stands in a step below the one that names the table."""
    if "Relation Name" in step:
        is_bitmap = step["Node Type"] == "Bitmap Heap Scan"
        steps = [step, *_below(step)] if is_bitmap else [step]
        index = next((one["Index Name"] for one in steps if "Index Name" in one), "")
        yield Look(table=step["Relation Name"], index=index)
    for one in step.get("Plans", ()):
        yield from looks_of(one)


def _below(step: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in step.get("Plans", ()):
        yield one
        yield from _below(one)
