"""What a file is: by its first bytes and its name, which have to agree."""

import pytest

from core.errors import InvalidInput
from core.filekind import FileKind, kind_of, mime_of

MP4 = b"\0\0\0\x18ftypisom\0\0\2\0"
M4A = b"\0\0\0\x20ftypM4A \0\0\0\0"
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01"
PNG = b"\x89PNG\r\n\x1a\n"
TS = b"\x47" + bytes(187) + b"\x47" + bytes(187)
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("lesson.mp4", MP4, FileKind.VIDEO),
        ("Lesson.MOV", b"\0\0\0\x14ftypqt  ", FileKind.VIDEO),
        ("old.mov", b"\0\0\0\x08wide\0\0\0\0mdat", FileKind.VIDEO),
        ("talk.webm", WEBM, FileKind.VIDEO),
        ("talk.weba", WEBM, FileKind.AUDIO),
        ("talk.mkv", WEBM, FileKind.VIDEO),
        ("tape.ts", TS, FileKind.VIDEO),
        ("tape.mpg", b"\x00\x00\x01\xba\x44", FileKind.VIDEO),
        ("tape.m2v.mpg", b"\x00\x00\x01\xb3\x14", FileKind.VIDEO),
        ("clip.avi", b"RIFF\0\0\0\0AVI LIST", FileKind.VIDEO),
        ("film.ogv", b"OggS\0\2" + bytes(22) + b"\x80theora", FileKind.VIDEO),
        ("sound.ogg", b"OggS\0\2" + bytes(22) + b"\x01vorbis", FileKind.AUDIO),
        ("sound.m4a", M4A, FileKind.AUDIO),
        ("sound.mp3", b"ID3\x04\0", FileKind.AUDIO),
        ("sound.mp3", b"\xff\xfb\x90\x00", FileKind.AUDIO),
        ("sound.aac", b"\xff\xf1\x50\x80", FileKind.AUDIO),
        ("sound.wav", b"RIFF\0\0\0\0WAVEfmt ", FileKind.AUDIO),
        ("handout.pdf", b"%PDF-1.7", FileKind.PDF),
        ("board.png", PNG, FileKind.IMAGE),
        ("board.jpeg", b"\xff\xd8\xff\xe0", FileKind.IMAGE),
        ("board.webp", b"RIFF\0\0\0\0WEBPVP8 ", FileKind.IMAGE),
        ("en.vtt", b"\xef\xbb\xbfWEBVTT\n\n", FileKind.SUBTITLE),
        ("en.srt", SRT, FileKind.SUBTITLE),
        ("en.srt", b"\xef\xbb\xbf" + SRT.replace(b"\n", b"\r\n"), FileKind.SUBTITLE),
    ],
)
def test_a_file_is_known_by_its_bytes_and_its_name(name: str, head: bytes, kind: FileKind) -> None:
    assert kind_of(name, head) is kind


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("lesson.mp4", b"", "is empty"),
        ("lesson.mp4", b"MZ\x90\x00", "a program for Windows"),
        ("lesson.mp4", b"\x7fELF\x02", "a program"),
        ("lesson.mp4", b"#!/bin/sh\n", "a script"),
        ("lesson.mp4", b"PK\x03\x04\x14", "an archive"),
        ("lesson.mp4", b"Rar!\x1a\x07", "an archive"),
        ("lesson.mp4", b"\x1f\x8b\x08", "an archive"),
        ("page.png", b"<!DOCTYPE html><html>", "a web page"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>", "a web page or a drawing"),
        ("drawing.png", b"\xef\xbb\xbf  <?xml version='1.0'?><svg>", "a web page or a drawing"),
        ("code.php", b"<?php echo 1;", "a web page"),
        ("lesson.mp4.exe", MP4, "of type .exe"),
        ("page.html", b"plain words", "of type .html"),
        ("lesson.mp4", b"just some words", "not taken"),
        ("lesson.mp4", PNG, "begins like a picture"),
        ("notes.pdf", MP4, "begins like a video"),
        ("lesson", MP4, "not what its name says"),
        ("sound.mp3", MP4, "begins like a video"),
    ],
)
def test_what_is_not_taken_is_refused_with_the_reason(name: str, head: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refused:
        kind_of(name, head)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("name", "kind", "mime"),
    [
        ("lesson.mp4", FileKind.VIDEO, "video/mp4"),
        ("handout.pdf", FileKind.PDF, "application/pdf"),
        ("board.png", FileKind.IMAGE, "image/png"),
        ("en.vtt", FileKind.SUBTITLE, "text/vtt"),
        ("en.srt", FileKind.SUBTITLE, "application/octet-stream"),
        ("sound.mp3", FileKind.AUDIO, "audio/mpeg"),
        ("page.html", FileKind.PDF, "application/octet-stream"),
        ("drawing.svg", FileKind.PDF, "application/octet-stream"),
    ],
)
def test_a_file_is_kept_under_the_type_of_its_kind(name: str, kind: FileKind, mime: str) -> None:
    assert mime_of(name, kind) == mime
