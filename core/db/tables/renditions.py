"""MP4s for download that somebody wanted."""

from sqlalchemy import Column, Table, Uuid

from core.db.tables.columns import at, maybe_at, maybe_text, metadata, text

renditions = Table(
    "renditions",
    metadata,
    Column("id", Uuid, primary_key=True),
    text("lesson_id"),
    text("asset_id"),
    text("resolution"),
    text("state"),
    text("person"),
    at("created_at"),
    at("moved_at"),
    at("used_at"),  # when somebody last asked for the file
    maybe_at("asked_at"),  # when the sweep last went after it
    maybe_text("rendition_id"),
    maybe_at("posted_at"),
    maybe_text("reason"),
)
