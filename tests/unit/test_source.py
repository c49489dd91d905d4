"""S3 addresses in every spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.source import Location, parse_s3_url

HERE = Location("school-videos", "math/a.mp4")
DOMAINS = {"cdn.school.test": "school-videos", "d111abc.cloudfront.net": "school-videos"}


@pytest.mark.parametrize(
    "url",
    [
        "s3://school-videos/math/a.mp4",
        "  s3://school-videos/math/a.mp4\n",
        "S3://school-videos/math/a.mp4",
        "s3a://school-videos/math/a.mp4",
        "https://school-videos.s3.amazonaws.com:443/math/a.mp4",
        "https://school-videos.s3.amazonaws.com/math/a.mp4",
        "http://school-videos.s3.amazonaws.com/math/a.mp4",
        "https://school-videos.s3.eu-central-1.amazonaws.com/math/a.mp4",
        "https://school-videos.s3-eu-west-1.amazonaws.com/math/a.mp4",
        "https://school-videos.s3.dualstack.us-east-1.amazonaws.com/math/a.mp4",
        "https://school-videos.s3-accelerate.amazonaws.com/math/a.mp4",
        "https://school-videos.s3.cn-north-1.amazonaws.com.cn/math/a.mp4",
        "https://SCHOOL-VIDEOS.S3.amazonaws.com/math/a.mp4",
        "https://s3.amazonaws.com/school-videos/math/a.mp4",
        "https://s3.eu-central-1.amazonaws.com/school-videos/math/a.mp4",
        "https://s3-eu-west-1.amazonaws.com/school-videos/math/a.mp4",
        "https://d111abc.cloudfront.net/math/a.mp4",
        "https://cdn.school.test/math/a.mp4",
        "//cdn.school.test/math/a.mp4",
        "cdn.school.test/math/a.mp4",
        "http://127.0.0.1:8511/school-videos/math/a.mp4",
        "https://school-videos.s3.amazonaws.com/math/a.mp4?X-Amz-Signature=abc&X-Amz-Expires=60",
        "https://school-videos.s3.amazonaws.com/math/a.mp4#t=10",
        "https://school-videos.s3.amazonaws.com/math%2Fa.mp4",
        "https://key:secret@school-videos.s3.amazonaws.com/math/a.mp4",
    ],
)
def test_every_spelling_leads_to_the_same_object(url: str) -> None:
    assert parse_s3_url(url, domains=DOMAINS, endpoint_hosts=["127.0.0.1:8511"]) == HERE


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "https://www.youtube.com/watch?v=1",
        "https://stream.mux.com/abc.m3u8",
        "https://evil.test/school-videos.s3.amazonaws.com/a.mp4",
        "https://school-videos.s3.amazonaws.com.evil.test/a.mp4",
        "https://s3.amazonaws.com/school-videos",
        "https://school-videos.s3.amazonaws.com/",
        "s3://school-videos",
        "s3:///a.mp4",
        "http://127.0.0.1:9999/school-videos/a.mp4",
        "math/a.mp4",
        "http://[broken/a.mp4",
    ],
)
def test_what_is_no_s3_address_of_ours_is_nothing(url: str) -> None:
    assert parse_s3_url(url, domains=DOMAINS, endpoint_hosts=["127.0.0.1:8511"]) is None


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("a%20b.mp4", "a b.mp4"),
        ("a+b.mp4", "a+b.mp4"),
        ("a%2Bb.mp4", "a+b.mp4"),
        ("100%25.mp4", "100%.mp4"),
        ("50%.mp4", "50%.mp4"),
        ("a%23b.mp4", "a#b.mp4"),
        ("a%3Fb.mp4", "a?b.mp4"),
        ("%C3%BCbung.mp4", "übung.mp4"),
        ("übung.mp4", "übung.mp4"),
        ("%E6%95%B0%E5%AD%A6/%F0%9F%8E%93.mp4", "数学/🎓.mp4"),
        ("a//b.mp4", "a//b.mp4"),
        ("/a.mp4", "/a.mp4"),
    ],
)
def test_a_key_is_decoded_as_s3_decodes_it(path: str, key: str) -> None:
    assert parse_s3_url(f"https://school-videos.s3.amazonaws.com/{path}") == Location("school-videos", key)


@pytest.mark.parametrize("key", ["a%20b.mp4", "a b.mp4", "a?b#c.mp4", "ü/100%.mp4"])
def test_in_an_s3_scheme_the_key_is_literal(key: str) -> None:
    assert parse_s3_url(f"s3://school-videos/{key}") == Location("school-videos", key)


@given(st.text(max_size=80))
def test_no_text_at_all_is_answered_with_an_exception(text: str) -> None:
    parse_s3_url(text)
    parse_s3_url(f"https://{text}")


def test_a_domain_without_scheme_may_lead_to_a_key_with_two_slashes() -> None:
    assert parse_s3_url("cdn.school.test/a//b.mp4", domains=DOMAINS) == Location("school-videos", "a//b.mp4")


def test_a_bucket_with_dots_is_read_whole() -> None:
    url = "https://videos.school.test.s3.amazonaws.com/a.mp4"
    assert parse_s3_url(url) == Location("videos.school.test", "a.mp4")


def test_a_location_reads_as_an_address() -> None:
    assert str(HERE) == "s3://school-videos/math/a.mp4"
