"""Who watched what, and what players could not do."""

from sqlalchemy import Boolean, Column, Double, Table, Text, Uuid

from core.db.tables.columns import at, metadata, text

viewings = Table(
    "viewings",
    metadata,
    Column("session", Uuid, primary_key=True),
    text("lesson_id"),
    text("person"),
    at("started_at"),
    at("reported_at"),
    Column("position_s", Double, nullable=False),
    Column("watched_s", Double, nullable=False),
    Column("counted_s", Double, nullable=False),
    Column("completed", Boolean, nullable=False),
)

playback_troubles = Table(
    "playback_troubles",
    metadata,
    Column("id", Text, primary_key=True),
    text("lesson_id"),
    text("provider"),
    text("code"),
    text("message"),
    text("person"),
    at("at"),
)
