"""Writes what moto holds to disk, and loads it from there.

One file per key: a line of JSON for its versions, then their bytes. A file is written
beside its place and renamed, so a killed server leaves the old state or the new one.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.s3.models import FakeDeleteMarker, FakeKey

from sandbox.s3.synthetic import SyntheticKey


class Mirror:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._saved: dict[str, set[str]] = {}  # bucket → keys that have a file
        self._lock = threading.Lock()

    def buckets(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Each bucket's name with its settings: request bodies by subresource, "" for its creation."""
        for path in sorted(self._folder.glob("*/bucket.json")):
            yield path.parent.name, json.loads(path.read_text())

    def save_setting(self, bucket: str, subresource: str, body: str | None) -> None:
        """Keeps the body that set it, or forgets it when None."""
        with self._lock:
            path = self._folder / bucket / "bucket.json"
            settings = json.loads(path.read_text()) if path.exists() else {}
            settings[subresource] = body
            write_whole(path, json.dumps({k: v for k, v in settings.items() if v is not None}).encode())

    def inventories(self) -> Iterator[dict[str, Any]]:
        """What was seeded, in the words of `S3Server.seed`."""
        for path in sorted(self._folder.glob("*/inventory.json")):
            yield from json.loads(path.read_text()).values()

    def save_inventory(self, said: dict[str, Any]) -> None:
        with self._lock:
            path = self._folder / said["bucket"] / "inventory.json"
            kept = json.loads(path.read_text()) if path.exists() else {}
            write_whole(path, json.dumps(kept | {said["prefix"]: said}).encode())

    def drop_bucket(self, bucket: str) -> None:
        with self._lock:
            for name in ("bucket.json", "inventory.json"):
                (self._folder / bucket / name).unlink(missing_ok=True)

    def sync_key(self, bucket: Any, name: str) -> None:
        """Makes the file say what the bucket now holds under this name."""
        with self._lock:
            versions = bucket.keys.getlist(name, [])
            if any(isinstance(version, SyntheticKey) for version in versions):
                return
            if versions:
                write_whole(self._path(bucket.name, name), packed(name, versions))
                self._names(bucket.name).add(name)
            else:
                self._path(bucket.name, name).unlink(missing_ok=True)
                self._names(bucket.name).discard(name)

    def sync_bucket(self, bucket: Any) -> None:
        """For requests that touch keys which their address does not name."""
        held = {name for name in dict(bucket.keys) if not isinstance(bucket.keys.get(name), SyntheticKey)}
        for name in held ^ self._names(bucket.name):
            self.sync_key(bucket, name)

    def load_keys(self, bucket: Any) -> None:
        for path in (self._folder / bucket.name).glob("*.object"):
            name, versions = unpacked(path.read_bytes(), bucket)
            bucket.keys.setlist(name, versions)
            self._names(bucket.name).add(name)

    def _path(self, bucket: str, name: str) -> Path:
        # A key may be longer than a file's name, and may hold what a name must not.
        return self._folder / bucket / f"{hashlib.sha256(name.encode()).hexdigest()}.object"

    def _names(self, bucket: str) -> set[str]:
        return self._saved.setdefault(bucket, set())


def write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


def packed(name: str, versions: list[FakeKey | FakeDeleteMarker]) -> bytes:
    values = [version.value if isinstance(version, FakeKey) else b"" for version in versions]
    header = {"key": name, "versions": [facts(version) for version in versions]}
    return json.dumps(header).encode() + b"\n" + b"".join(values)


def facts(version: FakeKey | FakeDeleteMarker) -> dict[str, Any]:
    common = {"version_id": version.version_id, "last_modified": version.last_modified.isoformat()}
    if isinstance(version, FakeDeleteMarker):
        return common | {"deleted": True}
    return common | {
        "size_bytes": version.size,
        "etag": version.etag.strip('"'),
        "versioned": version._is_versioned,
        "storage": version.storage_class,
        "checksum": [version.checksum_algorithm, version.checksum_type, version.checksum_value],
        "metadata": dict(version.metadata),
    }


def unpacked(content: bytes, bucket: Any) -> tuple[str, list[FakeKey | FakeDeleteMarker]]:
    line, _, values = content.partition(b"\n")
    header = json.loads(line)
    versions: list[FakeKey | FakeDeleteMarker] = []
    for said in header["versions"]:
        if said.get("deleted"):
            versions.append(delete_marker(said, versions[-1]))
            continue
        value, values = values[: said["size_bytes"]], values[said["size_bytes"] :]
        versions.append(key(header["key"], said, value, bucket))
    return header["key"], versions


def key(name: str, said: dict[str, Any], value: bytes, bucket: Any) -> FakeKey:
    made = FakeKey(
        name=name,
        value=value,
        account_id=bucket.account_id,
        region_name=bucket.region_name,
        bucket_name=bucket.name,
        storage=said["storage"],
        etag=said["etag"],
        is_versioned=said["versioned"],
        version_id=said["version_id"],
    )
    made.checksum_algorithm, made.checksum_type, made.checksum_value = said["checksum"]
    made.set_metadata(said["metadata"])
    made.last_modified = datetime.fromisoformat(said["last_modified"])
    return made


def delete_marker(said: dict[str, Any], before: FakeKey | FakeDeleteMarker) -> FakeDeleteMarker:
    made = FakeDeleteMarker(key=before)
    made._version_id = said["version_id"]
    made.last_modified = datetime.fromisoformat(said["last_modified"])
    return made
