"""Captions of assets, and the files that we keep of them."""

from sqlalchemy import Column, Table, Uuid

from core.db.tables.columns import KEY, at, maybe_at, maybe_text, metadata, number, text

text_tracks = Table(
    "text_tracks",
    metadata,
    Column("id", Uuid, primary_key=True),
    text("lesson_id"),
    text("asset_id"),
    text("origin"),
    text("state"),
    text("language"),
    text("name"),
    text("person"),
    at("created_at"),
    at("moved_at"),
    at("first_at"),
    maybe_at("asked_at"),  # when the sweep last went after it
    Column("replaces", Uuid),
    maybe_text("track_id"),
    maybe_text("given_name"),
    maybe_at("posted_at"),
    maybe_text("bucket"),
    Column("key", KEY),
    maybe_text("cues"),
    maybe_text("words"),
    number("confidence"),
    maybe_text("reason"),
    Column("item_id", Uuid),  # the batch's item that wants it
    Column("file_id", Uuid),  # the file beside the lesson that it was made of
    maybe_text("copy_of"),  # the track that it copies, of the copy whose place its own takes
)
