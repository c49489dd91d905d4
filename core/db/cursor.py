"""A psycopg cursor that describes its columns in few words.

SQLAlchemy asks every result for its columns and reads two of seven fields; psycopg makes an object of each,
which for a wide join costs more than fetching the row.
"""

from typing import Any

import psycopg

Described = tuple[str, int, None, None, None, None, None]


class PlainCursor(psycopg.Cursor[Any]):
    """`description` as the DB-API has it: name, type, and nothing that nobody asks for."""

    @property
    def description(self) -> list[Described] | None:  # type: ignore[override]  # plain tuples, as in PEP 249
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [
            ((result.fname(n) or b"").decode(), result.ftype(n), None, None, None, None, None)
            for n in range(result.nfields)
        ]
