"""The S3 server over HTTP, asked by boto3 and by a plain client."""

import hashlib
import urllib.error
import urllib.request
from datetime import UTC, datetime

import av
import pytest
from botocore.exceptions import ClientError

from sandbox.s3.synthetic import inventory_key
from sandbox.s3.testing import running_s3

AWKWARD_KEYS = [
    "courses/über/Größe – 数学.mp4",
    "a b/c  d.mp4",
    "100% + #1?.mp4",
    "quote'&\"<>.mp4",
    "x" * 900 + ".mp4",
    "a//b/./c.mp4",
]
CORS = {
    "CORSRules": [
        {
            "AllowedMethods": ["GET", "PUT"],
            "AllowedOrigins": ["http://127.0.0.1:8501"],
            "ExposeHeaders": ["ETag"],
        }
    ]
}


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def presigned(s3, bucket: str, key: str, *, life_s: int = 60) -> str:
    asked = {"Bucket": bucket, "Key": key}
    return s3.client().generate_presigned_url("get_object", Params=asked, ExpiresIn=life_s)


@pytest.mark.parametrize("key", AWKWARD_KEYS)
def test_every_key_comes_back_by_client_by_listing_and_by_presigned_address(s3, bucket, key):
    client = s3.client()
    client.put_object(Bucket=bucket, Key=key, Body=b"content")
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"content"
    assert [found["Key"] for found in client.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    assert fetch(presigned(s3, bucket, key))[::2] == (200, b"content")


def test_an_expired_presigned_address_gets_s3s_xml(s3, bucket):
    s3.client().put_object(Bucket=bucket, Key="k", Body=b"content")
    status, headers, body = fetch(presigned(s3, bucket, "k", life_s=-1))
    assert status == 403
    assert headers["Content-Type"].startswith("application/xml")
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in body


def test_an_address_without_signature_is_refused(s3, bucket):
    assert fetch(f"{s3.url}/{bucket}/k")[0] == 403


def test_a_wrong_secret_is_refused(s3, bucket):
    with pytest.raises(ClientError) as error:
        s3.client(secret_key="wrong").list_objects_v2(Bucket=bucket)
    assert code_of(error) == "SignatureDoesNotMatch"


def test_the_bucket_decides_which_origins_may_read(s3, bucket):
    client = s3.client()
    client.put_object(Bucket=bucket, Key="k", Body=b"content")
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration=CORS)
    url = presigned(s3, bucket, "k")
    _, allowed, _ = fetch(url, Origin="http://127.0.0.1:8501")
    _, foreign, _ = fetch(url, Origin="http://elsewhere.example")
    assert allowed["Access-Control-Allow-Origin"] == "http://127.0.0.1:8501"
    assert "ETag" in allowed["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Origin" not in foreign


def test_a_page_may_read_why_it_was_refused_and_what_is_streamed(s3, bucket, clip):
    client = s3.client()
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration=CORS)
    s3.put_synthetic(bucket, "large.mp4", clip=clip, size_bytes=9 * 1024**2)
    asked = {
        403: (presigned(s3, bucket, "large.mp4", life_s=-1), {}),
        404: (presigned(s3, bucket, "none"), {}),
        206: (presigned(s3, bucket, "large.mp4"), {"Range": "bytes=0-9"}),
    }
    for expected, (url, headers) in asked.items():
        status, allowed, _ = fetch(url, Origin="http://127.0.0.1:8501", **headers)
        assert (status, allowed["Access-Control-Allow-Origin"]) == (expected, "http://127.0.0.1:8501")
        _, foreign, _ = fetch(url, Origin="http://elsewhere.example", **headers)
        assert "Access-Control-Allow-Origin" not in foreign


def test_a_denied_key_is_refused_and_the_others_are_served(s3, bucket):
    client = s3.client()
    for key in ("denied", "open"):
        client.put_object(Bucket=bucket, Key=key, Body=b"content")
    s3.set_faults({"path": f"{bucket}/denied", "status": 403})
    with pytest.raises(ClientError) as error:
        client.get_object(Bucket=bucket, Key="denied")
    assert code_of(error) == "AccessDenied"
    assert client.get_object(Bucket=bucket, Key="open")["Body"].read() == b"content"
    s3.set_faults()
    assert client.get_object(Bucket=bucket, Key="denied")["Body"].read() == b"content"


def test_a_slow_key_is_late(s3, bucket):
    s3.client().put_object(Bucket=bucket, Key="k", Body=b"content")
    s3.set_faults({"path": f"{bucket}/*", "delay_s": 0.3, "methods": ["GET"]})
    asked_at = datetime.now(UTC)
    assert fetch(presigned(s3, bucket, "k"))[0] == 200
    assert (datetime.now(UTC) - asked_at).total_seconds() >= 0.3


def test_a_synthetic_object_of_2_gb_is_a_video_and_is_read_by_range(s3, bucket, clip):
    s3.put_synthetic(bucket, "large.mp4", clip=clip, size_bytes=2 * 1024**3)
    assert s3.client().head_object(Bucket=bucket, Key="large.mp4")["ContentLength"] == 2 * 1024**3
    url = presigned(s3, bucket, "large.mp4")
    status, headers, body = fetch(url, Range="bytes=0-99")
    assert (status, headers["Content-Range"]) == (206, f"bytes 0-99/{2 * 1024**3}")
    assert body == clip.read_bytes()[:100]
    with av.open(url) as container:
        assert next(container.decode(video=0)).width == 64


def test_a_range_beyond_the_end_of_a_large_object_is_refused(s3, bucket, clip):
    s3.put_synthetic(bucket, "large.mp4", clip=clip, size_bytes=10 * 1024**2)
    assert fetch(presigned(s3, bucket, "large.mp4"), Range=f"bytes={10 * 1024**2}-")[0] == 416


def test_seeded_keys_are_listed_and_play_with_bytes_of_their_own(s3, bucket, clip):
    s3.seed(bucket, prefix="in/", count=1500, clips=[clip])
    pages = s3.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
    found = [key for page in pages for key in page["Contents"]]
    assert [key["Key"] for key in found] == [inventory_key("in/", number) for number in range(1500)]
    assert len({key["ETag"] for key in found}) == 1500
    _, _, first = fetch(presigned(s3, bucket, found[0]["Key"]))
    _, _, second = fetch(presigned(s3, bucket, found[1]["Key"]))
    assert len(first) == found[0]["Size"]
    assert hashlib.sha256(first).digest() != hashlib.sha256(second).digest()
    with av.open(presigned(s3, bucket, found[0]["Key"])) as container:
        assert next(container.decode(video=0)).width == 64


def test_a_multipart_upload_has_a_multipart_etag_and_all_its_bytes(s3, bucket):
    client = s3.client()
    part = b"p" * 5 * 1024**2
    upload = client.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    parts = []
    for number, body in ((1, part), (2, b"end")):
        asked = {"Bucket": bucket, "Key": "k", "UploadId": upload, "PartNumber": number}
        parts.append({"PartNumber": number, "ETag": client.upload_part(**asked, Body=body)["ETag"]})
    asked = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    client.complete_multipart_upload(**asked, MultipartUpload={"Parts": parts})
    assert client.head_object(Bucket=bucket, Key="k")["ETag"].endswith('-2"')
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == part + b"end"


def test_two_servers_do_not_know_each_others_buckets(s3, bucket, tmp_path):
    with running_s3(tmp_path) as other:
        assert other.client().list_buckets()["Buckets"] == []
