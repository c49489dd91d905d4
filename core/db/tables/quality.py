"""How well videos played at Mux."""

from sqlalchemy import Column, Date, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from core.db.tables.columns import at, metadata, number, text

quality_periods = Table(
    "quality_periods",
    metadata,
    Column("period_d", Integer, primary_key=True),
    Column("asset_id", Text, primary_key=True),  # "": the whole school
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    at("read_at"),
    Column("views", Integer, nullable=False),
    number("viewers"),
    number("startup_ms"),
    number("slow_startup_ms"),
    number("waiting"),
    number("stops_per_min"),
    number("not_started"),
    number("failed"),
    number("score"),
    Column("audience", JSONB(none_as_null=True)),
)

quality_days = Table(
    "quality_days",
    metadata,
    Column("day", Date, primary_key=True),
    at("read_at"),
    Column("views", Integer, nullable=False),
    number("startup_ms"),
    number("waiting"),
    number("failed"),
)

failed_views = Table(
    "failed_views",
    metadata,
    Column("id", Text, primary_key=True),
    text("asset_id"),
    at("at"),
    text("code"),
    text("message"),
    text("browser"),
    text("system"),
    text("country"),
)
