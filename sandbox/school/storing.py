"""Puts the sample objects into S3, once."""

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from sandbox.school.media import clips_of, files_of
from sandbox.school.presence import COMPLETE
from sandbox.school.rows import SampleObject, School
from sandbox.school.spellings import ARCHIVE, ARCHIVE_PREFIX, MEDIA, REGION

CLIPS_FOR_INVENTORY = 12


def is_stored(client: Any) -> bool:
    """Told by a tag that is set last; what somebody deleted since then stays deleted."""
    try:
        return client.get_bucket_tagging(Bucket=MEDIA)["TagSet"] == [COMPLETE]
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchBucket", "NoSuchTagSet"):
            return False
        raise


def store(client: Any, school: School, media: Path) -> None:
    for bucket in (MEDIA, ARCHIVE):
        make_bucket(client, bucket)

    def put(item: SampleObject) -> None:
        for key, content, content_type in files_of(item, media):
            client.put_object(Bucket=item.bucket, Key=key, Body=content, ContentType=content_type)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, school.objects))
    client.put_bucket_tagging(Bucket=MEDIA, Tagging={"TagSet": [COMPLETE]})


def make_bucket(client: Any, bucket: str) -> None:
    existing = {found["Name"] for found in client.list_buckets()["Buckets"]}
    if bucket not in existing:
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})


def allow(client: Any, origins: list[str]) -> None:
    """Pages of these origins may read the objects: the dashboard's addresses, which may change."""
    rule = {
        "AllowedOrigins": origins,
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3000,
    }
    for bucket in (MEDIA, ARCHIVE):
        client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})


def store_inventory(endpoint: str, school: School, media: Path, count: int) -> None:
    """Keys without bytes of their own in the archive, by the sandbox server's own means."""
    clips = [clip for item in school.objects if item.bucket == ARCHIVE for clip in clips_of(item)]
    paths = [str(media / clip.name) for clip in clips[:CLIPS_FOR_INVENTORY]]
    said = {"bucket": ARCHIVE, "prefix": ARCHIVE_PREFIX, "count": count, "clips": paths}
    request = urllib.request.Request(f"{endpoint}/_sandbox/inventory", data=json.dumps(said).encode())
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()
