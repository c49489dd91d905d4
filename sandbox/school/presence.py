"""Whether the sample school is there already; quick to ask, and without loading what makes it."""

import json
import re
from pathlib import Path

import psycopg

from sandbox.school.spellings import ARCHIVE, ARCHIVE_PREFIX, MEDIA

MARK = "sample school with inventory "  # kept as the comment on `lessons`, with the number of rows
ALLOWED = re.compile(r"<AllowedOrigin>([^<]+)</AllowedOrigin>")
COMPLETE = {"Key": "sample-school", "Value": "complete"}  # a tag of the bucket, set last


def filled_inventory(connection: psycopg.Connection) -> int | None:
    """How many inventory rows there are; None when the school's tables are not there at all."""
    query = "select obj_description(to_regclass('public.lessons'), 'pg_class')"
    [comment] = connection.execute(query).fetchone()
    return int(comment.removeprefix(MARK)) if comment and comment.startswith(MARK) else None


def inventory(database_url: str) -> int | None:
    with psycopg.connect(database_url) as connection:
        return filled_inventory(connection)


def stored_inventory(state: Path) -> int:
    """How many inventory keys the S3 server's folder knows of."""
    path = state / ARCHIVE / "inventory.json"
    said = json.loads(path.read_text()) if path.exists() else {}
    return int(said[ARCHIVE_PREFIX]["count"]) if ARCHIVE_PREFIX in said else 0


def origins_are_allowed(state: Path, origins: list[str]) -> bool:
    """Whether the buckets' CORS rules name these origins and no others."""
    rules = [settings_of(state, bucket).get("cors", "") for bucket in (MEDIA, ARCHIVE)]
    return all(sorted(ALLOWED.findall(rule)) == sorted(origins) for rule in rules)


def objects_are_stored(state: Path) -> bool:
    """Asks the S3 server's folder, so that one need not wait for the server."""
    return COMPLETE["Value"] in settings_of(state, MEDIA).get("tagging", "")


def settings_of(state: Path, bucket: str) -> dict[str, str]:
    """The request bodies that set the bucket up."""
    path = state / bucket / "bucket.json"
    return json.loads(path.read_text()) if path.exists() else {}
