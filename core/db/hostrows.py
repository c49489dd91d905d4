"""A table of the host in a statement, whatever columns it has and of whatever types."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Boolean, ColumnElement, TableClause, Text, cast, false, null

from core.db.hoststatements import host_table
from core.db.hosttext import INTEGERS, cast_to, is_id_of
from core.found import FoundColumn


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
        return cast(self.clause.c[name] if self.has(name) else null(), Text)

    def flag(self, name: str) -> ColumnElement[bool]:
        """The column as a boolean; NULL where there is none."""
        return cast(self.text(name), Boolean)

    def is_id(self, name: str, parameter: str, value: str | None) -> ColumnElement[bool]:
        """Whether the column holds the id that is bound as `parameter`; never, where it could not hold it."""
        if value is None or not self.has(name) or not is_id_of(self.found[name], value):
            return false()
        return self.clause.c[name] == cast_to(self.found[name], parameter)

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
