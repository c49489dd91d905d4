"""What happened and what waits: events, audit, pace, and the host rows that were or will be written."""

from sqlalchemy import Boolean, Column, Double, Integer, Table, Text, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from core.db.tables.columns import at, count, identity, maybe_at, maybe_text, metadata, text

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("id", Text, primary_key=True),
    text("type"),
    text("object_id"),
    maybe_text("passthrough"),
    at("created_at"),
    at("received_at"),
    Column("wakes", Boolean, nullable=False),
    maybe_at("ingested_at"),
    count("tries"),  # that failed
    maybe_text("error"),  # set when it is given up
    Column("data", JSONB, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    identity(),
    at("at"),
    text("actor"),
    text("actor_subject"),
    text("action"),
    text("subject"),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
)

pace = Table(
    "pace",
    metadata,
    Column("bucket", Text, primary_key=True),
    at("next_at"),
    Column("slowdown", Double, nullable=False, server_default=sql("1")),  # times the gap, when it was set
    at("slowed_at"),
)

refusals = Table("refusals", metadata, text("bucket"), at("at"))

switches = Table(
    "switches",
    metadata,
    identity(),
    Column("item_id", Uuid, nullable=False),
    text("table_name"),
    text("row_id"),
    text("column_name"),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
    at("switched_at"),
    maybe_at("put_back_at"),
)

former_versions = Table(
    "former_versions",
    metadata,
    Column("lesson_id", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    maybe_text("asset_id"),
    maybe_text("address"),
    Column("rows", JSONB, nullable=False),  # a list of `core.lesson_former.FormerRow`
    at("at"),
    text("person"),
    text("why"),
    maybe_at("expires_at"),
)

pending_facts = Table(
    "pending_facts",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("facts", JSONB, nullable=False),
    at("updated_at"),
)

schema_runs = Table(
    "schema_runs",
    metadata,
    identity(),
    text("state"),
    text("actor"),
    at("started_at"),
    maybe_at("finished_at"),
    Column("steps", JSONB, nullable=False),
    Column("planned", Integer, nullable=False, server_default="0"),
    maybe_text("now"),
    maybe_text("error"),
    Column("purpose", Text, nullable=False, server_default="apply"),
    Column("about", Text, nullable=False, server_default=""),
)

lesson_corrections = Table(
    "lesson_corrections",
    metadata,
    identity(),
    at("started_at"),
    maybe_at("finished_at"),
    maybe_text("after_id"),
    Column("round", Integer, nullable=False, server_default="1"),
    count("looked"),
    count("corrected"),
    count("left_rows"),
)

lesson_videos = Table(
    "lesson_videos",
    metadata,
    Column("lesson_id", Text, primary_key=True),
    text("video_id"),
    at("created_at"),
)
