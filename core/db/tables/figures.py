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

lesson_days = Table(
    "lesson_days",
    metadata,
    Column("lesson_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("mux_views", Integer, nullable=False),
    Column("mux_watch_ms", BigInteger, nullable=False),
    Column("mux_playing_ms", BigInteger, nullable=False),
    Column("mux_whole_ms", BigInteger),
    Column("own_learners", Integer, nullable=False),
    Column("own_watch_ms", BigInteger, nullable=False),
    Column("own_finished", Integer, nullable=False),
    Column("views", Integer, nullable=False),
    Column("watch_ms", BigInteger, nullable=False),
    Column("joined", Text, nullable=False),
)

lesson_assets = Table(
    "lesson_assets",
    metadata,
    Column("lesson_id", Text, primary_key=True),
    Column("asset_id", Text, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date),  # NULL as long as the lesson plays it
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
