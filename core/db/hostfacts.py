"""Facts on their way into a row of the host's: which are ours to write, and which its columns hold."""

from collections.abc import Mapping
from typing import Any

from core.columntype import holds
from core.db.hosttext import as_json, as_text, is_id_of
from core.errors import InvalidInput
from core.found import FoundColumn
from core.lesson import with_equal_statuses
from core.target import SHARED, writable

Columns = Mapping[str, FoundColumn]
Facts = Mapping[str, Any]


def declared(table: str, facts: Facts) -> dict[str, Any]:
    """With both statuses where one is given. Raises `InvalidInput` for columns that are none of ours."""
    wanted = with_equal_statuses(table, facts)
    if foreign := sorted(set(wanted) - writable(table)):
        raise InvalidInput(
            f"{table} has no columns of ours named {', '.join(foreign)}.",
            hint="Only the columns that Lectern adds are written.",
        )
    return wanted


def fitting(table: str, facts: Facts, columns: Columns) -> dict[str, Any]:
    """Without those of shared columns that the school keeps in a type of its own: `12:04` is no number."""
    shared = SHARED[table]
    return {
        name: value
        for name, value in facts.items()
        if name not in shared or name not in columns or holds(shared[name].type, columns[name].type)
    }


def can_be_row(columns: Columns, row_id: str) -> bool:
    """Whether the id can be one of the table's at all."""
    return "id" in columns and is_id_of(columns["id"], row_id)


def bound(prefix: str, values: Facts) -> dict[str, str | None]:
    """Bind names for the values of columns."""
    return {f"{prefix}_{name}": as_text(value) for name, value in values.items()}


def in_json(values: Facts) -> dict[str, Any]:
    """The values as JSON can hold them without loss."""
    return {name: as_json(value) for name, value in values.items()}
