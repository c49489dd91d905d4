"""What Mux and AWS count, in days of UTC."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Numeric, Table, Text
from sqlalchemy import text as sql

from core.db.tables.columns import at, maybe_at, maybe_text, metadata, text

delivery_days = Table(
    "delivery_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("asset_id", Text, primary_key=True),
    text("quality"),
    Column("tier", Text, primary_key=True),
    Column("seconds", Numeric, nullable=False),
)

usage_days = Table(
    "usage_days",
    metadata,
    Column("day", Date, primary_key=True),
    maybe_at("read_at"),
    maybe_at("covers_to"),
    at("tried_at"),
    maybe_text("error"),
)

usage_reads = Table(
    "usage_reads",
    metadata,
    Column("outcome", Text, primary_key=True),  # `core.figures.Outcome`
    at("at"),
    maybe_text("error"),
    Column("hint", Text, nullable=False, server_default=sql("''")),
)

storage_spans = Table(
    "storage_spans",
    metadata,
    Column("asset_id", Text, primary_key=True),
    text("storage"),  # `core.usage.StorageClass`, but cold
    Column("from_at", at("from_at").type, primary_key=True),
    at("to_at"),
)

rendition_spans = Table(
    "rendition_spans",
    metadata,
    Column("asset_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("from_at", at("from_at").type, primary_key=True),
    maybe_at("to_at"),
    text("tier"),
    Column("advanced", Boolean, nullable=False),
)

s3_days = Table(
    "s3_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("bucket", Text, primary_key=True),
    Column("storage", Text, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("objects", BigInteger, nullable=False),
)

s3_absences = Table(
    "s3_absences",
    metadata,
    Column("bucket", Text, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date),
)

s3_traffic_days = Table(
    "s3_traffic_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("bucket", Text, primary_key=True),
    Column("egress_bytes", Numeric, nullable=False),
    Column("reads", Numeric, nullable=False),
    Column("writes", Numeric, nullable=False),
    text("basis"),  # `core.usage.Basis`
)

billed_days = Table(
    "billed_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("quantity", Numeric, nullable=False),
    Column("assets", Integer, nullable=False),
)
