import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from core.cors import CorsRule
from core.errors import NotFound, Refused
from core.s3.client import s3_client
from core.s3.store import S3Store, one_ahead
from sandbox.s3.testing import RunningS3
from tests.integration.serving import Asked, Reply, serving

Put = Callable[..., None]
ONE_KEY = b"<ListBucketResult><KeyCount>1</KeyCount></ListBucketResult>"
AWKWARD = ["a b/c  d.mp4", "100% + #1?.mp4", "courses/über/Größe – 数学.mp4", "quote'&\"<>.mp4", "x" * 900]


def keys_in(store: S3Store, bucket: str, prefix: str = "", *, after_key: str | None = None) -> list[str]:
    return [facts.key for page in store.pages(bucket, prefix, after_key=after_key) for facts in page]


def test_a_listing_gives_each_objects_facts(store: S3Store, bucket: str, put: Put) -> None:
    put("film.mp4", b"content")
    [[facts]] = store.pages(bucket, "", after_key=None)
    assert (facts.bucket, facts.key, facts.size_bytes) == (bucket, "film.mp4", 7)
    assert facts.etag == hashlib.md5(b"content", usedforsecurity=False).hexdigest()
    assert abs(datetime.now(UTC) - facts.modified_at) < timedelta(minutes=1)
    assert facts.modified_at.utcoffset() == timedelta(0)


def test_awkward_keys_come_back_as_they_are(store: S3Store, bucket: str, put: Put) -> None:
    for key in AWKWARD:
        put(key)
    assert keys_in(store, bucket) == sorted(AWKWARD, key=str.encode)


def test_a_prefix_narrows_and_a_key_to_start_after_is_left_out(store: S3Store, bucket: str, put: Put) -> None:
    for key in ("a/1", "b/1", "b/2", "b/3", "c/1"):
        put(key)
    assert keys_in(store, bucket, "b/") == ["b/1", "b/2", "b/3"]
    assert keys_in(store, bucket, "b/", after_key="b/1") == ["b/2", "b/3"]
    assert keys_in(store, bucket, "b/", after_key="b/3") == []


def test_many_keys_come_page_by_page_in_key_order(store: S3Store, s3: RunningS3, bucket: str) -> None:
    s3.seed(bucket, count=2500, clips=[])
    pages = list(store.pages(bucket, "", after_key=None))
    assert [len(page) for page in pages] == [1000, 1000, 500]
    keys = [facts.key for page in pages for facts in page]
    assert keys == sorted(set(keys))
    assert keys_in(store, bucket, after_key=keys[1799]) == keys[1800:]


def test_an_empty_bucket_has_no_pages(store: S3Store, bucket: str) -> None:
    assert list(store.pages(bucket, "", after_key=None)) == []
    assert store.list_bucket(bucket) == 0


def test_a_missing_bucket_is_not_found(store: S3Store) -> None:
    with pytest.raises(NotFound, match="bucket nowhere"):
        list(store.pages("nowhere", "", after_key=None))
    with pytest.raises(NotFound, match="bucket nowhere"):
        store.list_bucket("nowhere")


def test_a_bucket_that_must_not_be_listed_says_what_is_missing(
    store: S3Store, s3: RunningS3, bucket: str
) -> None:
    s3.set_faults({"path": f"{bucket}/*", "status": 403})
    with pytest.raises(Refused) as refused:
        list(store.pages(bucket, "", after_key=None))
    assert "s3:ListBucket" in refused.value.hint


def test_the_number_of_keys_on_the_first_page_shows_that_listing_works(
    store: S3Store, bucket: str, put: Put
) -> None:
    put("a")
    put("b")
    assert store.list_bucket(bucket) == 2


def test_a_listing_that_is_allowed_below_a_prefix_alone_is_tried_there() -> None:
    def answer(asked: Asked) -> Reply:
        allowed = "prefix=films%2F" in asked.path
        return Reply(200, ONE_KEY) if allowed else Reply(403, b"<Error><Code>AccessDenied</Code></Error>")

    with serving(answer) as server:
        assert S3Store(s3_client(endpoint_url=server.url)).list_bucket("bucket", "films/") == 1


def test_cors_rules_are_those_of_the_bucket(store: S3Store, s3: RunningS3, bucket: str) -> None:
    assert store.cors_rules(bucket) == []
    origins, methods = ["https://one.example", "https://*.two.example"], ["GET", "HEAD"]
    rules = [{"AllowedMethods": methods, "AllowedOrigins": origins}]
    s3.client().put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    assert store.cors_rules(bucket) == [CorsRule(origins=tuple(origins), methods=tuple(methods))]


def test_the_servers_clock_is_told_also_by_a_refusal(store: S3Store, s3: RunningS3, bucket: str) -> None:
    near = timedelta(seconds=5)
    assert abs(store.time_at(bucket) - datetime.now(UTC)) < near
    s3.set_faults({"path": f"{bucket}*", "status": 403})
    assert abs(store.time_at(bucket, "films/") - datetime.now(UTC)) < near


def test_the_next_page_is_fetched_while_the_last_is_looked_at() -> None:
    fetched = threading.Event()

    def pages() -> Iterator[str]:
        yield "first"
        fetched.set()
        yield "second"

    ahead = one_ahead(pages())
    assert next(ahead) == "first"
    assert fetched.wait(5), "nobody asked for the second page yet"
    assert list(ahead) == ["second"]


def test_an_error_on_a_later_page_comes_after_the_pages_before_it() -> None:
    def pages() -> Iterator[int]:
        yield 1
        raise NotFound("gone")

    ahead = one_ahead(pages())
    assert next(ahead) == 1
    with pytest.raises(NotFound):
        next(ahead)
