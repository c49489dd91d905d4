"""`mux_admin.scan_runs`: one row per scan that somebody asked for."""

from dataclasses import fields

from sqlalchemy import Connection, RowMapping, text

from core.scanrun import ScanRun

ASK = text("""
INSERT INTO scan_runs (asked_by, asked_at) VALUES (:asked_by, now())
ON CONFLICT ((finished_at IS NULL)) WHERE finished_at IS NULL DO UPDATE SET asked_by = scan_runs.asked_by
RETURNING *
""")
BEGIN = text("""
UPDATE scan_runs SET started_at = coalesce(started_at, now()), moved_at = now() WHERE id = :run_id RETURNING *
""")
MOVED = text("UPDATE scan_runs SET objects = objects + :objects, moved_at = now() WHERE id = :run_id")
CLOSE = text("""
UPDATE scan_runs SET
    finished_at = now(), buckets = :buckets, sources = :sources, rows = :rows, error = :error, hint = :hint
WHERE id = :run_id AND finished_at IS NULL
""")
NEWEST = text("SELECT * FROM scan_runs ORDER BY id DESC LIMIT 1")


class SqlScanRuns:
    """Fills `ScanRuns`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, asked_by: str) -> ScanRun:
        return _run_of(self._connection.execute(ASK, {"asked_by": asked_by}).mappings().one())

    def begin(self, asked_by: str) -> ScanRun:
        asked = self.ask(asked_by)
        return _run_of(self._connection.execute(BEGIN, {"run_id": asked.id}).mappings().one())

    def moved(self, run_id: int, *, objects: int) -> None:
        self._connection.execute(MOVED, {"run_id": run_id, "objects": objects})

    def close(
        self, run_id: int, *, buckets: int, sources: int, rows: int, error: str | None, hint: str
    ) -> None:
        ended = {"buckets": buckets, "sources": sources, "rows": rows, "error": error, "hint": hint}
        self._connection.execute(CLOSE, {"run_id": run_id, **ended})

    def newest(self) -> ScanRun | None:
        row = self._connection.execute(NEWEST).mappings().one_or_none()
        return None if row is None else _run_of(row)


def _run_of(row: RowMapping) -> ScanRun:
    return ScanRun(**{field.name: row[field.name] for field in fields(ScanRun)})
