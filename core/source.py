"""A source: one object in S3 (or one HLS folder), what it is, and who points at it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote, urlsplit


class Kind(StrEnum):
    """What an object is, told by its bytes where its name leaves a doubt."""

    UNKNOWN = "unknown"
    VIDEO = "video"
    HLS = "hls"
    AUDIO = "audio"
    IMAGE = "image"
    DOCUMENT = "document"
    TEXT = "text"
    OTHER = "other"
    EMPTY = "empty"


MIGRATABLE = frozenset({Kind.VIDEO, Kind.HLS})


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


KIND_BY_EXTENSION: dict[str, Kind] = {
    **dict.fromkeys(
        ("mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "wmv", "flv", "3gp"), Kind.VIDEO
    ),
    **dict.fromkeys(("mp3", "m4a", "wav", "aac", "ogg", "flac", "opus"), Kind.AUDIO),
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "svg", "heic"), Kind.IMAGE),
    **dict.fromkeys(("pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx", "odt", "zip"), Kind.DOCUMENT),
    **dict.fromkeys(("txt", "vtt", "srt", "json", "csv", "md", "html", "xml"), Kind.TEXT),
    "m3u8": Kind.HLS,
}
SEGMENT_EXTENSIONS = ("ts", "m4s", "mp4", "aac", "vtt", "key")
"""What may lie beside a playlist as a part of it."""


def extension(key: str) -> str:
    """The lower-case extension without its dot, '' where there is none."""
    name = key.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def kind_by_name(key: str, size_bytes: int) -> Kind:
    """A first guess from name and size; UNKNOWN where only the bytes can tell."""
    return Kind.EMPTY if size_bytes == 0 else KIND_BY_EXTENSION.get(extension(key), Kind.UNKNOWN)


SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x1a\x45\xdf\xa3", Kind.VIDEO),  # Matroska, WebM
    (0, b"FLV\x01", Kind.VIDEO),
    (0, b"\x00\x00\x01\xba", Kind.VIDEO),  # MPEG programme stream
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind.VIDEO),  # ASF, WMV
    (8, b"AVI ", Kind.VIDEO),
    (8, b"WAVE", Kind.AUDIO),
    (8, b"WEBP", Kind.IMAGE),
    (0, b"ID3", Kind.AUDIO),
    (0, b"\xff\xfb", Kind.AUDIO),
    (0, b"\xff\xf3", Kind.AUDIO),
    (0, b"OggS", Kind.AUDIO),
    (0, b"fLaC", Kind.AUDIO),
    (0, b"%PDF", Kind.DOCUMENT),
    (0, b"PK\x03\x04", Kind.DOCUMENT),
    (0, b"\x89PNG", Kind.IMAGE),
    (0, b"\xff\xd8\xff", Kind.IMAGE),
    (0, b"GIF8", Kind.IMAGE),
    (0, b"#EXTM3U", Kind.HLS),
    (0, b"WEBVTT", Kind.TEXT),
)
QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip")
"""What a file from before brands begins with."""

TS_SYNC, TS_PACKET = b"\x47", 188
AUDIO_BRANDS = (b"M4A ", b"M4B ")
IMAGE_BRANDS = (b"heic", b"avif", b"mif1")


def kind_by_bytes(head: bytes) -> Kind:
    """Tell what a file is from its first bytes (400 suffice)."""
    if not head:
        return Kind.EMPTY
    if head[4:8] == b"ftyp":
        return _kind_by_brand(head[8:12])
    if head[4:8] in QUICKTIME_ATOMS:
        return Kind.VIDEO
    text = head.removeprefix(b"\xef\xbb\xbf")
    for offset, magic, kind in SIGNATURES:
        if text[offset : offset + len(magic)] == magic:
            return kind
    is_transport_stream = head[:1] == TS_SYNC and head[TS_PACKET : TS_PACKET + 1] == TS_SYNC
    return Kind.VIDEO if is_transport_stream else Kind.OTHER


def _kind_by_brand(brand: bytes) -> Kind:
    if brand in AUDIO_BRANDS:
        return Kind.AUDIO
    return Kind.IMAGE if brand in IMAGE_BRANDS else Kind.VIDEO
