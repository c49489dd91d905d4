"""PostgreSQL: our own tables by SQLAlchemy Core and psycopg, the school's as they are found."""
