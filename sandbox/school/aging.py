"""Makes what has just happened have happened some weeks ago, for `make demo`.

The sandbox alone does this, to its own database and to the Mux double; what happened is real, only its
dates are moved.
"""

import json
import urllib.request
from dataclasses import dataclass
from datetime import timedelta

import psycopg

OF_BATCH = (
    "UPDATE mux_admin.batches SET created_at = created_at - %(by)s, started_at = started_at - %(by)s,"
    " finished_at = finished_at - %(by)s WHERE id = %(batch)s",
    "UPDATE mux_admin.items SET since = since - %(by)s WHERE batch_id = %(batch)s",
    "UPDATE mux_admin.item_changes SET at = at - %(by)s WHERE batch_id = %(batch)s",
    "UPDATE mux_admin.intents SET created_at = created_at - %(by)s, posted_at = posted_at - %(by)s,"
    " closed_at = closed_at - %(by)s WHERE batch_id = %(batch)s",
    "UPDATE mux_admin.audit SET at = at - %(by)s WHERE subject = 'batch ' || %(batch)s",
    "UPDATE mux_admin.switches SET switched_at = switched_at - %(by)s"
    " WHERE item_id IN (SELECT id FROM mux_admin.items WHERE batch_id = %(batch)s)",
    "UPDATE mux_admin.webhook_events"
    " SET created_at = created_at - %(by)s, received_at = received_at - %(by)s,"
    " ingested_at = ingested_at - %(by)s"
    " WHERE passthrough IN (SELECT id::text FROM mux_admin.intents WHERE batch_id = %(batch)s)",
    "UPDATE mux_admin.asset_sources SET adopted_at = adopted_at - %(by)s"
    " WHERE asset_id IN (SELECT asset_id FROM mux_admin.items WHERE batch_id = %(batch)s)",
)
ASSETS = (
    "UPDATE mux_admin.assets SET created_at = created_at - %(by)s, ready_at = ready_at - %(by)s"
    " WHERE id IN (SELECT asset_id FROM mux_admin.items WHERE batch_id = %(batch)s) RETURNING id, created_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the demo changes behind Lectern's back."""

    database_url: str
    mux_url: str
    s3_url: str

    def age(self, batch_id: int, *, days: int) -> None:
        """Move a finished batch, and its assets at the double, `days` into the past."""
        values = {"batch": batch_id, "by": timedelta(days=days)}
        with psycopg.connect(self.database_url) as connection:
            for statement in OF_BATCH:
                connection.execute(statement, values)
            assets = connection.execute(ASSETS, values).fetchall()
        for asset_id, created_at in assets:
            said = {"created_at": int(created_at.timestamp())}
            _send("PATCH", f"{self.mux_url}/sandbox/assets/{asset_id}", said)

    def lock(self, *paths: str) -> None:
        """Have S3 answer 403 for these `bucket/key*` patterns; none: for nothing any more."""
        _send("PUT", f"{self.s3_url}/_sandbox/faults", [{"path": path, "status": 403} for path in paths])


def _send(method: str, url: str, said: object) -> None:
    request = urllib.request.Request(url, data=json.dumps(said).encode(), method=method)
    urllib.request.urlopen(request, timeout=30).close()
