"""What was watched at Mux, day by day."""

from sqlalchemy import BigInteger, Column, Date, Integer, Table, Text
from sqlalchemy import text as sql

from core.db.tables.columns import at, maybe_text, metadata

asset_days = Table(
    "asset_days",
    metadata,
    Column("asset_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("views", Integer, nullable=False),
    Column("viewers", Integer, nullable=False),
    Column("watch_ms", BigInteger, nullable=False),
    Column("playing_ms", BigInteger, nullable=False),
)

figure_days = Table("figure_days", metadata, Column("day", Date, primary_key=True), at("read_at"))

figure_reads = Table(
    "figure_reads",
    metadata,
    Column("outcome", Text, primary_key=True),  # `read` or `failed`: the last of each
    at("at"),
    maybe_text("error"),
    Column("hint", Text, nullable=False, server_default=sql("''")),
)
