"""Files that people bring in, and what lies beside a lesson because of it."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from core.db.tables.columns import KEY, at, maybe_at, maybe_text, metadata, text

uploads = Table(
    "uploads",
    metadata,
    Column("id", Uuid, primary_key=True),
    text("lesson_id"),
    maybe_text("lesson_title"),
    text("state"),
    text("via"),
    text("kind"),
    text("filename"),
    Column("size_bytes", BigInteger, nullable=False),
    text("mime"),
    text("person"),
    text("subject"),
    maybe_text("host_user_id"),
    Column("options", JSONB, nullable=False),
    at("created_at"),
    at("moved_at"),
    at("expires_at"),
    maybe_at("asked_at"),  # when the sweep last went after it
    maybe_text("mux_upload_id"),
    maybe_text("asset_id"),
    maybe_text("bucket"),
    Column("key", KEY),
    maybe_text("multipart_id"),
    Column("fallback_used", Boolean, nullable=False, server_default=sql("false")),
    maybe_text("video_id"),
    Column("source_id", BigInteger),
    Column("batch_id", BigInteger),
    maybe_text("trouble"),
    maybe_text("reason"),
)

lesson_resources = Table(
    "lesson_resources",
    metadata,
    Column("id", Uuid, primary_key=True),
    text("lesson_id"),
    text("kind"),
    text("name"),
    text("mime"),
    Column("size_bytes", BigInteger, nullable=False),
    text("bucket"),
    Column("key", KEY, nullable=False),
    text("person"),
    at("created_at"),
    maybe_text("language"),
    maybe_text("asset_id"),  # that was given these subtitles
    Column("place", Integer),  # among the lesson's, once somebody has put them in order
)
