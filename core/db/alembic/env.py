"""Alembic runs inside the connection and transaction that `core.db.engine.migrate` opened."""

from alembic import context

from core.db.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
