"""Objects that come in parts: a browser puts them to presigned URLs, or we do with what streams through."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from core.errors import NotFound
from core.s3.credentials import at_most
from core.s3.errors import translated
from core.source import Location
from core.storage import LeftParts

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class MultipartStore:
    """Fills `PartStore`; part numbers begin with 1."""

    _client: "S3Client"

    def begin_parts(self, location: Location, *, mime: str) -> str:
        """Open a multipart upload; returns its id."""
        with translated(f"object {location}"):
            answer = self._client.create_multipart_upload(
                Bucket=location.bucket, Key=location.key, ContentType=mime or "application/octet-stream"
            )
        return answer["UploadId"]

    def presign_part(self, location: Location, multipart_id: str, number: int, *, lifetime_s: float) -> str:
        """A PUT URL for one part; it ends with the credentials that sign it."""
        with translated(f"object {location}"):
            return self._client.generate_presigned_url(
                "upload_part",
                Params={
                    "Bucket": location.bucket,
                    "Key": location.key,
                    "UploadId": multipart_id,
                    "PartNumber": number,
                },
                ExpiresIn=int(at_most(lifetime_s, self._client)),
            )

    def put_part(self, location: Location, multipart_id: str, number: int, body: bytes) -> str:
        """Put one part ourselves; returns its ETag."""
        with translated(f"object {location}"):
            answer = self._client.upload_part(
                Bucket=location.bucket, Key=location.key, UploadId=multipart_id, PartNumber=number, Body=body
            )
        return answer["ETag"]

    def complete_parts(self, location: Location, multipart_id: str, etags: Sequence[str]) -> None:
        """Make the object of its parts, in order. Raises `NotFound` where the upload is no more: completed
        before, or aborted."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        with translated(f"object {location}"):
            try:
                self._client.complete_multipart_upload(
                    Bucket=location.bucket,
                    Key=location.key,
                    UploadId=multipart_id,
                    MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchUpload":
                    raise NotFound(f"There is no upload of {location} (any more).") from error
                raise

    def abort_parts(self, location: Location) -> int:
        """Drop every part that was put for this key and not completed; returns how many uploads went."""
        with translated(f"object {location}"):
            listed = self._client.list_multipart_uploads(Bucket=location.bucket, Prefix=location.key)
            ids = [one["UploadId"] for one in listed.get("Uploads", []) if one["Key"] == location.key]
            for multipart_id in ids:
                self._client.abort_multipart_upload(
                    Bucket=location.bucket, Key=location.key, UploadId=multipart_id
                )
        return len(ids)

    def left_parts(
        self, bucket: str, prefix: str, *, before: datetime, limit: int = 100
    ) -> Sequence[LeftParts]:
        """Multipart uploads below the prefix that were begun before that and never ended, `limit` at most."""
        with translated(f"bucket {bucket}"):
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=bucket, Prefix=prefix
            )
            begun = (one for page in pages for one in page.get("Uploads", []))
            old = islice((one for one in begun if one["Initiated"] < before), limit)
            return [
                LeftParts(
                    location=Location(bucket, one["Key"]),
                    multipart_id=one["UploadId"],
                    begun_at=one["Initiated"],
                    size_bytes=self._bytes_put(bucket, one["Key"], one["UploadId"]),
                )
                for one in old
            ]

    def _bytes_put(self, bucket: str, key: str, multipart_id: str) -> int:
        pages = self._client.get_paginator("list_parts").paginate(
            Bucket=bucket, Key=key, UploadId=multipart_id
        )
        return sum(part["Size"] for page in pages for part in page.get("Parts", []))

    def write(self, location: Location, body: bytes, *, mime: str) -> None:
        """Put a small object whole."""
        with translated(f"object {location}"):
            self._client.put_object(Bucket=location.bucket, Key=location.key, Body=body, ContentType=mime)

    def delete(self, location: Location) -> None:
        """Delete an object; one that is not there is deleted."""
        with translated(f"object {location}"):
            self._client.delete_object(Bucket=location.bucket, Key=location.key)
