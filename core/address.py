"""Addresses: which objects in S3 the address columns of a host row name, in any spelling."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from core.source import HostRow, Location

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "lessons": ("video_url", "hls_url"),
    "videos": ("s3_bucket", "s3_key"),
}
"""Columns of the host's that say where a row's video lies."""


def locations(
    table: str, held: Mapping[str, Any], *, location_of: Callable[[str], Location | None]
) -> set[Location]:
    """What the columns of `COLUMNS` hold, read as locations; `location_of` tells which object a URL names."""
    if table == "videos":
        bucket, key = held.get("s3_bucket"), held.get("s3_key")
        return {Location(bucket, key)} if bucket and key else set()
    found = (location_of(str(url)) for url in held.values() if url)
    return {location for location in found if location}


def can_tell(row: HostRow) -> bool:
    """Whether the column that made the row one of a source's is among those that are read here."""
    return row.column in COLUMNS.get(row.table, ())


def url_of(location: Location, *, domains: Mapping[str, str], endpoint_url: str, region: str) -> str:
    """The object's address as the school's other rows have theirs, without any signature: under the bucket's
    own domain, on the S3-compatible server, or at AWS. `locations` reads it back."""
    key = quote(location.key)
    domain = next((domain for domain, bucket in domains.items() if bucket == location.bucket), None)
    if domain:
        return f"https://{domain}/{key}"
    if endpoint_url:
        return f"{endpoint_url}/{location.bucket}/{key}"
    host = f"s3.{region}.amazonaws.com" if region else "s3.amazonaws.com"
    return f"https://{location.bucket}.{host}/{key}"
