"""Conditions on the school's rows that are never NULL, whatever their columns are."""

from typing import Any

from sqlalchemy import ColumnElement, false, func, literal_column, select

from core.db.hostrows import HostRows
from core.db.hosttext import INTEGERS

Condition = ColumnElement[bool]


def among(rows: HostRows, name: str, others: HostRows, other: str, condition: Condition) -> Condition:
    """Whether the column is that of one of the other rows that are so; never NULL."""
    if not (rows.has(name) and others.has(other)):
        return false()
    types = {rows.found[name].base_type, others.found[other].base_type}
    is_same = len(types) == 1 or types <= INTEGERS.keys()
    ours, theirs = (
        (rows.clause.c[name], others.clause.c[other]) if is_same else (rows.text(name), others.text(other))
    )
    found = select(theirs).where(theirs.is_not(None), condition)
    return func.coalesce(ours.in_(found), false())


def contains(text: ColumnElement[Any], word: str) -> Condition:
    """Whatever the case; the database makes it lower on both sides, as its locale has it."""
    return func.coalesce(text.icontains(word, autoescape=True), false())


def is_playlist(address: ColumnElement[Any]) -> Condition:
    bare = func.split_part(address, literal_column("'?'"), literal_column("1"))
    return func.lower(bare).like(literal_column("'%.m3u8'"))
