"""What may be spent, what was told of it, and what starting a batch was said to cost."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Numeric, Table, Text, Uuid

from core.db.tables.columns import at, count, identity, maybe_at, maybe_text, metadata, text
from core.db.tables.work import batches

budgets = Table(
    "budgets",
    metadata,
    identity(),
    text("course_id"),  # empty: all videos
    text("course"),  # its title when the budget was set
    Column("usd", Numeric, nullable=False),
    text("set_by"),
    at("set_at"),
    maybe_text("ended_by"),
    maybe_at("ended_at"),
)

budget_alerts = Table(
    "budget_alerts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("budget_id", BigInteger, ForeignKey(budgets.c.id), nullable=False),
    Column("month", Date, nullable=False),  # its first day
    text("threshold"),
    Column("spent_usd", Numeric, nullable=False),
    Column("forecast_usd", Numeric),
    at("noted_at"),
)

budget_tellings = Table(
    "budget_tellings",
    metadata,
    Column("alert_id", Uuid, ForeignKey(budget_alerts.c.id), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),  # empty: no person
    text("state"),
    at("at"),
    count("tries"),
    maybe_text("error"),
)

batch_estimates = Table(
    "batch_estimates",
    metadata,
    Column("batch_id", BigInteger, ForeignKey(batches.c.id), primary_key=True),
    Column("once_usd", Numeric, nullable=False),
    Column("monthly_usd", Numeric, nullable=False),
    Column("minutes", Numeric, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    text("quality"),
    text("tier"),
)
