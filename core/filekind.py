"""What a file that somebody brings in is: told by its first bytes and by its name, which have to agree."""

from collections.abc import Mapping
from enum import StrEnum
from mimetypes import guess_type

from core.errors import InvalidInput
from core.kind import Kind, extension, kind_by_bytes


class FileKind(StrEnum):
    """What Lectern takes in. Videos go to Mux, the others lie beside a lesson in S3."""

    VIDEO = "video"
    AUDIO = "audio"
    PDF = "pdf"
    IMAGE = "image"
    SUBTITLE = "subtitle"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EXTENSIONS: Mapping[FileKind, frozenset[str]] = {
    FileKind.VIDEO: _words("mp4 m4v mov qt mkv webm avi mpg mpeg m2ts mts ts wmv asf flv 3gp 3g2 ogv mxf"),
    FileKind.AUDIO: _words("mp3 m4a m4b wav aac ogg oga opus flac weba webm"),
    FileKind.PDF: _words("pdf"),
    FileKind.IMAGE: _words("jpg jpeg png gif webp heic avif"),
    FileKind.SUBTITLE: _words("vtt srt"),
}
"""By kind, what its files are called."""

DANGEROUS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a program for Windows"),
    (b"\x7fELF", "a program"),
    (b"\xfe\xed\xfa", "a program for macOS"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"#!", "a script"),
    (b"PK\x03\x04", "an archive"),
    (b"PK\x05\x06", "an archive"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"BZh", "an archive"),
    (b"\xfd7zXZ", "an archive"),
)
"""What is refused by its first bytes, and what it is called."""

MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php", b"<head", b"<body")
"""How a page or a drawing begins that a browser would run."""

DANGEROUS_NAMES = _words(
    "exe msi bat cmd com scr ps1 sh bash js mjs vbs jar app dmg deb rpm py php pl rb html htm xhtml svg xml"
    " swf zip rar 7z gz tgz tar bz2 xz iso lnk hta"
)

BOM = b"\xef\xbb\xbf"
OGG_VIDEO = (b"\x80theora", b"OVP80", b"BBCD")
TAKEN = "Videos (MP4, MOV, WebM, MKV …), audio, PDF, pictures and subtitles (VTT, SRT) are taken."


FAMILIES: Mapping[FileKind, str] = {
    FileKind.VIDEO: "video/",
    FileKind.AUDIO: "audio/",
    FileKind.PDF: "application/pdf",
    FileKind.IMAGE: "image/",
    FileKind.SUBTITLE: "text/vtt",
}
ANYTHING = "application/octet-stream"


def mime_of(name: str, kind: FileKind) -> str:
    """Under which type a file of this kind is kept: by its name, whatever the browser says, so that no file
    is ever served as a page."""
    guessed = guess_type(name, strict=False)[0] or ""
    return guessed if guessed.startswith(FAMILIES[kind]) else ANYTHING


def kind_of(name: str, head: bytes) -> FileKind:
    """What the file is; `head` are its first bytes, 512 or more. Raises `InvalidInput` with the reason for
    what is empty, may do harm, is of no kind that is taken, or is not what its name says."""
    if not head:
        raise InvalidInput(
            f"{name} is empty.", hint="Choose the file again; perhaps it is still being copied."
        )
    _refuse_dangerous(name, head)
    kinds = _by_bytes(head)
    if not kinds:
        raise InvalidInput(f"{name} is of a kind that is not taken.", hint=TAKEN)
    named = [kind for kind in kinds if extension(name) in EXTENSIONS[kind]]
    if not named:
        raise InvalidInput(
            f"{name} is not what its name says: it begins like {_said(kinds[0])}.",
            hint="Give it the right ending, or choose another file.",
        )
    return named[0]


def _refuse_dangerous(name: str, head: bytes) -> None:
    text = head.removeprefix(BOM).lstrip()[:64].lower()
    what = next((what for magic, what in DANGEROUS if head.startswith(magic)), "")
    what = what or ("a web page or a drawing with code" if text.startswith(MARKUP) else "")
    if not what and extension(name) in DANGEROUS_NAMES:
        what = f"a file of type .{extension(name)}"
    if what:
        raise InvalidInput(f"{name} is {what}, and may do harm.", hint=TAKEN)


def _by_bytes(head: bytes) -> tuple[FileKind, ...]:
    """The kinds that it may be, the likeliest first: some containers hold sound alone as well."""
    if _is_subtitle(head):
        return (FileKind.SUBTITLE,)
    if head.startswith(b"OggS"):
        is_video = any(mark in head for mark in OGG_VIDEO)
        return (FileKind.VIDEO, FileKind.AUDIO) if is_video else (FileKind.AUDIO,)
    if head.startswith(b"%PDF"):
        return (FileKind.PDF,)
    kind = kind_by_bytes(head)
    if kind is Kind.OTHER:
        return _rare(head)
    kinds = {Kind.VIDEO: FileKind.VIDEO, Kind.AUDIO: FileKind.AUDIO, Kind.IMAGE: FileKind.IMAGE}
    if kind is Kind.VIDEO and head.startswith(b"\x1a\x45\xdf\xa3"):
        return (FileKind.VIDEO, FileKind.AUDIO)
    return (kinds[kind],) if kind in kinds else ()


def _rare(head: bytes) -> tuple[FileKind, ...]:
    is_aac = head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0  # MPEG audio's sync word
    if is_aac:
        return (FileKind.AUDIO,)
    is_mpeg = head.startswith((b"\x00\x00\x01\xb3", b"\x06\x0e\x2b\x34"))  # MPEG-1/2 video, MXF
    is_m2ts = head[4:5] == b"\x47" and head[196:197] == b"\x47"
    return (FileKind.VIDEO,) if is_mpeg or is_m2ts else ()


def _is_subtitle(head: bytes) -> bool:
    text = head.removeprefix(BOM).lstrip()
    if text.startswith(b"WEBVTT"):
        return True
    first, _, rest = text.partition(b"\n")
    return first.strip().isdigit() and b"-->" in rest[:80]


def _said(kind: FileKind) -> str:
    words = {FileKind.AUDIO: "an audio file", FileKind.IMAGE: "a picture", FileKind.PDF: "a PDF"}
    return words.get(kind, f"a {kind}")
