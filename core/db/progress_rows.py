"""Statements that write the school's `lesson_progress`, in whichever of its columns there are."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Insert,
    Numeric,
    Select,
    Text,
    Update,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from core.db.hostrows import HostRows
from core.db.hosttext import Spelled, cast_to

NOW = func.timezone("UTC", func.now())
"""The school's times are UTC without a zone."""


def add_to_row(rows: HostRows) -> Update:
    """Add to the row of this person and lesson; of several, which nothing forbids, to the newest."""
    values = {name: value(rows) for name, value in ADDED.items() if rows.has(name)}
    return update(rows.clause).where(literal_column("ctid") == _newest(rows)).values(values)


def new_row(rows: HostRows) -> Insert:
    """The first row of this person and lesson."""
    values = {name: value(rows) for name, value in FIRST.items() if rows.has(name)}
    return insert(rows.clause).values(values)


def _newest(rows: HostRows) -> ColumnElement[Any]:
    ids = [rows.clause.c[name] == _bound(rows, name, name) for name in ("user_id", "lesson_id")]
    found: Select[Any] = select(literal_column("ctid")).select_from(rows.clause).where(*ids)
    return found.order_by(rows.text("updated_at").desc().nulls_last()).limit(1).scalar_subquery()


def _bound(rows: HostRows, name: str, parameter: str) -> ColumnElement[Any]:
    return cast_to(rows.found[name], f"told_{parameter}")


def _seconds(rows: HostRows, name: str, parameter: str) -> ColumnElement[Any]:
    """Seconds as the school keeps them, whole ones perhaps."""
    told = cast(bindparam(f"told_{parameter}", type_=Text), Numeric)
    return cast(told, Spelled(rows.found[name].base_type))


def _watched(rows: HostRows) -> ColumnElement[Any]:
    return func.coalesce(rows.clause.c.watched_s, 0) + _seconds(rows, "watched_s", "more_s")


def _completed(rows: HostRows) -> ColumnElement[Any]:
    """Once seen, always seen."""
    told = cast(bindparam("told_completed", type_=Text), Boolean)
    both = or_(func.coalesce(rows.flag("completed"), False), told)
    return cast(both, Spelled(rows.found["completed"].base_type))


def _now(rows: HostRows) -> ColumnElement[Any]:
    return func.now() if "with time zone" in rows.found["updated_at"].base_type else NOW


ADDED: dict[str, Callable[[HostRows], ColumnElement[Any]]] = {
    "watched_s": _watched,
    "position_s": lambda rows: _seconds(rows, "position_s", "position_s"),
    "completed": _completed,
    "updated_at": _now,
}
FIRST: dict[str, Callable[[HostRows], ColumnElement[Any]]] = {
    "user_id": lambda rows: _bound(rows, "user_id", "user_id"),
    "lesson_id": lambda rows: _bound(rows, "lesson_id", "lesson_id"),
    "watched_s": lambda rows: _seconds(rows, "watched_s", "more_s"),
    "position_s": ADDED["position_s"],
    "completed": lambda rows: _bound(rows, "completed", "completed"),
    "updated_at": _now,
}
