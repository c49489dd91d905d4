"""Makes what has just happened have happened some weeks ago, for `make demo`.

The sandbox alone does this, to its own database and to the Mux double; what happened is real, only its
dates are moved.
"""

import json
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from sandbox.school.prices import PLAN, SINCE, Card

OF_BATCH = (
    "UPDATE mux_admin.batches SET created_at = created_at - %(by)s, started_at = started_at - %(by)s,"
    " finished_at = finished_at - %(by)s WHERE id = %(batch)s",
    "UPDATE mux_admin.items SET since = since - %(by)s WHERE batch_id = %(batch)s",
    "UPDATE mux_admin.item_changes SET at = at - %(by)s WHERE batch_id = %(batch)s",
    "UPDATE mux_admin.intents SET created_at = created_at - %(by)s, posted_at = posted_at - %(by)s,"
    " closed_at = closed_at - %(by)s WHERE batch_id = %(batch)s",
    "UPDATE mux_admin.audit SET at = at - %(by)s WHERE subject = 'batch ' || %(batch)s",
    "UPDATE mux_admin.audit SET at = at - %(by)s WHERE action = 'switch to Mux' AND subject IN"
    " (SELECT table_name || ' ' || row_id FROM mux_admin.switches JOIN mux_admin.items ON items.id = item_id"
    " WHERE batch_id = %(batch)s)",
    "UPDATE mux_admin.switches SET switched_at = switched_at - %(by)s"
    " WHERE item_id IN (SELECT id FROM mux_admin.items WHERE batch_id = %(batch)s)",
    "UPDATE mux_admin.webhook_events"
    " SET created_at = created_at - %(by)s, received_at = received_at - %(by)s,"
    " ingested_at = ingested_at - %(by)s"
    " WHERE passthrough IN (SELECT id::text FROM mux_admin.intents WHERE batch_id = %(batch)s)",
    # Whose they are is found anew, with the dates of now.
    "DELETE FROM mux_admin.lesson_assets"
    " WHERE asset_id IN (SELECT asset_id FROM mux_admin.items WHERE batch_id = %(batch)s)",
    "UPDATE mux_admin.asset_sources SET adopted_at = adopted_at - %(by)s"
    " WHERE asset_id IN (SELECT asset_id FROM mux_admin.items WHERE batch_id = %(batch)s)",
)
OF_SCHEMA = (
    "UPDATE mux_admin.schema_runs SET started_at = started_at - %(by)s, finished_at = finished_at - %(by)s",
    "UPDATE mux_admin.lesson_corrections"
    " SET started_at = started_at - %(by)s, finished_at = finished_at - %(by)s",
    "UPDATE mux_admin.audit SET at = at - %(by)s WHERE action IN"
    " ('change the database schema', 'set lessons without a video to pending')",
)
SCHEMA_MISSING = (
    "SELECT greatest(make_interval(days => %(days)s) - (clock_timestamp() - max(started_at)), interval '0')"
    " FROM mux_admin.schema_runs"
)
# What is missing to so many days; nothing for a batch that was moved before.
MISSING = (
    "SELECT greatest(make_interval(days => %(days)s) - (clock_timestamp() - created_at), interval '0')"
    " FROM mux_admin.batches WHERE id = %(batch)s"
)
ASSETS = (
    "UPDATE mux_admin.assets SET created_at = created_at - %(by)s, ready_at = ready_at - %(by)s"
    " WHERE id IN (SELECT asset_id FROM mux_admin.items WHERE batch_id = %(batch)s) RETURNING id, created_at"
)


