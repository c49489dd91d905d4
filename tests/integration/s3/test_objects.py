import base64
import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from core.errors import InvalidInput, NotFound, Refused, StaleState, Unavailable
from core.s3.client import s3_client
from core.s3.store import S3Store
from core.source import Location
from sandbox.s3.testing import RunningS3
from tests.integration.serving import Asked, Reply, in_turn, serving

Put = Callable[..., None]
BODY = bytes(range(256)) * 10
ETAG = hashlib.md5(BODY, usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(BODY)


def fetch(url: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", url, retries=False)


def test_a_head_gives_the_objects_facts(store: S3Store, bucket: str, put: Put) -> None:
    put("film.mp4", BODY)
    facts = store.head(Location(bucket, "film.mp4"))
    [[listed]] = store.pages(bucket, "", after_key=None)
    assert facts == listed
    assert (facts.size_bytes, facts.etag) == (2560, ETAG)


def test_s3s_own_sha256_is_given_in_hex(store: S3Store, bucket: str, put: Put) -> None:
    put("film.mp4", BODY, ChecksumAlgorithm="SHA256")
    assert store.head(Location(bucket, "film.mp4")).sha256 == SHA256.hexdigest()


@pytest.mark.parametrize(
    ("checksum", "kind", "sha256"),
    [
        (base64.b64encode(SHA256.digest()).decode(), "FULL_OBJECT", SHA256.hexdigest()),
        (base64.b64encode(SHA256.digest()).decode(), "COMPOSITE", None),
        (base64.b64encode(SHA256.digest()).decode() + "-2", "", None),
    ],
)
def test_a_checksum_of_parts_is_not_taken_for_the_objects(
    checksum: str, kind: str, sha256: str | None
) -> None:
    headers = {"ETag": '"e-2"', "Last-Modified": "Mon, 05 Jan 2026 09:00:00 GMT", "Content-Length": "5"}
    headers |= {"x-amz-checksum-sha256": checksum} | ({"x-amz-checksum-type": kind} if kind else {})
    with serving(in_turn(Reply(200, headers=headers))) as server:
        facts = S3Store(s3_client(endpoint_url=server.url)).head(Location("bucket", "k"))
    assert (facts.sha256, facts.etag) == (sha256, "e-2")


def test_in_a_versioned_bucket_new_bytes_have_another_etag(
    store: S3Store, s3: RunningS3, bucket: str, put: Put
) -> None:
    s3.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    put("film.mp4", BODY)
    put("film.mp4", BODY[::-1])
    at = Location(bucket, "film.mp4")
    assert store.head(at).etag != ETAG
    with pytest.raises(StaleState):
        list(store.chunks(at, etag=ETAG, size_bytes=len(BODY)))


def test_the_first_bytes_are_read_without_the_rest(store: S3Store, bucket: str, put: Put) -> None:
    put("film.mp4", BODY)
    put("short", b"abc")
    put("empty", b"")
    assert store.first_bytes(Location(bucket, "film.mp4"), 10) == BODY[:10]
    assert store.first_bytes(Location(bucket, "short")) == b"abc"
    assert store.first_bytes(Location(bucket, "empty")) == b""


def test_an_object_or_a_part_of_it_is_read_by_one_request() -> None:
    def answer(asked: Asked) -> Reply:
        span = asked.headers["Range"]
        return Reply(206, BODY[3:10], {"ETag": '"e"'}) if span == "bytes=3-9" else Reply(200, BODY)

    with serving(answer) as server:
        store = S3Store(s3_client(endpoint_url=server.url))
        assert store.read(Location("bucket", "k")) == BODY
        assert store.read(Location("bucket", "k"), span=(3, 7)) == BODY[3:10]
    assert [asked.method for asked in server.asked] == ["GET", "GET"]


def test_a_part_beyond_the_objects_end_is_invalid(store: S3Store, bucket: str, put: Put) -> None:
    put("film.ts", BODY)
    for span in ((2550, 20), (9000, 5)):
        with pytest.raises(InvalidInput, match="shorter"):
            store.read(Location(bucket, "film.ts"), span=span)


@pytest.mark.parametrize("length", [0, 1, 999, 1000, 1001, 2560])
def test_chunks_join_to_the_object(store: S3Store, bucket: str, put: Put, length: int) -> None:
    body = BODY[:length]
    put("film.mp4", body)
    facts = store.head(Location(bucket, "film.mp4"))
    chunks = list(store.chunks(Location(bucket, "film.mp4"), etag=facts.etag, size_bytes=length))
    assert b"".join(chunks) == body
    assert all(len(chunk) <= 1000 for chunk in chunks)


def test_an_object_replaced_between_two_chunks_is_stale(store: S3Store, bucket: str, put: Put) -> None:
    put("film.mp4", BODY)
    chunks = store.chunks(Location(bucket, "film.mp4"), etag=ETAG, size_bytes=len(BODY))
    next(chunks)
    put("film.mp4", BODY[::-1])
    with pytest.raises(StaleState, match="changed while it was being read"):
        next(chunks)


@pytest.mark.parametrize(
    ("etag", "length"), [('"other"', 5), ('"e1"', 3)], ids=["another version", "too few bytes"]
)
def test_a_server_that_ignores_if_match_is_found_out(etag: str, length: int) -> None:
    reply = Reply(206, b"x" * length, {"ETag": etag})
    with serving(in_turn(reply)) as server, pytest.raises(StaleState):
        list(
            S3Store(s3_client(endpoint_url=server.url)).chunks(Location("b1b", "k"), etag="e1", size_bytes=5)
        )


def test_a_chunk_that_breaks_off_is_asked_for_again() -> None:
    broken = Reply(206, b"he", {"ETag": '"e1"', "Content-Length": "5"})
    whole = Reply(206, b"hello", {"ETag": '"e1"'})
    with serving(in_turn(broken, whole)) as server:
        client = s3_client(endpoint_url=server.url, read_timeout_s=0.3)
        assert list(S3Store(client).chunks(Location("b1b", "k"), etag="e1", size_bytes=5)) == [b"hello"]


@pytest.mark.parametrize("key", ["a b/c  d.mp4", "100% + #1?.mp4", "über/数学.mp4", "x" * 900])
def test_a_presigned_url_opens_the_object(store: S3Store, bucket: str, put: Put, key: str) -> None:
    put(key, BODY)
    answer = fetch(store.presign(Location(bucket, key), lifetime_s=60.5))
    assert (answer.status, answer.data) == (200, BODY)


def test_a_presigned_url_does_not_outlive_the_credentials_that_sign_it(monkeypatch):
    ends_at = datetime.now(UTC) + timedelta(hours=2)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIDTEMPORARY",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_CREDENTIAL_EXPIRATION": ends_at.isoformat(),
    }.items():
        monkeypatch.setenv(name, value)
    store = S3Store(s3_client())

    def life_s(lifetime_s: float) -> float:
        url = store.presign(Location("bucket-x", "film.mp4"), lifetime_s=lifetime_s)
        return float(parse_qs(urlsplit(url).query)["X-Amz-Expires"][0])

    assert life_s(3600) == 3600
    assert 0.85 * 7200 < life_s(86_400) <= 7200
    assert life_s(30 * 86_400) <= 7200


def test_a_presigned_url_is_of_signature_4_path_style_and_ends(store: S3Store, s3: RunningS3) -> None:
    url = store.presign(Location("bucket-x", "film.mp4"), lifetime_s=3600)
    assert url.startswith(f"{s3.url}/bucket-x/film.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256")
    assert "X-Amz-Expires=3600" in url


@pytest.mark.parametrize(
    ("bucket", "start"),
    [
        ("bucket-x", "https://bucket-x.s3.eu-central-1.amazonaws.com/film.mp4?"),
        ("dotted.bucket", "https://s3.eu-central-1.amazonaws.com/dotted.bucket/film.mp4?"),
    ],
)
def test_on_aws_a_presigned_url_names_the_region_and_a_host_that_tls_accepts(bucket: str, start: str) -> None:
    assert S3Store(s3_client()).presign(Location(bucket, "film.mp4"), lifetime_s=60).startswith(start)


def test_the_region_of_the_settings_goes_before_the_environments() -> None:
    url = S3Store(s3_client(region="sa-east-1")).presign(Location("bucket-x", "film.mp4"), lifetime_s=60)
    assert url.startswith("https://bucket-x.s3.sa-east-1.amazonaws.com/")


def test_what_is_not_there_is_not_found(store: S3Store, bucket: str) -> None:
    gone = Location(bucket, "gone.mp4")
    for look in (store.head, store.first_bytes, lambda at: list(store.chunks(at, etag="e", size_bytes=5))):
        with pytest.raises(NotFound, match=r"gone\.mp4"):
            look(gone)


def test_a_denied_object_says_which_permission_is_missing(
    store: S3Store, s3: RunningS3, bucket: str, put: Put
) -> None:
    put("denied")
    s3.set_faults({"path": f"{bucket}/denied", "status": 403})
    for look in (store.head, store.first_bytes):
        with pytest.raises(Refused) as refused:
            look(Location(bucket, "denied"))
        assert refused.value.status == 403
        assert "s3:GetObject" in refused.value.hint


def test_wrong_credentials_name_the_settings(
    s3: RunningS3, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(Refused) as refused:
        S3Store(s3_client(endpoint_url=s3.url)).list_bucket(bucket)
    assert "AWS_SECRET_ACCESS_KEY" in refused.value.hint


def test_no_credentials_at_all_name_the_settings(s3: RunningS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    store = S3Store(s3_client(endpoint_url=s3.url))
    for ask in (
        lambda: store.list_bucket("bucket"),
        lambda: store.presign(Location("b", "k"), lifetime_s=60),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert "AWS_ACCESS_KEY_ID" in refused.value.hint
        assert refused.value.account_wide


def said(code: str, status: int) -> Reply:
    return Reply(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())


@pytest.mark.parametrize(
    ("code", "status", "hint"),
    [
        ("ExpiredToken", 400, "expired"),
        ("RequestTimeTooSkewed", 403, "clock"),
        ("InvalidAccessKeyId", 403, "AWS_ACCESS_KEY_ID"),
    ],
)
def test_refused_credentials_are_told_apart_from_a_refused_object_even_by_a_head(
    code: str, status: int, hint: str
) -> None:
    """A HEAD's answer has no body, so the reason is fetched by a GET."""
    with serving(lambda asked: Reply(status) if asked.method == "HEAD" else said(code, status)) as server:
        store = S3Store(s3_client(endpoint_url=server.url))
        for look in (store.head, store.first_bytes):
            with pytest.raises(Refused) as refused:
                look(Location("bucket", "k"))
            assert refused.value.account_wide
            assert hint in refused.value.hint


def test_a_refused_object_is_no_matter_of_the_account(
    store: S3Store, s3: RunningS3, bucket: str, put: Put
) -> None:
    put("denied")
    s3.set_faults({"path": f"{bucket}/denied", "status": 403})
    with pytest.raises(Refused) as refused:
        store.head(Location(bucket, "denied"))
    assert not refused.value.account_wide


@pytest.mark.parametrize(
    "reply",
    [Reply(500), Reply(503), Reply(drop=True), Reply(delay_s=1)],
    ids=["500", "503", "dropped", "late"],
)
def test_a_server_in_trouble_is_unavailable_after_three_tries(reply: Reply) -> None:
    with serving(in_turn(reply)) as server:
        client = s3_client(endpoint_url=server.url, read_timeout_s=0.2)
        with pytest.raises(Unavailable):
            S3Store(client).head(Location("bucket", "k"))
        assert len(server.asked) == 3


def test_a_closed_port_is_unavailable() -> None:
    with serving(in_turn(Reply())) as server:
        url = server.url
    with pytest.raises(Unavailable):
        S3Store(s3_client(endpoint_url=url)).list_bucket("bucket")


def test_no_signature_is_in_a_message_or_a_log_record(
    store: S3Store, s3: RunningS3, bucket: str, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    put("film.mp4")
    caplog.set_level(logging.DEBUG)
    url = store.presign(Location(bucket, "film.mp4"), lifetime_s=60)
    store.first_bytes(Location(bucket, "film.mp4"))
    with pytest.raises(NotFound) as gone:
        store.head(Location(bucket, "gone"))
    logging.getLogger("test").error("failed", exc_info=gone.value)
    signature = url.partition("X-Amz-Signature=")[2]
    assert signature
    assert [secret for secret in (signature, "Signature", "AWS4") if secret in caplog.text] == []
