"""Whose letter of a week left, and what became of it."""

from sqlalchemy import Column, Date, Table, Text

from core.db.tables.columns import at, maybe_text, metadata, text

digests = Table(
    "digests",
    metadata,
    Column("week", Date, primary_key=True),  # its Monday
    Column("user_id", Text, primary_key=True),
    text("state"),
    at("at"),
    maybe_text("error"),
)
