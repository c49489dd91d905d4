"""S3 addresses in every spelling, and what a file is by its name and its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.source import Kind, Location, extension, kind_by_bytes, kind_by_name, parse_s3_url

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


@pytest.mark.parametrize(
    ("key", "found"),
    [("a/B.MP4", "mp4"), ("a.b/c", ""), ("a", ""), ("a.tar.GZ", "gz"), ("a/.mp4", "mp4"), ("a.", "")],
)
def test_an_extension_is_what_follows_the_last_dot_of_the_name(key: str, found: str) -> None:
    assert extension(key) == found


@pytest.mark.parametrize(
    ("key", "size_bytes", "kind"),
    [
        ("a.mp4", 1, Kind.VIDEO),
        ("A.MOV", 1, Kind.VIDEO),
        ("a.mp4", 0, Kind.EMPTY),
        ("a/index.m3u8", 1, Kind.HLS),
        ("a.mp3", 1, Kind.AUDIO),
        ("a.pdf", 1, Kind.DOCUMENT),
        ("a.vtt", 1, Kind.TEXT),
        ("a.jpg", 1, Kind.IMAGE),
        ("a", 1, Kind.UNKNOWN),
        ("a.xyz", 1, Kind.UNKNOWN),
        ("seg1.ts", 1, Kind.UNKNOWN),
    ],
)
def test_a_name_gives_a_first_guess(key: str, size_bytes: int, kind: Kind) -> None:
    assert kind_by_name(key, size_bytes) is kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"\x00\x00\x00\x18ftypmp42", Kind.VIDEO),
        (b"\x00\x00\x00\x18ftypqt  ", Kind.VIDEO),
        (b"\x00\x00\x00\x18ftypisom", Kind.VIDEO),
        (b"\x00\x00\x00\x18ftypM4A ", Kind.AUDIO),
        (b"\x00\x00\x00\x18ftypheic", Kind.IMAGE),
        (b"\x1a\x45\xdf\xa3webm", Kind.VIDEO),
        (b"G" + b"\x00" * 187 + b"G" + b"\x00" * 187, Kind.VIDEO),
        (b"G" + b"\x00" * 187 + b"x", Kind.OTHER),
        (b"GIF89a" + b"\x00" * 300, Kind.IMAGE),
        (b"RIFF\x00\x00\x00\x00AVI LIST", Kind.VIDEO),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", Kind.AUDIO),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Kind.IMAGE),
        (b"FLV\x01\x05", Kind.VIDEO),
        (b"\x00\x00\x01\xba\x44", Kind.VIDEO),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", Kind.VIDEO),
        (b"ID3\x04", Kind.AUDIO),
        (b"\xff\xfb\x90", Kind.AUDIO),
        (b"OggS\x00", Kind.AUDIO),
        (b"fLaC\x00", Kind.AUDIO),
        (b"%PDF-1.7", Kind.DOCUMENT),
        (b"PK\x03\x04", Kind.DOCUMENT),
        (b"\x89PNG\r\n", Kind.IMAGE),
        (b"\xff\xd8\xff\xe0", Kind.IMAGE),
        (b"#EXTM3U\n", Kind.HLS),
        (b"WEBVTT\n", Kind.TEXT),
        (b"<html>", Kind.OTHER),
        (b"\x00", Kind.OTHER),
    ],
)
def test_the_first_bytes_tell_what_a_file_is(head: bytes, kind: Kind) -> None:
    assert kind_by_bytes(head) is kind


def test_a_short_gif_is_not_taken_for_a_transport_stream() -> None:
    assert kind_by_bytes(b"GIF89a") is Kind.IMAGE


@pytest.mark.parametrize(
    "head",
    [
        b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat",
        b"\x00\x00\x10\x00moov\x00\x00\x00\x6cmvhd",
        b"\x00\x00\x10\x00mdat\x00\x00",
    ],
)
def test_an_old_quicktime_file_without_a_brand_is_a_video(head: bytes) -> None:
    assert kind_by_bytes(head) is Kind.VIDEO


def test_text_with_a_byte_order_mark_is_still_recognised() -> None:
    assert kind_by_bytes(b"\xef\xbb\xbfWEBVTT\n") is Kind.TEXT
    assert kind_by_bytes(b"\xef\xbb\xbf#EXTM3U\n") is Kind.HLS


def test_a_location_reads_as_an_address() -> None:
    assert str(HERE) == "s3://school-videos/math/a.mp4"
