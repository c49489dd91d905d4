"""A table of the host in a statement, whatever columns it has and of whatever types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    TableClause,
    Text,
    case,
    cast,
    false,
    literal_column,
    null,
    type_coerce,
)

from core.db.hoststatements import host_table
from core.db.hosttext import INTEGERS, as_kept_id, cast_to, is_id_of
from core.found import FoundColumn

TEXTS = ("text", "character varying")
"""Types whose values are texts as they are."""


@dataclass(frozen=True, slots=True)
class HostRows:
    """The rows of one host table; a column that is not there reads as NULL."""

    found: Mapping[str, FoundColumn]
    clause: TableClause

    def has(self, *names: str) -> bool:
        """Whether the school's table has all these columns."""
        return all(name in self.found for name in names)

    def text(self, name: str) -> ColumnElement[str]:
        """The column as text; NULL where there is none."""
        if not self.has(name):
            return cast(null(), Text)
        column = self.clause.c[name]
        return type_coerce(column, Text) if self.found[name].base_type in TEXTS else cast(column, Text)

    def or_waiting(self, name: str, facts: ColumnElement[Any]) -> ColumnElement[str]:
        """The column as text; what waits for it among these facts counts as written."""
        key = literal_column(f"'{name}'", Text)
        return case((facts.op("?")(key), facts.op("->>")(key)), else_=self.text(name))

    def flag(self, name: str) -> ColumnElement[bool]:
        """The column as a boolean; NULL where there is none."""
        if self.has(name) and self.found[name].base_type == "boolean":
            return type_coerce(self.clause.c[name], Boolean)
        return cast(self.text(name), Boolean)

    def is_id(self, name: str, parameter: str, value: str | None) -> ColumnElement[bool]:
        """Whether the column holds the id that is bound as `parameter`; never, where it could not hold it."""
        if value is None or not self.has(name) or not is_id_of(self.found[name], value):
            return false()
        return self.clause.c[name] == cast_to(self.found[name], parameter)

    def is_kept(self, name: str, kept: Select[Any], text: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether the id column holds what the query finds, which kept it as `text`."""
        if not self.has(name):
            return false()
        native = as_kept_id(self.found[name], text)
        if native is None:
            return self.text(name).in_(kept)
        return self.clause.c[name].in_(kept.with_only_columns(native))

    def same(self, name: str, other: "HostRows", other_name: str) -> ColumnElement[bool]:
        """Whether two ids are the same; compared as text only where their types differ."""
        if not (self.has(name) and other.has(other_name)):
            return false()
        types = {self.found[name].base_type, other.found[other_name].base_type}
        if len(types) == 1 or types <= INTEGERS.keys():
            return self.clause.c[name] == other.clause.c[other_name]
        return self.text(name) == other.text(other_name)


def host_rows(schema: str, name: str, found: Mapping[str, FoundColumn]) -> HostRows:
    """The rows of `schema.name`, whose columns were found to be these."""
    return HostRows(found, host_table(schema, name, tuple(found.values())))
