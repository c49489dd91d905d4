"""Which objects of a listing make up one HLS video, told by their keys alone."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from posixpath import basename, dirname, splitext

MASTER_NAMES = ("master.m3u8", "index.m3u8", "playlist.m3u8", "manifest.m3u8", "main.m3u8")
"""Names that packagers give to the playlist of playlists, the surest first."""

DEEPEST = 2
"""How many folders below its playlist a piece may lie (`lesson/720p/segments/0001.ts`)."""

PIECE = re.compile(
    r"\.(ts|m4s|key)$"
    r"|(^|[/_.-])(init|seg|segment|chunk|frag|fragment|filesequence)[_.-]?\d*\.(mp4|aac|vtt)$"
    r"|\d\.(aac|vtt)$",
    re.IGNORECASE,
)
"""Keys that may be a piece of a playlist. A plain `lesson.mp4` beside one is a video of its own."""

Heads = Mapping[str, Collection[str]]
"""Folder → the playlists that stand for what lies in it."""


def heads(playlists: Iterable[str], *, referenced: Collection[str] = ()) -> dict[str, str]:
    """Each playlist's key → the key of the playlist that stands for its video; a head stands for itself.

    A folder's head is its master playlist, else each playlist whose name does not begin with another's.
    Playlists in folders below belong to it, unless a row of the school names them (`referenced`).

    >>> heads(["a/master.m3u8", "a/720p/index.m3u8", "b/x.m3u8", "b/x_720p.m3u8"])["a/720p/index.m3u8"]
    'a/master.m3u8'
    """
    found: dict[str, str] = {}
    folders: dict[str, list[str]] = {}
    for key in sorted(playlists, key=_from_the_top):
        head = None if key in referenced else _head_above(key, folders)
        found[key] = head or key
        if head is None:
            folders.setdefault(dirname(key), []).append(key)
    return found


def by_folder(found: Mapping[str, str]) -> dict[str, set[str]]:
    """The heads by folder, of their own playlists and of those that belong to them."""
    folders: dict[str, set[str]] = {}
    for key, head in found.items():
        folders.setdefault(dirname(key), set()).add(head)
    return folders


def head_of_piece(key: str, folders: Heads) -> str | None:
    """The playlist that a segment belongs to; None where there is none, or no telling which."""
    if not PIECE.search(key):
        return None
    for folder in _upwards(key):
        if candidates := folders.get(folder):
            return next(iter(candidates)) if len(candidates) == 1 else _longest_namesake(key, candidates)
    return None


def _head_above(key: str, folders: Heads) -> str | None:
    for folder in _upwards(key):
        for head in folders.get(folder, ()):
            if _claims(head, key):
                return head
    return None


def _claims(head: str, key: str) -> bool:
    """Whether a head that lies beside or above a playlist is its head."""
    if _is_master(head):
        return True
    if dirname(head) == dirname(key):
        rest = basename(key).removeprefix(_stem(head))
        return rest != basename(key) and not rest[0].isalnum()  # lesson_720p of lesson, but not lesson10
    return not _is_master(key)


def _longest_namesake(key: str, candidates: Collection[str]) -> str | None:
    """Several videos in one folder: the one whose name the segment's begins with."""
    named = [head for head in candidates if basename(key).startswith(_stem(head))]
    return max(named, key=len, default=None)


def _upwards(key: str) -> Iterator[str]:
    """The folders that may hold the key's playlist, nearest first; never the bucket's root from below."""
    folder = dirname(key)
    yield folder
    for _ in range(DEEPEST):
        folder = dirname(folder)
        if not folder:
            return
        yield folder


def _from_the_top(key: str) -> tuple[int, int, int, str]:
    """Sort key: folders from the top down, in each the master first, then shorter names."""
    name = basename(key).lower()
    rank = MASTER_NAMES.index(name) if name in MASTER_NAMES else len(MASTER_NAMES)
    return key.count("/"), rank, len(name), key


def _is_master(key: str) -> bool:
    return basename(key).lower() in MASTER_NAMES


def _stem(key: str) -> str:
    return splitext(basename(key))[0]
