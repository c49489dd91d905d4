"""A source: one object in S3 (or one HLS folder), what it is, and who points at it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from core.kind import Kind


class Finding(StrEnum):
    """What a scan noticed about a source; each is a filter on the migrate page."""

    UNREFERENCED = "unreferenced"
    MISSING = "missing"
    NOT_VIDEO = "not_video"
    EMPTY = "empty"
    MAYBE_DUPLICATE = "maybe_duplicate"
    HLS_FOLDER = "hls_folder"
    ON_MUX = "on_mux"
    UNREADABLE = "unreadable"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Location:
    """Where an object lies."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFacts:
    """What S3 says of an object, by listing or by HEAD."""

    bucket: str
    key: str
    size_bytes: int
    etag: str
    modified_at: datetime
    sha256: str | None = None
    """S3's own SHA-256 (hex), only for whole-object checksums."""
    storage_class: str = "STANDARD"
    """As S3 calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What the file itself says, read from its index."""

    duration_s: float | None
    width: int | None
    height: int | None
    video_codec: str | None
    audio_codec: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRow:
    """One row of the school's tables that points at a source."""

    table: str
    row_id: str
    column: str
    title: str | None = None
    course_id: str | None = None
    owner_id: str | None = None
    is_public: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One row of `mux_admin.sources`, as the pages and the engine see it."""

    id: int
    bucket: str
    key: str
    size_bytes: int
    etag: str
    kind: Kind
    standing: str
    findings: tuple[Finding, ...]
    modified_at: datetime | None
    duration_s: float | None
    width: int | None
    height: int | None
    title: str | None
    course: str | None
    rows: int
    """How many host rows point here."""
    asset_id: str | None = None
    sha256: str | None = None

    @property
    def location(self) -> Location:
        """Where its bytes are."""
        return Location(self.bucket, self.key)


VIRTUAL_HOST = re.compile(
    r"^(?P<bucket>[a-z0-9][a-z0-9.-]+?)\.s3[.-]?(?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$"
)
PATH_HOST = re.compile(r"^s3[.-]?(?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$")
S3_SCHEME = re.compile(r"^s3[an]?://", re.IGNORECASE)
AUTHORITY = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
DEFAULT_PORT = re.compile(r":(?:80|443)$")


def parse_s3_url(
    url: str,
    *,
    domains: Mapping[str, str] | None = None,
    endpoint_hosts: Collection[str] = (),
) -> Location | None:
    """Read any spelling of an S3 address; None where it is none of ours.

    `domains` maps a custom or CloudFront domain to its bucket, `endpoint_hosts` are `host[:port]` of
    S3-compatible servers, which are addressed path-style. A query string is dropped; the key is
    percent-decoded, except in `s3://`, where it is literal. `+` stays a plus.
    """
    text = url.strip()
    if scheme := S3_SCHEME.match(text):
        bucket, _, key = text[scheme.end() :].partition("/")
        return Location(bucket, key) if bucket and key else None
    try:
        parts = urlsplit(text if AUTHORITY.match(text) else f"//{text}")
    except ValueError:  # half an IPv6 address, or characters that no host name has
        return None
    host = DEFAULT_PORT.sub("", parts.netloc.rpartition("@")[2].lower())
    bucket, key = _bucket_and_key(host, unquote(parts.path[1:]), domains or {}, endpoint_hosts)
    return Location(bucket, key) if bucket and key else None


def _bucket_and_key(
    host: str, path: str, domains: Mapping[str, str], endpoint_hosts: Collection[str]
) -> tuple[str, str]:
    if host in domains:
        return domains[host], path
    if host in endpoint_hosts or PATH_HOST.match(host):
        bucket, _, key = path.partition("/")
        return bucket, key
    virtual = VIRTUAL_HOST.match(host)
    return (virtual["bucket"], path) if virtual else ("", "")
