"""What a file is by its name and its bytes."""

import pytest

from core.kind import Kind, extension, kind_by_bytes, kind_by_name


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
        (b"timeG" + b"\x00" * 191 + b"G", Kind.VIDEO),
        (b"timeG" + b"\x00" * 191 + b"x", Kind.OTHER),
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
        (b"OggS\x00" + b"\x00" * 23 + b"\x80theora", Kind.VIDEO),
        (b"\x00\x00\x01\xb3\x08", Kind.VIDEO),
        (b"\x06\x0e\x2b\x34\x02", Kind.VIDEO),
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
