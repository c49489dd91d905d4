"""Objects in S3."""

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from core.cors import CorsRule
from core.errors import InvalidInput, StaleState, Unavailable
from core.s3.cors import rules_of
from core.s3.credentials import at_most
from core.s3.errors import translated
from core.s3.multipart import MultipartStore
from core.source import Location, ObjectFacts

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Page = TypeVar("Page")

SILENT = frozenset({"400", "403"})
"""A HEAD's answer has no body: it cannot tell expired credentials from a missing right, and a GET's can."""

STANDARD = "STANDARD"
"""The class of what names none: a HEAD leaves this one out."""

READS = 2
"""How often a piece is asked for whose bytes broke off; the client itself only repeats failed requests."""


class S3Store(MultipartStore):
    """Listing, looking at, reading and presigning objects. Safe to share between threads."""

    def __init__(self, client: "S3Client", *, chunk_bytes: int = 8 * 1024 * 1024) -> None:
        self._client = client
        self._chunk_bytes = chunk_bytes

    def pages(self, bucket: str, prefix: str, *, after_key: str | None) -> Iterator[Sequence[ObjectFacts]]:
        """Listing pages of up to 1,000 objects; the next one is fetched while the caller has the last."""
        listing = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, StartAfter=after_key or ""
        )
        with translated(f"bucket {bucket}"):
            for page in one_ahead(iter(listing)):
                if entries := page.get("Contents"):
                    yield [_of_listing(bucket, entry) for entry in entries]

    def head(self, location: Location) -> ObjectFacts:
        with translated(f"object {location}"):
            try:
                answer = self._client.head_object(
                    Bucket=location.bucket, Key=location.key, ChecksumMode="ENABLED"
                )
            except ClientError as error:
                if error.response["Error"]["Code"] in SILENT:
                    self._range(location, 0, 1)  # says why
                raise
        return _of_head(location, answer)

    def first_bytes(self, location: Location, count: int = 512) -> bytes:
        """Up to `count` bytes; b"" of an empty object."""
        return self._from(location, 0, count)

    def read(self, location: Location, *, span: tuple[int, int] | None = None) -> bytes:
        """The object, or `span` of it (first byte and length), in memory. Raises `InvalidInput` where it ends
        before the span does."""
        if span is None:
            return read_again(partial(self._whole, location))
        return read_again(partial(self._span, location, *span))

    def chunks(self, location: Location, *, etag: str, size_bytes: int) -> Iterator[bytes]:
        """The object's bytes in pieces; `StaleState` when it is not that version any more."""
        for start in range(0, size_bytes, self._chunk_bytes):
            length = min(self._chunk_bytes, size_bytes - start)
            yield read_again(partial(self._chunk, location, etag, start, length))

    def presign(self, location: Location, *, lifetime_s: float) -> str:
        """A GET URL that opens the object to whoever has it; it ends with the credentials that sign it."""
        with translated(f"object {location}"):
            return self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": location.bucket, "Key": location.key},
                ExpiresIn=int(at_most(lifetime_s, self._client)),
            )

    def list_bucket(self, bucket: str, prefix: str = "") -> int:
        with translated(f"bucket {bucket}"):
            return self._client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1000)["KeyCount"]

    def time_at(self, bucket: str, prefix: str = "") -> datetime | None:
        """S3's clock to the second; a refusal carries it as well."""
        with translated(f"bucket {bucket}"):
            try:
                answer = self._client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
                headers = answer["ResponseMetadata"]["HTTPHeaders"]
            except ClientError as error:
                headers = error.response["ResponseMetadata"]["HTTPHeaders"]
        date = headers.get("date")
        return parsedate_to_datetime(date) if date else None

    def cors_rules(self, bucket: str) -> Sequence[CorsRule]:
        return rules_of(self._client, bucket)

    def _from(self, location: Location, start: int, length: int) -> bytes:
        """Up to `length` bytes; b"" from the object's end on."""
        with translated(f"object {location}"):
            try:
                body: bytes = self._range(location, start, length)["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] != "InvalidRange":
                    raise
                return b""
        return body

    def _whole(self, location: Location) -> bytes:
        with translated(f"object {location}"):
            body: bytes = self._client.get_object(Bucket=location.bucket, Key=location.key)["Body"].read()
        return body

    def _span(self, location: Location, start: int, length: int) -> bytes:
        body = self._from(location, start, length)
        if len(body) != length:
            raise InvalidInput(f"The object {location} is shorter than its playlist says.")
        return body

    def _chunk(self, location: Location, etag: str, start: int, length: int) -> bytes:
        with translated(f"object {location}"):
            answer = self._range(location, start, length, IfMatch=f'"{etag}"')
            body: bytes = answer["Body"].read()
        # Not every server that speaks S3 heeds If-Match.
        if answer["ETag"].strip('"') != etag or len(body) != length:
            raise StaleState(f"The object {location} changed while it was being read.")
        return body

    def _range(self, location: Location, start: int, length: int, **options: Any) -> Mapping[str, Any]:
        span = f"bytes={start}-{start + length - 1}"
        return self._client.get_object(Bucket=location.bucket, Key=location.key, Range=span, **options)


def read_again(read: Callable[[], bytes]) -> bytes:
    """Read, once more where the bytes break off."""
    for left in reversed(range(READS)):
        try:
            return read()
        except Unavailable:
            if not left:
                raise
    raise AssertionError("READS is at least one")


def one_ahead(pages: Iterator[Page]) -> Iterator[Page]:
    """The same pages, each fetched in the background while its predecessor is looked at."""
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="s3-listing") as pool:
        coming = pool.submit(next, pages, end)
        while (page := coming.result()) is not end:
            coming = pool.submit(next, pages, end)
            yield page  # type: ignore[misc]


def _of_listing(bucket: str, entry: Mapping[str, Any]) -> ObjectFacts:
    return ObjectFacts(
        bucket=bucket,
        key=entry["Key"],
        size_bytes=entry["Size"],
        etag=entry["ETag"].strip('"'),
        modified_at=entry["LastModified"],
        storage_class=entry.get("StorageClass") or STANDARD,
    )


def _of_head(location: Location, answer: Mapping[str, Any]) -> ObjectFacts:
    return ObjectFacts(
        bucket=location.bucket,
        key=location.key,
        size_bytes=answer["ContentLength"],
        etag=answer["ETag"].strip('"'),
        modified_at=answer["LastModified"],
        sha256=_sha256(answer),
        storage_class=answer.get("StorageClass") or STANDARD,
    )


def _sha256(answer: Mapping[str, Any]) -> str | None:
    """Hex; None where S3 has none, or one of a multipart upload's parts, which says nothing of the whole."""
    checksum = answer.get("ChecksumSHA256", "")
    if not checksum or answer.get("ChecksumType") == "COMPOSITE" or "-" in checksum:
        return None
    return b64decode(checksum).hex()
