"""What lies in S3, who points at it, and what stands for it at Mux."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, Table, Text, UniqueConstraint, true
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from core.db.tables.columns import KEY, at, count, identity, maybe_at, maybe_text, metadata, number, text

scans = Table(
    "scans",
    metadata,
    identity(),
    text("bucket"),
    text("prefix"),
    at("started_at"),
    maybe_at("finished_at"),
    Column("after_key", KEY),
    count("seen"),
)

scan_runs = Table(
    "scan_runs",
    metadata,
    identity(),
    text("asked_by"),
    at("asked_at"),
    maybe_at("started_at"),
    maybe_at("moved_at"),
    maybe_at("finished_at"),
    count("objects"),
    count("buckets"),
    count("sources"),
    count("rows"),
    maybe_text("error"),
    Column("hint", Text, nullable=False, server_default=sql("''")),
)

sources = Table(
    "sources",
    metadata,
    identity(),
    text("bucket"),
    Column("key", KEY, nullable=False),
    Column("object_bytes", BigInteger, nullable=False),  # the object alone; size_bytes counts an HLS folder
    Column("size_bytes", BigInteger, nullable=False),
    text("etag"),
    maybe_at("modified_at"),
    maybe_at("gone_at"),
    text("kind"),
    maybe_at("probed_at"),
    count("probe_tries"),  # that failed since it was last looked into
    maybe_at("probe_after"),
    number("duration_s"),
    Column("width", Integer),
    Column("height", Integer),
    maybe_text("video_codec"),
    maybe_text("audio_codec"),
    maybe_text("media_error"),
    maybe_text("sha256"),
    Column("storage_class", Text, nullable=False, server_default=sql("'STANDARD'")),  # as S3 calls it
    Column("part_of", BigInteger),  # the playlist that stands for this object's HLS folder
    maybe_text("title"),
    maybe_text("course_id"),
    maybe_text("course"),
    count("rows"),
    Column("is_public", Boolean, nullable=False, server_default=sql("false")),
    Column("spare", Boolean, nullable=False, server_default=sql("false")),
    maybe_text("asset_id"),  # the asset adopted for the present etag, while it lives
    text("standing"),
    Column("findings", ARRAY(Text), nullable=False),
    Column("listed", Boolean, nullable=False, server_default=sql("true")),
    text("haystack"),  # what a search looks through: key and title in lower case
    UniqueConstraint("bucket", "key", name="sources_location"),
)

kept_ticks = Table(
    "kept_ticks",
    metadata,
    Column("id", Text, primary_key=True),
    text("person"),
    text("ticks"),
    at("kept_at"),
)

saved_views = Table(
    "saved_views",
    metadata,
    identity(),
    text("person"),
    text("name"),
    Column("place", JSONB, nullable=False),
    at("saved_at"),
    UniqueConstraint("person", "name", name="saved_views_name"),
)

source_links = Table(
    "source_links",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("column_name", Text, primary_key=True),
    Column("source_id", BigInteger, ForeignKey(sources.c.id), nullable=False),
    maybe_text("title"),
    maybe_text("course_id"),
    maybe_text("owner_id"),
    Column("is_public", Boolean),
    Column("spare", Boolean, nullable=False, server_default=sql("false")),
)

assets = Table(
    "assets",
    metadata,
    Column("id", Text, primary_key=True),
    text("status"),
    maybe_at("created_at"),
    maybe_at("ready_at"),
    maybe_at("deleted_at"),
    number("duration_s"),
    maybe_text("aspect_ratio"),
    maybe_text("resolution_tier"),
    maybe_text("video_quality"),
    maybe_text("playback_id"),
    maybe_text("policy"),
    maybe_text("upload_id"),
    maybe_text("passthrough"),
    Column("test", Boolean, nullable=False),
    Column("normalized", Boolean, nullable=False, server_default=sql("false")),  # its sound was evened out
    maybe_text("error_type"),
    Column("error_messages", JSONB, nullable=False),
    Column("tracks", JSONB, nullable=False),
    Column("static_renditions", JSONB, nullable=False),
    at("seen_at"),
    number("thumbnail_s"),  # the moment of its picture that was chosen here
    Column("thumbnail_told", Boolean, nullable=False, server_default=true()),
    maybe_at("thumbnail_asked_at"),  # when Mux was last to be told of it
)

asset_sources = Table(
    "asset_sources",
    metadata,
    identity(),
    Column("asset_id", Text, ForeignKey(assets.c.id), nullable=False),
    Column("source_id", BigInteger, ForeignKey(sources.c.id), nullable=False),
    text("etag"),
    maybe_text("sha256"),
    at("adopted_at"),
    maybe_at("released_at"),
)
