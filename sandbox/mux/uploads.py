"""Direct uploads: what one is, and how its bytes come in.

The target behaves like a resumable session of Google Cloud Storage, which is what Mux hands out:
chunks in order, kept in multiples of 256 KiB until the last one; an asset once all bytes are there.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.mux import ingest, library
from sandbox.mux.announce import tell_upload
from sandbox.mux.chance import Kind
from sandbox.mux.environment import Environment
from sandbox.mux.store import Row

GRANULE_BYTES = 256 * 1024
DEFAULT_TIMEOUT_S = 3600
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


class BadRange(Exception):
    """The bytes sent do not go on where the received ones end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """A `Content-Range` header, or its absence."""

    start: int = 0
    total: int | None = None
    """None while the sender does not know."""
    whole: bool = False
    """The body is the entire file."""
    asks: bool = False
    """There is no body: the sender wants to know where to go on."""

    @classmethod
    def parse(cls, header: str | None) -> "ByteRange":
        """`bytes 0-99/200`, `bytes 0-99/*`, `bytes */200`, or None for a file in one piece."""
        if header is None:
            return cls(whole=True)
        if not (found := _RANGE.fullmatch(header.strip())):
            raise BadRange("malformed Content-Range")
        start, _, total_text = found.groups()
        total = None if total_text == "*" else int(total_text)
        return cls(asks=True, total=total) if start is None else cls(start=int(start), total=total)


def create(env: Environment, wanted: dict[str, Any]) -> dict[str, Any]:
    """A new upload with its secret target URL."""
    upload_id, secret = env.chance.new_id(Kind.UPLOAD), env.chance.new_id(Kind.SIGNATURE)
    upload = {
        "id": upload_id,
        "timeout": wanted.get("timeout", DEFAULT_TIMEOUT_S),
        "status": "waiting",
        "new_asset_settings": wanted.get("new_asset_settings", {}),
        "cors_origin": wanted["cors_origin"],
        "url": f"{env.config.public_url}/upload/{secret}",
    }
    upload |= {"test": True} if wanted.get("test") else {}
    with env.store.together():
        body = {"upload": upload, "expires_at": env.clock() + upload["timeout"]}
        env.store.uploads.add(upload_id, body, parent=secret)
        tell_upload(env, "created", upload)
    return upload


def current(env: Environment, row: Row) -> dict[str, Any]:
    """The upload as it is now. Running out of time is silent: Mux sends no event for it."""
    upload: dict[str, Any] = row.body["upload"]
    if upload["status"] == "waiting" and row.body["expires_at"] <= env.clock():
        _end(env, row, "timed_out")
    return upload


def cancel(env: Environment, row: Row) -> dict[str, Any]:
    with env.store.together():
        _end(env, row, "cancelled")
        tell_upload(env, "cancelled", row.body["upload"])
    upload: dict[str, Any] = row.body["upload"]
    return upload


def end_overdue(env: Environment) -> None:
    for row in env.store.uploads.every():
        current(env, row)


class Transfers:
    """Receives bytes: one transfer per upload at a time, straight to disk."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._locks: dict[str, asyncio.Lock] = {}

    async def receive(self, row: Row, sent: ByteRange, chunks: AsyncIterator[bytes]) -> int | None:
        """How many bytes are kept; None once the file is whole and its asset made."""
        async with self._locks.setdefault(row.id, asyncio.Lock()):
            path = _bytes_path(self._env, row.id)
            if sent.asks:
                complete = sent.total is not None and _size(path) == sent.total
            else:
                complete = await _take(path, sent, chunks)
            if not complete:
                return _size(path)
            self._finish(row, path)
        self._locks.pop(row.id, None)
        return None

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
    complete = False
    try:
        await _append(path, chunks, skip=kept - sent.start)
        complete = sent.whole or _size(path) == sent.total
    finally:
        # Also when the sender goes away in the middle: whole granules count, the rest is sent again.
        if not complete:
            _trim(path, kept)
    return complete


async def _append(path: Path, chunks: AsyncIterator[bytes], *, skip: int) -> None:
    with path.open("ab") as file:
        async for chunk in chunks:
            file.write(chunk[skip:])
            skip = max(0, skip - len(chunk))


def _trim(path: Path, kept: int) -> None:
    with path.open("ab") as file:
        file.truncate(max(kept, file.tell() // GRANULE_BYTES * GRANULE_BYTES))


def _end(env: Environment, row: Row, status: str) -> None:
    row.body["upload"]["status"] = status
    row.body["upload"].pop("url", None)
    env.store.uploads.save(row.id, row.body)
    _bytes_path(env, row.id).unlink(missing_ok=True)


def _bytes_path(env: Environment, upload_id: str) -> Path:
    return env.config.state / "uploads" / upload_id


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
