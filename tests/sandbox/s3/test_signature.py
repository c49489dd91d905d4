"""The signature check against the example of AWS's own documentation and against botocore."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sandbox.s3 import signature
from sandbox.s3.signature import SignedRequest, refusal

SECRETS = {"AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
# docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
DOCUMENTED = SignedRequest(
    method="GET",
    raw_path="/test.txt",
    raw_query="X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    headers={"host": "examplebucket.s3.amazonaws.com"},
)
SIGNED_AT = datetime(2013, 5, 24, tzinfo=UTC)
AWKWARD_PATHS = ["/b/a%20b.mp4", "/b/%2B%25%23.mp4", "/b/%C3%BCber/%E6%95%B0.mp4", "/b/plain~name_-.mp4"]


def credentials() -> Credentials:
    [(access_key, secret)] = SECRETS.items()
    return Credentials(access_key, secret)


def split(url: str, headers: dict[str, str]) -> SignedRequest:
    path, _, query = url.removeprefix("http://s3.test").partition("?")
    named = {"host": "s3.test"} | {name.lower(): value for name, value in headers.items()}
    return SignedRequest(method="GET", raw_path=path, raw_query=query, headers=named)


def test_the_documented_example_is_accepted():
    assert refusal(DOCUMENTED, SECRETS, SIGNED_AT + timedelta(hours=23)) is None


def test_an_expired_address_is_refused_in_s3s_words():
    why = refusal(DOCUMENTED, SECRETS, SIGNED_AT + timedelta(hours=24, seconds=1))
    assert (why.status, why.code, why.message) == (403, "AccessDenied", "Request has expired")


@pytest.mark.parametrize(("minutes", "expected"), [(14, None), (16, signature.NOT_YET)])
def test_an_address_dated_in_the_future_is_refused_beyond_what_clocks_differ(minutes, expected):
    assert refusal(DOCUMENTED, SECRETS, SIGNED_AT - timedelta(minutes=minutes)) == expected


def test_another_path_does_not_fit_the_signature():
    moved = SignedRequest(
        method="GET", raw_path="/other.txt", raw_query=DOCUMENTED.raw_query, headers=DOCUMENTED.headers
    )
    assert refusal(moved, SECRETS, SIGNED_AT) == signature.MISMATCH


def test_a_life_longer_than_a_week_is_refused():
    longer = SignedRequest(
        method="GET",
        raw_path="/test.txt",
        raw_query=DOCUMENTED.raw_query.replace("=86400", "=604801"),
        headers=DOCUMENTED.headers,
    )
    assert refusal(longer, SECRETS, SIGNED_AT) == signature.TOO_LONG_A_LIFE


@pytest.mark.parametrize("path", AWKWARD_PATHS)
def test_what_botocore_presigns_is_accepted(path):
    request = AWSRequest("GET", f"http://s3.test{path}", params={})
    S3SigV4QueryAuth(credentials(), "s3", "eu-central-1", expires=60).add_auth(request)
    assert refusal(split(request.url, {}), SECRETS, datetime.now(UTC)) is None


@pytest.mark.parametrize("path", AWKWARD_PATHS)
def test_what_botocore_signs_in_headers_is_accepted(path):
    request = AWSRequest("GET", f"http://s3.test{path}?list-type=2&prefix=a%20b")
    S3SigV4Auth(credentials(), "s3", "eu-central-1").add_auth(request)
    assert refusal(split(request.url, dict(request.headers)), SECRETS, datetime.now(UTC)) is None


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_more_than_15_minutes_off_is_refused(minutes):
    request = AWSRequest("GET", "http://s3.test/b/k")
    S3SigV4Auth(credentials(), "s3", "eu-central-1").add_auth(request)
    now = datetime.now(UTC) + timedelta(minutes=minutes)
    assert refusal(split(request.url, dict(request.headers)), SECRETS, now) == signature.SKEWED


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("", {}, signature.ANONYMOUS),
        ("AWSAccessKeyId=A&Signature=s&Expires=1", {}, signature.OLD_MECHANISM),
        ("", {"authorization": "AWS A:s"}, signature.OLD_MECHANISM),
        ("X-Amz-Signature=s", {}, signature.MALFORMED),
        ("", {"authorization": "AWS4-HMAC-SHA256 nonsense"}, signature.MALFORMED),
    ],
)
def test_what_is_not_a_signature_of_version_4_is_refused(query, headers, expected):
    asked = SignedRequest(method="GET", raw_path="/b/k", raw_query=query, headers=headers)
    assert refusal(asked, SECRETS, SIGNED_AT) == expected


def test_an_unknown_access_key_is_refused():
    assert refusal(DOCUMENTED, {}, SIGNED_AT) == signature.UNKNOWN_KEY
