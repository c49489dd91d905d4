"""Values on their way into and out of host columns: as text, cast to the type of the column."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, case, cast, literal_column
from sqlalchemy.types import UserDefinedType

from core.found import FoundColumn

INTEGERS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
"""Integer types, and the first number that is too large for each."""

INTEGER = re.compile(r"-?[0-9]{1,19}")
IS_UUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


class Spelled(UserDefinedType[Any]):
    """A type by the name that PostgreSQL's catalog gives it."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_options: Any) -> str:
        return self.name


def as_text(value: object) -> str | None:
    """The value as PostgreSQL reads it; times in UTC, so that columns without a zone get UTC too."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
        case _:
            return str(value)


def as_json(value: object) -> object:
    """The value as JSON can hold it without loss."""
    return as_text(value) if isinstance(value, datetime | Decimal | UUID) else value


def as_number(told: float | str | None) -> float | None:
    """What a column says in number; None where it says something else, such as "12:30"."""
    try:
        return float(told) if told is not None else None
    except ValueError:
        return None


def cast_to(column: FoundColumn, parameter: str, *, exact: bool = False) -> ColumnElement[Any]:
    """A bound text as a value of the column's type.

    Without its length, so that a value that is too long is refused rather than cut; `exact` with it, for
    comparing with what the column has made of a value.
    """
    type_ = column.type if exact else column.base_type
    return cast(bindparam(parameter, type_=Text), Spelled(type_))


KEPT_IDS = {
    **dict.fromkeys(INTEGERS, ("'^-?[0-9]{1,18}$'", "bigint")),
    "uuid": ("'^[0-9a-f-]{36}$'", "uuid"),
}
"""What an id of these types looks like as text, and the type by which an index on them is searched."""


def as_kept_id(column: FoundColumn, text: ColumnElement[Any]) -> ColumnElement[Any] | None:
    """An id that was kept as text, as a value that an index on the id column is searched by; NULL where it is
    none of its type, None where the column itself has to be read as text."""
    if column.base_type not in KEPT_IDS:
        return None
    pattern, type_ = KEPT_IDS[column.base_type]
    return case((text.op("~")(literal_column(pattern)), cast(text, Spelled(type_))))


def is_id_of(column: FoundColumn, row_id: str) -> bool:
    """Whether the text can be a value of the id column at all; casting another would end the transaction."""
    if limit := INTEGERS.get(column.base_type):
        return INTEGER.fullmatch(row_id) is not None and -limit <= int(row_id) < limit
    if column.base_type == "uuid":
        return IS_UUID.fullmatch(row_id) is not None
    return "\x00" not in row_id  # no text of PostgreSQL's holds it
