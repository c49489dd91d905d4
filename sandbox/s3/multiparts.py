"""Multipart uploads that are no more: S3 says so, moto stumbles over them."""

from typing import Any

from werkzeug.wrappers import Request

from sandbox.s3.signature import Refusal


def gone(backend: Any, bucket_name: str, request: Request) -> Refusal | None:
    """What S3 answers to a part, or to the end, of an upload that was aborted."""
    upload_id, bucket = request.args.get("uploadId"), backend.buckets.get(bucket_name)
    if not upload_id or bucket is None or upload_id in bucket.multiparts:
        return None
    return Refusal(status=404, code="NoSuchUpload", message="The specified upload does not exist.")
