"""The batch engine's state."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from core.db.tables.columns import at, count, identity, maybe_at, maybe_text, metadata, text
from core.db.tables.inventory import sources

batches = Table(
    "batches",
    metadata,
    identity(),
    text("kind"),
    text("name"),
    text("state"),
    Column("options", JSONB, nullable=False),
    text("created_by"),
    at("created_at"),
    maybe_at("started_at"),
    maybe_at("finished_at"),
    maybe_text("pause_reason"),
    maybe_text("hold_reason"),
    maybe_at("held_until"),
    count("total"),
    count("movable"),  # without those that were skipped when the manifest was frozen
    count("forgiven"),  # failures before somebody started it again: they do not count twice
    maybe_text("once"),  # whoever starts it twice under the same word starts one batch
)

items = Table(
    "items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("batch_id", BigInteger, ForeignKey(batches.c.id), nullable=False),
    Column("source_id", BigInteger, ForeignKey(sources.c.id)),  # empty: the item is a lesson
    maybe_text("lesson_id"),
    maybe_text("title"),  # of the lesson, when the manifest was frozen
    maybe_text("from_asset"),  # the copy at Mux whose place a new one is to take
    Column("position", Integer, nullable=False),
    Column("test", Boolean, nullable=False),
    text("state"),
    text("etag"),
    count("attempts"),
    maybe_text("asset_id"),
    maybe_text("trouble"),
    maybe_text("reason"),
    at("since"),
    maybe_at("asked_at"),  # when the sweep last went after it
    maybe_at("not_before"),
    Column("undo_id", Uuid),  # of the wish to have it rolled back, while that is under way
)

item_changes = Table(
    "item_changes",
    metadata,
    identity(),
    Column("batch_id", BigInteger, nullable=False),
    Column("item_id", Uuid),  # empty: the batch itself
    at("at"),
    text("from_state"),
    text("to_state"),
    maybe_text("reason"),
)

intents = Table(
    "intents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("item_id", Uuid, ForeignKey(items.c.id), nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    at("created_at"),
    maybe_at("posted_at"),
    maybe_at("lost_at"),
    count("looks"),
    count("losses"),
    maybe_text("asset_id"),
    maybe_at("closed_at"),
)
