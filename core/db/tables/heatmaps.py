"""How much of each part of a video was watched, as it was read last."""

from sqlalchemy import Column, Date, Double, Integer, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from core.db.tables.columns import at, maybe_at, maybe_text, metadata

heatmaps = Table(
    "heatmaps",
    metadata,
    Column("asset_id", Text, primary_key=True),
    Column("period_d", Integer, primary_key=True),
    Column("buckets", ARRAY(Double)),  # an element is NULL where Mux gave no number
    Column("total_views", Integer),
    Column("hotspots", JSONB, nullable=False, server_default=sql("'[]'")),
    Column("audience", JSONB, nullable=False, server_default=sql("'[]'")),
    Column("week", JSONB, nullable=False, server_default=sql("'[]'")),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("views", Integer, nullable=False, server_default=sql("0")),
    maybe_at("read_at"),
    at("tried_at"),
    maybe_text("error"),
    Column("hint", Text, nullable=False, server_default=sql("''")),
)
