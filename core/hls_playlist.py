"""An HLS playlist (RFC 8216) as text: where its URIs lead, and the same playlist with others."""

import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from core.errors import InvalidInput, NotFound

URI = re.compile(r'(?<=[:,])URI="([^"]*)"')
HEAD = "#EXTM3U"
SUFFIX = ".m3u8"


def rewritten(text: str, new: Callable[[str], str]) -> str:
    """The playlist with each URI replaced: lines that are URIs, and those in tags (`#EXT-X-MAP`, `-KEY`,
    `-MEDIA` …). Raises `InvalidInput` where it is no playlist."""
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or lines[0].strip() != HEAD:
        raise InvalidInput("This is not an HLS playlist.")
    return "\n".join(_line(line.strip(), new) for line in lines) + "\n"


def _line(line: str, new: Callable[[str], str]) -> str:
    if line.startswith("#EXT"):
        return URI.sub(lambda found: f'URI="{new(found[1])}"', line)
    return line if not line or line.startswith("#") else new(line)


def is_elsewhere(uri: str) -> bool:
    """Whether a URI names more than a place beside its playlist."""
    parts = urlsplit(uri)
    return bool(parts.scheme or parts.netloc)


def key_beside(playlist_key: str, uri: str, *, folder: str) -> str:
    """The key that a relative URI means, seen from its playlist; `folder` (with its slash) is not left.

    Raises `NotFound` for what lies outside.
    """
    path = unquote(urlsplit(uri).path)
    start = "" if path.startswith("/") else posixpath.dirname(playlist_key)
    key = posixpath.normpath(posixpath.join("/", start, path)).lstrip("/")
    if not key.startswith(folder):
        raise NotFound("The playlist points outside its folder.", hint="Put its pieces beside it.")
    return key


def folder_of(key: str) -> str:
    """The folder that an object lies in, with its slash; '' is the bucket's root."""
    return key[: key.rfind("/") + 1]
