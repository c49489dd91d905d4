"""State on disk: JSON documents in one SQLite file.

A write is committed before the answer that speaks of it is sent, so a double killed at any
moment starts again with all that it has promised.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    parent TEXT,
    live INTEGER NOT NULL DEFAULT 1,
    body TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS by_age ON documents (kind, live, seq);
CREATE INDEX IF NOT EXISTS by_parent ON documents (kind, parent);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stored document. `seq` grows with age; a row that is not `live` stays as history."""

    seq: int
    id: str
    parent: str | None
    live: bool
    body: dict[str, Any]


class Store:
    """All collections of one double. Only the event loop's thread may write."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "mux.db", check_same_thread=False, isolation_level=None)
        # NORMAL survives a killed process; only a power cut could lose the last commits.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + SCHEMA)
        self.assets = Collection(self._db, "asset")
        self.playback_ids = Collection(self._db, "playback_id")
        self.uploads = Collection(self._db, "upload")
        self.signing_keys = Collection(self._db, "signing_key")
        self.events = Collection(self._db, "event")
        self.pages = Collection(self._db, "page")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything written inside is there after a kill, or nothing of it."""
        # Nested blocks belong to the outermost one.
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def next_number(self, name: str) -> int:
        """1, 2, 3 … per name, going on where a killed process stopped."""
        sql = (
            "INSERT INTO counters VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        )
        return int(self._db.execute(sql, (name,)).fetchone()[0])

    def constant(self, name: str, value: int) -> int:
        """The value first stored under this name; `value` if there is none yet."""
        self._db.execute("INSERT OR IGNORE INTO counters VALUES (?, ?)", (name, value))
        return int(self._db.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()[0])

    def close(self) -> None:
        self._db.close()


class Collection:
    """Documents of one kind."""

    def __init__(self, db: sqlite3.Connection, kind: str) -> None:
        self._db = db
        self._kind = kind

    def add(self, key: str, body: dict[str, Any], *, parent: str | None = None) -> None:
        sql = "INSERT INTO documents (kind, id, parent, body) VALUES (?, ?, ?, ?)"
        self._db.execute(sql, (self._kind, key, parent, json.dumps(body)))

    def save(self, key: str, body: dict[str, Any], *, live: bool = True) -> None:
        sql = "UPDATE documents SET body = ?, live = ? WHERE kind = ? AND id = ?"
        self._db.execute(sql, (json.dumps(body), live, self._kind, key))

    def remove(self, key: str) -> None:
        self._db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (self._kind, key))

    def find(self, key: str) -> Row | None:
        sql = "SELECT seq, id, parent, live, body FROM documents WHERE kind = ? AND id = ?"
        found = self._db.execute(sql, (self._kind, key)).fetchone()
        return _row(found) if found else None

    def newest(
        self, limit: int, *, offset: int = 0, before: int | None = None, parent: str | None = None
    ) -> list[Row]:
        """Live rows, newest first; `before` is the `seq` of the last row already seen."""
        sql = (
            "SELECT seq, id, parent, live, body FROM documents WHERE kind = ? AND live "
            "AND (? IS NULL OR seq < ?) AND (? IS NULL OR parent = ?) ORDER BY seq DESC LIMIT ? OFFSET ?"
        )
        values = (self._kind, before, before, parent, parent, limit, offset)
        return [_row(found) for found in self._db.execute(sql, values)]

    def every(self, *, live_only: bool = False) -> Iterator[Row]:
        """Oldest first."""
        sql = "SELECT seq, id, parent, live, body FROM documents WHERE kind = ? AND (live OR ?) ORDER BY seq"
        for found in self._db.execute(sql, (self._kind, not live_only)).fetchall():
            yield _row(found)

    def due(self, path: str, now_s: float) -> list[Row]:
        """Live rows whose moment at a JSON path has come; a row without one is never due."""
        sql = (
            "SELECT seq, id, parent, live, body FROM documents "
            "WHERE kind = ? AND live AND json_extract(body, ?) <= ?"
        )
        return [_row(found) for found in self._db.execute(sql, (self._kind, path, now_s))]

    def recent(self, limit: int) -> list[Row]:
        """Newest first, history included."""
        sql = "SELECT seq, id, parent, live, body FROM documents WHERE kind = ? ORDER BY seq DESC LIMIT ?"
        return [_row(found) for found in self._db.execute(sql, (self._kind, limit))]

    def tally(self, path: str) -> dict[tuple[Any, bool], int]:
        """How many documents hold which value at a JSON path, by (value, live)."""
        sql = "SELECT json_extract(body, ?), live, count(*) FROM documents WHERE kind = ? GROUP BY 1, 2"
        return {(value, bool(live)): n for value, live, n in self._db.execute(sql, (path, self._kind))}


def _row(found: tuple[int, str, str | None, int, str]) -> Row:
    seq, key, parent, live, body = found
    return Row(seq=seq, id=key, parent=parent, live=bool(live), body=json.loads(body))
