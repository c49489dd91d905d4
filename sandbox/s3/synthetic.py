"""Objects whose bytes are computed when read, so that 100,000 keys or 2 GB cost no memory.

Each is a real clip followed by an MP4 `free` box: the clip still plays, and the box, which
players skip, gives the object its own bytes and any size.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.s3.models import FakeKey

BLOCK_BYTES = 256 * 1024
BOX_HEADER_BYTES = 16  # the form with a 64-bit size
MARK_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Padded:
    """`clip`, then a `free` box that starts with `mark` and fills up with zeros to `size_bytes`."""

    clip: bytes
    mark: bytes
    size_bytes: int

    @property
    def head(self) -> bytes:
        box_bytes = self.size_bytes - len(self.clip)
        return self.clip + struct.pack(">I4sQ", 1, b"free", box_bytes) + self.mark

    def read(self, start: int, length: int) -> bytes:
        piece = self.head[start : start + length]
        return piece + bytes(min(length, self.size_bytes - start) - len(piece))

    def blocks(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to and without `end`."""
        for at in range(start, end, BLOCK_BYTES):
            yield self.read(at, min(BLOCK_BYTES, end - at))


def padded(clip: bytes, name: str, size_bytes: int = 0) -> Padded:
    """Of at least `size_bytes`; the name decides the mark, so equal names give equal bytes."""
    mark = hashlib.md5(name.encode(), usedforsecurity=False).digest()
    smallest = len(clip) + BOX_HEADER_BYTES + MARK_BYTES
    return Padded(clip=clip, mark=mark, size_bytes=max(size_bytes, smallest))


class SyntheticKey(FakeKey):
    """What moto lists, describes and, when small, serves. Never mirrored itself: seeding makes it again."""

    def __init__(self, name: str, content: Padded, model: FakeKey) -> None:
        # Not FakeKey's own: it gives each key a buffer and an ACL, 3 kB that add up.
        self.__dict__.update(model.__dict__)
        self.name = name
        self.content = content
        self.contentsize = content.size_bytes
        # Like the ETag of a multipart upload: S3 promises nothing about what it is a hash of.
        self._etag = f"{content.mark.hex()}-1"

    @property
    def value(self) -> bytes:
        return self.content.read(0, self.content.size_bytes)

    def dispose(self, *_: object, **__: object) -> None:
        self.disposed = True


def model_for(bucket: Any) -> FakeKey:
    """A key whose attributes all synthetic ones of a bucket share."""
    model = FakeKey(
        name="",
        value=b"",
        account_id=bucket.account_id,
        region_name=bucket.region_name,
        bucket_name=bucket.name,
        is_versioned=bucket.is_versioned,
        version_id="null",
    )
    model.set_metadata({"Content-Type": "video/mp4"})
    model.last_modified = datetime(2024, 9, 1, tzinfo=UTC).replace(tzinfo=None)
    model.dispose()
    return model


def inventory_key(prefix: str, number: int) -> str:
    return f"{prefix}{number // 1000:04d}/recording-{number:06d}.mp4"


def seed_inventory(bucket: Any, *, prefix: str, count: int, clips: list[bytes]) -> None:
    """Puts `count` keys below `prefix`, each playing one of the clips in turn."""
    model = model_for(bucket)
    for number in range(count):
        name = inventory_key(prefix, number)
        bucket.keys.setlist(name, [SyntheticKey(name, padded(clips[number % len(clips)], name), model)])
