"""Writes the sample rows into the host's tables, once."""

from collections.abc import Iterable
from dataclasses import astuple, fields
from typing import Any

import psycopg
from psycopg import sql

from sandbox.school.plan import inventory_rows
from sandbox.school.presence import MARK, filled_inventory
from sandbox.school.rows import School
from sandbox.school.tables import FILLED, NUMBERED, TABLES


def fill(connection: psycopg.Connection, school: School, inventory: int) -> None:
    """Makes and fills the tables, or adds the inventory rows that are missing, in one transaction."""
    present = filled_inventory(connection)
    if present is None:
        connection.execute(TABLES)
        for table in FILLED:
            copy_rows(connection, table, getattr(school, table))
    if (present or 0) < inventory:
        pairs = list(inventory_rows(school, present or 0, inventory))
        copy_rows(connection, "videos", (video for video, _ in pairs))
        copy_rows(connection, "lessons", (lesson for _, lesson in pairs))
    for table in NUMBERED:
        skip_used_numbers(connection, table)
    comment = sql.SQL("comment on table lessons is {}").format(MARK + str(max(present or 0, inventory)))
    connection.execute(comment)


def copy_rows(connection: psycopg.Connection, table: str, rows: Iterable[Any]) -> None:
    """Field names are column names. Nothing to do when there are no rows."""
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        return
    columns = sql.SQL(", ").join(sql.Identifier(field.name) for field in fields(first))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write_row(astuple(first))
        for row in remaining:
            copy.write_row(astuple(row))


def skip_used_numbers(connection: psycopg.Connection, table: str) -> None:
    """The next row that the school adds gets a number of its own."""
    statement = "select setval(pg_get_serial_sequence({0}, 'id'), (select max(id) from {1}))"
    connection.execute(sql.SQL(statement).format(table, sql.Identifier(table)))
