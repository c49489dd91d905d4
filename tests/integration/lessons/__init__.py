"""The lesson page's use cases over a real PostgreSQL."""
