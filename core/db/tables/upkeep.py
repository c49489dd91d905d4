"""What keeps the records true to Mux."""

from sqlalchemy import Boolean, Column, Table, Text

from core.db.tables.columns import at, count, identity, maybe_at, maybe_text, metadata, text

environment = Table(
    "environment",
    metadata,
    Column("sole", Boolean, primary_key=True),
    text("id"),
    text("name"),
    at("noted_at"),
)

discards = Table(
    "discards",
    metadata,
    Column("asset_id", Text, primary_key=True),
    Column("asked", Boolean, nullable=False),  # by a person; else it is a twin
    text("actor"),
    text("actor_subject"),
    at("wanted_at"),
    maybe_at("tried_at"),
)

reconciles = Table(
    "reconciles",
    metadata,
    identity(),
    text("actor"),
    at("started_at"),
    at("finished_at"),
    count("assets"),
    count("twins"),
    count("gone"),
    count("moved"),
    maybe_text("error"),
    text("hint"),
)

masters = Table(
    "masters", metadata, Column("asset_id", Text, primary_key=True), at("asked_at"), maybe_at("told_at")
)

local_keys = Table("local_keys", metadata, Column("name", Text, primary_key=True), text("secret"))
