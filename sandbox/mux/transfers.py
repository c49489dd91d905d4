"""How the bytes of a direct upload come in.

The target behaves like a resumable session of Google Cloud Storage, which is what Mux hands out:
chunks in order, kept in multiples of 256 KiB until the last one; an asset once all bytes are there.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import ClientDisconnect

from sandbox.mux import ingest, library
from sandbox.mux.announce import tell_upload
from sandbox.mux.chance import Kind
from sandbox.mux.environment import Environment
from sandbox.mux.store import Row
from sandbox.mux.uploads import bytes_path, current

GRANULE_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


class BadRange(Exception):
    """The bytes sent do not go on where the received ones end, or are not those announced."""


class Closed(Exception):
    """The upload takes no bytes any more; the message is its status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """A `Content-Range` header, or its absence."""

    start: int = 0
    end: int | None = None
    """The last byte, counted from 0; None where the body alone says it."""
    total: int | None = None
    """None while the sender does not know."""
    whole: bool = False
    """The body is the entire file."""
    asks: bool = False
    """There is no body: the sender wants to know where to go on."""

    @property
    def length(self) -> int | None:
        """How many bytes are announced."""
        return None if self.end is None else self.end - self.start + 1

    @classmethod
    def parse(cls, header: str | None) -> "ByteRange":
        """`bytes 0-99/200`, `bytes 0-99/*`, `bytes */200`, or None for a file in one piece."""
        if header is None:
            return cls(whole=True)
        if not (found := _RANGE.fullmatch(header.strip())):
            raise BadRange("malformed Content-Range")
        start, end, total_text = found.groups()
        total = None if total_text == "*" else int(total_text)
        if total == 0:
            raise BadRange("an empty file is no video")
        if start is None:
            return cls(asks=True, total=total)
        if int(end) < int(start) or (total is not None and int(end) >= total):
            raise BadRange("Content-Range contradicts itself")
        return cls(start=int(start), end=int(end), total=total)


class Transfers:
    """Receives bytes: one transfer per upload at a time, straight to disk."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._locks: dict[str, asyncio.Lock] = {}

    async def receive(self, upload_id: str, sent: ByteRange, chunks: AsyncIterator[bytes]) -> int | None:
        """How many bytes are kept; None once the file is whole and its asset made.

        Raises `Closed` where the upload takes none, `BadRange` where these are not the next ones.
        """
        async with self._locks.setdefault(upload_id, asyncio.Lock()):
            # Asked only now: whoever held the lock before may have brought the last bytes.
            if self._open(upload_id) is None:
                return None
            path = bytes_path(self._env, upload_id)
            if sent.asks:
                complete = _size(path) == sent.total
            else:
                complete = await _take(path, sent, chunks)
            # And once more: it may have been cancelled while the bytes came in.
            row = self._open(upload_id)
            if complete and row:
                self._finish(row, path)
            return None if complete else _size(path)

    def _open(self, upload_id: str) -> Row | None:
        """The upload while it waits for bytes; None once it has all."""
        row = self._env.store.uploads.find(upload_id)
        status = current(self._env, row)["status"] if row else "gone"
        if status not in ("waiting", "asset_created"):
            raise Closed(status)
        return row if status == "waiting" else None

    def _finish(self, row: Row, path: Path) -> None:
        env = self._env
        asset_id = env.chance.new_id(Kind.ASSET)
        folder = env.folder(asset_id)
        folder.mkdir(parents=True)
        # Moved before it is recorded: killed in between, the sender is told to start again.
        path.replace(folder / ingest.SOURCE)
        upload = row.body["upload"]
        options = upload["new_asset_settings"] | ({"test": True} if upload.get("test") else {})
        with env.store.together():
            upload |= {"status": "asset_created", "asset_id": asset_id}
            upload.pop("url", None)
            row.body.pop("expires_at")
            env.store.uploads.save(row.id, row.body)
            tell_upload(env, "asset_created", upload)
            library.add_asset(env, options, "on_demand_direct_upload", asset_id=asset_id, upload_id=row.id)


async def _take(path: Path, sent: ByteRange, chunks: AsyncIterator[bytes]) -> bool:
    """Appends what is new; whether that makes the file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file in one piece starts over, whatever an earlier attempt left.
    if sent.whole:
        path.unlink(missing_ok=True)
    kept = _size(path)
    if sent.start > kept:
        raise BadRange(f"expected bytes from {kept}")
    complete, good = False, kept
    try:
        await _append(path, chunks, skip=kept - sent.start, most=sent.length)
        good = _size(path)
        complete = sent.whole or good == sent.total
    except ClientDisconnect:
        good = _size(path)
        raise
    finally:
        # Also when the sender goes away in the middle: whole granules count, the rest is sent again.
        if not complete and path.exists():
            os.truncate(path, max(kept, good // GRANULE_BYTES * GRANULE_BYTES))
    return complete


async def _append(path: Path, chunks: AsyncIterator[bytes], *, skip: int, most: int | None) -> None:
    came = 0
    with path.open("ab") as file:
        async for chunk in chunks:
            came += len(chunk)
            if most is not None and came > most:
                raise BadRange("more bytes than Content-Range announces")
            file.write(chunk[skip:])
            skip = max(0, skip - len(chunk))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
