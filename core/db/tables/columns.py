"""What the tables are made of. A name in a table says its unit; every time is aware UTC."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, DateTime, Double, Identity, Integer, MetaData, Text
from sqlalchemy import text as sql

SCHEMA = "mux_admin"
metadata = MetaData(schema=SCHEMA)

KEY = Text(collation="C")
"""S3 lists keys in the order of their bytes; so do we, whatever the database's own collation."""


def identity() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def maybe_text(name: str) -> Column[str]:
    return Column(name, Text)


def at(name: str) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=False)


def maybe_at(name: str) -> Column[datetime]:
    return Column(name, DateTime(timezone=True))


def number(name: str) -> Column[float]:
    return Column(name, Double)


def count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=sql("0"))
