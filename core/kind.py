"""What an object is: guessed from its name, told by its first bytes."""

from enum import StrEnum


class Kind(StrEnum):
    """What an object is, told by its bytes where its name leaves a doubt."""

    UNKNOWN = "unknown"
    VIDEO = "video"
    HLS = "hls"
    AUDIO = "audio"
    IMAGE = "image"
    DOCUMENT = "document"
    TEXT = "text"
    OTHER = "other"
    EMPTY = "empty"


MIGRATABLE = frozenset({Kind.VIDEO, Kind.HLS})


KIND_BY_EXTENSION: dict[str, Kind] = {
    **dict.fromkeys(
        ("mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "wmv", "flv", "3gp"), Kind.VIDEO
    ),
    **dict.fromkeys(("mp3", "m4a", "wav", "aac", "ogg", "flac", "opus"), Kind.AUDIO),
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "svg", "heic"), Kind.IMAGE),
    **dict.fromkeys(("pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx", "odt", "zip"), Kind.DOCUMENT),
    **dict.fromkeys(("txt", "vtt", "srt", "json", "csv", "md", "html", "xml"), Kind.TEXT),
    "m3u8": Kind.HLS,
}


def extension(key: str) -> str:
    """The lower-case extension without its dot, '' where there is none."""
    name = key.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def kind_by_name(key: str, size_bytes: int) -> Kind:
    """A first guess from name and size; UNKNOWN where only the bytes can tell."""
    return Kind.EMPTY if size_bytes == 0 else KIND_BY_EXTENSION.get(extension(key), Kind.UNKNOWN)


SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x1a\x45\xdf\xa3", Kind.VIDEO),  # Matroska, WebM
    (0, b"FLV\x01", Kind.VIDEO),
    (0, b"\x00\x00\x01\xba", Kind.VIDEO),  # MPEG programme stream
    (0, b"\x00\x00\x01\xb3", Kind.VIDEO),  # MPEG-1 or -2 without a container
    (0, b"\x06\x0e\x2b\x34", Kind.VIDEO),  # MXF
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind.VIDEO),  # ASF, WMV
    (8, b"AVI ", Kind.VIDEO),
    (8, b"WAVE", Kind.AUDIO),
    (8, b"WEBP", Kind.IMAGE),
    (0, b"ID3", Kind.AUDIO),
    (0, b"\xff\xfb", Kind.AUDIO),
    (0, b"\xff\xf3", Kind.AUDIO),
    (0, b"fLaC", Kind.AUDIO),
    (0, b"%PDF", Kind.DOCUMENT),
    (0, b"PK\x03\x04", Kind.DOCUMENT),
    (0, b"\x89PNG", Kind.IMAGE),
    (0, b"\xff\xd8\xff", Kind.IMAGE),
    (0, b"GIF8", Kind.IMAGE),
    (0, b"#EXTM3U", Kind.HLS),
    (0, b"WEBVTT", Kind.TEXT),
)
QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip")
"""What a file from before brands begins with."""

TS_SYNC = b"\x47"
TS_PACKETS = ((0, 188), (4, 192))
"""Where a transport stream's first packet has its mark, and how long packets are; cameras put a time before
each (MTS, M2TS)."""

OGG_VIDEO = (b"\x80theora", b"OVP80", b"BBCD")
AUDIO_BRANDS = (b"M4A ", b"M4B ")
IMAGE_BRANDS = (b"heic", b"avif", b"mif1")


def kind_by_bytes(head: bytes) -> Kind:
    """Tell what a file is from its first bytes (400 suffice)."""
    if not head:
        return Kind.EMPTY
    if head[4:8] == b"ftyp":
        return _kind_by_brand(head[8:12])
    if head[4:8] in QUICKTIME_ATOMS:
        return Kind.VIDEO
    if head[:4] == b"OggS":
        return Kind.VIDEO if any(mark in head for mark in OGG_VIDEO) else Kind.AUDIO
    text = head.removeprefix(b"\xef\xbb\xbf")
    for offset, magic, kind in SIGNATURES:
        if text[offset : offset + len(magic)] == magic:
            return kind
    return Kind.VIDEO if _is_transport_stream(head) else Kind.OTHER


def _is_transport_stream(head: bytes) -> bool:
    return any(head[at : at + 1] == TS_SYNC == head[at + size : at + size + 1] for at, size in TS_PACKETS)


def _kind_by_brand(brand: bytes) -> Kind:
    if brand in AUDIO_BRANDS:
        return Kind.AUDIO
    return Kind.IMAGE if brand in IMAGE_BRANDS else Kind.VIDEO