# The batch's queue as if each file had to be waited for; what a person starts meanwhile goes first.
SPREAD = (
    "UPDATE mux_admin.items SET not_before = clock_timestamp() + place * %(every)s FROM"
    " (SELECT id, row_number() OVER (ORDER BY position) AS place FROM mux_admin.items"
    " WHERE batch_id = %(batch)s AND state = 'queued') AS waiting"
    " WHERE items.id = waiting.id AND items.state = 'queued'"
)
PAGES = (
    "SELECT DISTINCT ON (row_id) row_id, coalesce(link.title, ''), bucket || '/' || key, duration_s"
    " FROM mux_admin.source_links AS link JOIN mux_admin.sources ON sources.id = source_id"
    " WHERE table_name = 'lessons' AND gone_at IS NULL AND NOT link.spare AND duration_s IS NOT NULL"
    " ORDER BY row_id, column_name DESC"
)
CARD = (
    "INSERT INTO mux_admin.price_cards (key, text, author, added_at)"
    " VALUES (%(key)s, %(text)s, %(by)s, now()) ON CONFLICT DO NOTHING"
)
IN_USE = (
    "INSERT INTO mux_admin.plans_in_use (vendor, since, plan, person, chosen_at)"
    " VALUES (%(vendor)s, %(since)s, %(plan)s, %(by)s, now()) ON CONFLICT DO NOTHING"
)
GROWN = "the demo has grown"  # kept as the comment on the schema, so that `make reset` forgets it too


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the demo changes behind Lectern's back."""

    database_url: str
    mux_url: str
    s3_url: str

    def age(self, batch_id: int, *, days: int) -> None:
        """Move a finished batch, and its assets at the double, `days` into the past; asked again, nothing."""
        with psycopg.connect(self.database_url) as connection:
            [by] = connection.execute(MISSING, {"batch": batch_id, "days": days}).fetchone()
            values = {"batch": batch_id, "by": by}
            for statement in OF_BATCH if by else ():
                connection.execute(statement, values)
            # Before the commit: whoever is killed in between begins again and finds nothing half done.
            for asset_id, created_at in connection.execute(ASSETS, values).fetchall():
                said = {"created_at": int(created_at.timestamp())}
                _send("PATCH", f"{self.mux_url}/sandbox/assets/{asset_id}", said)

    def age_schema(self, *, days: int) -> None:
        """Move what was done to the school's tables `days` into the past; asked again, nothing."""
        with psycopg.connect(self.database_url) as connection:
            [by] = connection.execute(SCHEMA_MISSING, {"days": days}).fetchone()
            for statement in OF_SCHEMA if by else ():
                connection.execute(statement, {"by": by})

    def spread(self, batch_id: int, *, every_s: float) -> None:
        """Let the batch send one of its queued items every so many seconds."""
        values = {"batch": batch_id, "every": timedelta(seconds=every_s)}
        with psycopg.connect(self.database_url) as connection:
            connection.execute(SPREAD, values)

    def tell_pages(self) -> None:
        """Have the double know the school's pages, so that their players say which lesson they play."""
        with psycopg.connect(self.database_url) as connection:
            rows = connection.execute(PAGES).fetchall()
        names = ("video_id", "title", "file", "duration_s")
        pages = [dict(zip(names, row, strict=True)) for row in rows]
        _send("PUT", f"{self.mux_url}/sandbox/pages", {"pages": pages})

    def bring_prices(self, cards: Iterable[Card], *, by: str) -> None:
        """Have these price cards, and their plan in use."""
        with psycopg.connect(self.database_url) as connection:
            for card in cards:
                connection.execute(CARD, {"key": card.key, "text": card.text, "by": by})
                connection.execute(IN_USE, {"vendor": card.vendor, "plan": PLAN, "since": SINCE, "by": by})

    def is_grown(self) -> bool:
        """Whether all the finished batches were moved, by this run or an earlier one."""
        query = "SELECT obj_description('mux_admin'::regnamespace, 'pg_namespace')"
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query).fetchone() == (GROWN,)

    def mark_grown(self) -> None:
        with psycopg.connect(self.database_url) as connection:
            connection.execute(f"COMMENT ON SCHEMA mux_admin IS '{GROWN}'")

    def lock(self, *paths: str) -> None:
        """Have S3 answer 403 for these `bucket/key*` patterns; none: for nothing any more."""
        _send("PUT", f"{self.s3_url}/_sandbox/faults", [{"path": path, "status": 403} for path in paths])


def _send(method: str, url: str, said: object) -> None:
    request = urllib.request.Request(url, data=json.dumps(said).encode(), method=method)
    urllib.request.urlopen(request, timeout=30).close()
