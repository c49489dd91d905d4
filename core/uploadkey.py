"""How the bytes of an upload lie in S3: under which key, and in parts of which size they come."""

import re
from uuid import UUID

from core.filekind import FileKind

MOST_PARTS = 10_000
LEAST_PART_BYTES = 16 * 1024 * 1024
"""S3 takes at most 10,000 parts of at least 5 MiB; at this size the longest video fits."""

LEAST_TIMEOUT_S = 3600
MOST_TIMEOUT_S = 604_800
"""Mux's default, and the longest that it allows."""

SLOWEST_BYTES_PER_S = 125_000
"""1 Mbit/s: a line on which a file must still arrive in time."""

UNSAFE = re.compile(r"[^\w.() -]+")
LONGEST_NAME = 120


def timeout_s_of(size_bytes: int) -> int:
    """How long the URL of an upload of this size takes bytes; of unknown size (0), six hours."""
    needed_s = size_bytes // SLOWEST_BYTES_PER_S if size_bytes else 6 * LEAST_TIMEOUT_S
    return max(LEAST_TIMEOUT_S, min(MOST_TIMEOUT_S, needed_s))


def part_bytes_of(size_bytes: int) -> int:
    """The size of each part but the last."""
    return max(LEAST_PART_BYTES, -(-size_bytes // MOST_PARTS))


def part_count(size_bytes: int) -> int:
    """How many parts a file of this size has."""
    return max(1, -(-size_bytes // part_bytes_of(size_bytes)))


def safe_name(name: str) -> str:
    """The file's name as it goes into a key: no folders, no control characters, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = UNSAFE.sub("-", last).strip(" .-") or "file"
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else clean[:LONGEST_NAME]


def key_of(kind: FileKind, lesson_id: str, upload_id: UUID, name: str, *, prefix: str = "") -> str:
    """Where in the bucket the file is kept: `uploads/…` for videos, `resources/…` for the others."""
    folder = "uploads" if kind is FileKind.VIDEO else "resources"
    lesson = UNSAFE.sub("-", lesson_id) or "lesson"
    return f"{prefix}{folder}/{lesson}/{upload_id}/{safe_name(name)}"
