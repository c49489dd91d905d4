"""Values on their way into and out of host columns: as text, cast to the type of the column."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, cast
from sqlalchemy.types import UserDefinedType

from core.found import FoundColumn

INTEGERS = frozenset({"smallint", "integer", "bigint"})
INTEGER = re.compile(r"-?\d{1,18}")


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


def cast_to(column: FoundColumn, parameter: str, *, exact: bool = False) -> ColumnElement[Any]:
    """A bound text as a value of the column's type.

    Without its length, so that a value that is too long is refused rather than cut; `exact` with it, for
    comparing with what the column has made of a value.
    """
    type_ = column.type if exact else column.base_type
    return cast(bindparam(parameter, type_=Text), Spelled(type_))


def is_id_of(column: FoundColumn, row_id: str) -> bool:
    """Whether the text can be a value of the id column at all; casting another would end the transaction."""
    if column.base_type in INTEGERS:
        return INTEGER.fullmatch(row_id) is not None
    if column.base_type == "uuid":
        return _is_uuid(row_id)
    return True


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
