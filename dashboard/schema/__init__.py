"""Blocks of the schema page: what is missing, the SQL, who is in the way, applying, history."""
