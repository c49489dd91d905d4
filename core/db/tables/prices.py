"""Price cards that people brought, and the plans in use."""

from sqlalchemy import Column, Date, Table, Text

from core.db.tables.columns import at, metadata, text

price_cards = Table(
    "price_cards",
    metadata,
    Column("key", Text, primary_key=True),
    text("text"),
    text("author"),
    at("added_at"),
)

plans_in_use = Table(
    "plans_in_use",
    metadata,
    Column("vendor", Text, primary_key=True),
    Column("since", Date, primary_key=True),
    text("plan"),
    text("person"),
    at("chosen_at"),
)
