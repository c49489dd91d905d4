"""What is asked of S3 and of the files in it, as protocols that `core/s3/` and `core/media/` fill."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.cors import CorsRule
from core.source import Location, MediaFacts, ObjectFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftParts:
    """A multipart upload that was begun and neither completed nor aborted, and the bytes that were put."""

    location: Location
    multipart_id: str
    begun_at: datetime
    size_bytes: int


class Fetch(Protocol):
    """Gives the object of a key, or `span` of it: first byte and length."""

    def __call__(self, key: str, span: tuple[int, int] | None = None, /) -> bytes: ...


class PartStore(Protocol):
    """Objects that come in parts, numbered from 1. Raises `NotFound`, `Refused` (403), `Unavailable`."""

    def begin_parts(self, location: Location, *, mime: str) -> str:
        """Open a multipart upload; returns its id."""

    def presign_part(self, location: Location, multipart_id: str, number: int, *, lifetime_s: float) -> str:
        """A PUT URL for one part: for the moment of use, to be kept nowhere."""

    def put_part(self, location: Location, multipart_id: str, number: int, body: bytes) -> str:
        """Put one part ourselves; returns its ETag. All but the last have 5 MiB or more."""

    def complete_parts(self, location: Location, multipart_id: str, etags: Sequence[str]) -> None:
        """Make the object of its parts. Raises `NotFound` where the multipart upload is no more."""

    def abort_parts(self, location: Location) -> int:
        """Drop what was put for this key and not completed; returns how many multipart uploads went."""

    def left_parts(
        self, bucket: str, prefix: str, *, before: datetime, limit: int = 100
    ) -> Sequence[LeftParts]:
        """Multipart uploads below the prefix that were begun before that and never ended, `limit` at most."""

    def write(self, location: Location, body: bytes, *, mime: str) -> None:
        """Put a small object whole, in place of what was there."""

    def delete(self, location: Location) -> None:
        """Delete an object; one that is not there is deleted."""


class ObjectStore(PartStore, Protocol):
    """S3. Raises `NotFound`, `Refused` (403), `Unavailable`."""

    def pages(self, bucket: str, prefix: str, *, after_key: str | None) -> Iterator[Sequence[ObjectFacts]]:
        """Listing pages of up to 1,000 objects in key order, from the first key after `after_key`."""

    def head(self, location: Location) -> ObjectFacts:
        """The object's facts as they are now, without its bytes."""

    def first_bytes(self, location: Location, count: int = 512) -> bytes:
        """Up to `count` bytes from its start; b'' of an empty object."""

    def read(self, location: Location, *, span: tuple[int, int] | None = None) -> bytes:
        """The whole object, or `span` of it (first byte and length), by one request and into memory."""

    def chunks(self, location: Location, *, etag: str, size_bytes: int) -> Iterator[bytes]:
        """The object's bytes in pieces of a few MiB, each fetched with If-Match; constant memory."""

    def presign(self, location: Location, *, lifetime_s: float) -> str:
        """A GET URL that opens the object to whoever has it: for the moment of use, to be kept nowhere."""

    def list_bucket(self, bucket: str, prefix: str = "") -> int:
        """Number of keys on the first page: whether listing works; a role may list below a prefix alone."""

    def time_at(self, bucket: str, prefix: str = "") -> datetime | None:
        """S3's clock, from its answer to a question about the bucket."""

    def cors_rules(self, bucket: str) -> Sequence[CorsRule]:
        """Its CORS rules; [] where it has none."""


class Media(Protocol):
    """Reading video files (PyAV)."""

    def probe(self, url: str) -> MediaFacts:
        """Read a file's index over HTTP. Raises `InvalidInput` when it is not readable media."""

    def probe_hls(self, fetch: Fetch, playlist_key: str) -> MediaFacts:
        """Length, size and codecs of an HLS folder. Raises `InvalidInput` when it is not readable media."""

    def remux_hls(self, fetch: Fetch, playlist_key: str) -> Iterator[bytes]:
        """One fragmented MP4 out of an HLS folder, as a stream."""
