"""`mux_admin.kept_ticks`: selections that are too long for an address."""

from sqlalchemy import Connection, text

KEEP = text("""
INSERT INTO kept_ticks AS mine (id, person, ticks, kept_at) VALUES (:id, :person, :ticks, now())
ON CONFLICT (id) DO UPDATE SET ticks = excluded.ticks, kept_at = excluded.kept_at
WHERE mine.person = excluded.person
""")
FORGET = text("DELETE FROM kept_ticks WHERE kept_at < now() - interval '7 days'")
KEPT = text("""
SELECT ticks FROM kept_ticks WHERE id = :id AND person = :person AND kept_at > now() - interval '7 days'
""")


def keep(connection: Connection, kept_id: str, person: str, ticks: str) -> None:
    """Keep them under the id, and forget what is older than a week."""
    connection.execute(FORGET)
    connection.execute(KEEP, {"id": kept_id, "person": person, "ticks": ticks})


def kept(connection: Connection, kept_id: str, person: str) -> str | None:
    found: str | None = connection.scalar(KEPT, {"id": kept_id, "person": person})
    return found
