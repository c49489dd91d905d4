"""Objects that come in parts, from a browser or through us, against the S3 server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import urllib3

from core.errors import NotFound, Refused
from core.s3.store import S3Store
from core.source import Location
from sandbox.s3.testing import RunningS3

MIB = 1024 * 1024
FIRST, LAST = b"a" * 5 * MIB, b"the end"


@pytest.fixture
def location(bucket: str) -> Location:
    return Location(bucket, "uploads/7/ä film.mp4")


def send(store: S3Store, location: Location, multipart_id: str) -> list[str]:
    """Two parts, as a browser sends them; returns their ETags."""
    etags = []
    for number, body in enumerate((FIRST, LAST), 1):
        url = store.presign_part(location, multipart_id, number, lifetime_s=60)
        answer = urllib3.request("PUT", url, body=body)
        assert answer.status == 200, answer.data
        etags.append(answer.headers["ETag"])
    return etags


def test_parts_from_a_browser_become_one_object_of_the_type_that_was_said(
    store: S3Store, location: Location, s3: RunningS3
) -> None:
    multipart_id = store.begin_parts(location, mime="video/mp4")
    store.complete_parts(location, multipart_id, send(store, location, multipart_id))
    facts = store.head(location)
    assert facts.size_bytes == 5 * MIB + 7
    assert store.first_bytes(location, 3) == b"aaa"
    kept = s3.client().head_object(Bucket=location.bucket, Key=location.key)
    assert kept["ContentType"] == "video/mp4"


def test_parts_that_stream_through_us_become_one_object(store: S3Store, location: Location) -> None:
    multipart_id = store.begin_parts(location, mime="")
    etags = [
        store.put_part(location, multipart_id, number, body) for number, body in enumerate((FIRST, LAST), 1)
    ]
    store.complete_parts(location, multipart_id, etags)
    assert store.read(location, span=(5 * MIB, 7)) == LAST


def test_parts_that_were_dropped_cannot_be_completed(store: S3Store, location: Location) -> None:
    multipart_id = store.begin_parts(location, mime="video/mp4")
    etags = send(store, location, multipart_id)
    store.abort_parts(location)
    with pytest.raises(NotFound):
        store.complete_parts(location, multipart_id, etags)


def test_parts_that_nobody_completes_are_dropped_of_this_key_alone(
    store: S3Store, location: Location, s3: RunningS3
) -> None:
    other = Location(location.bucket, f"{location.key}.part")
    for where in (location, location, other):
        store.begin_parts(where, mime="video/mp4")
    assert store.abort_parts(location) == 2
    left = s3.client().list_multipart_uploads(Bucket=location.bucket)["Uploads"]
    assert [one["Key"] for one in left] == [other.key]
    assert store.abort_parts(location) == 0


def test_deleting_what_is_not_there_is_no_error(
    store: S3Store, location: Location, put: Callable[..., None]
) -> None:
    put(location.key, b"content")
    store.delete(location)
    store.delete(location)
    with pytest.raises(NotFound):
        store.head(location)


def test_a_part_url_that_is_over_opens_nothing(store: S3Store, location: Location) -> None:
    multipart_id = store.begin_parts(location, mime="video/mp4")
    url = store.presign_part(location, multipart_id, 1, lifetime_s=60).replace(
        "X-Amz-Expires=60", "X-Amz-Expires=1"
    )
    assert urllib3.request("PUT", url, body=LAST).status == 403


def test_a_bucket_that_takes_nothing_is_told_as_a_refusal(
    store: S3Store, location: Location, s3: RunningS3
) -> None:
    s3.set_faults({"path": f"{location.bucket}/*", "status": 403, "methods": ["POST"]})
    with pytest.raises(Refused):
        store.begin_parts(location, mime="video/mp4")


def test_uploads_that_never_ended_are_found_with_the_bytes_that_were_put(
    store: S3Store, location: Location
) -> None:
    multipart_id = store.begin_parts(location, mime="video/mp4")
    send(store, location, multipart_id)
    ended = store.begin_parts(Location(location.bucket, "uploads/ended"), mime="")
    store.complete_parts(
        Location(location.bucket, "uploads/ended"),
        ended,
        [store.put_part(Location(location.bucket, "uploads/ended"), ended, 1, LAST)],
    )
    store.begin_parts(Location(location.bucket, "elsewhere"), mime="")
    later = datetime.now(UTC) + timedelta(minutes=1)
    [found] = store.left_parts(location.bucket, "uploads/", before=later)
    assert (found.location, found.multipart_id) == (location, multipart_id)
    assert found.size_bytes == 5 * MIB + 7
    assert store.left_parts(location.bucket, "uploads/", before=found.begun_at) == []
    assert store.left_parts(location.bucket, "", before=later, limit=1) != []
