"""Multipart uploads of `tests.fakes.FakeStore`, kept in a dict."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.errors import AppError, NotFound
from core.source import Location
from core.storage import LeftParts


@dataclass(slots=True)
class FakeParts:
    """`put` and `errors` are those of the store that this is part of."""

    parts: dict[str, tuple[Location, dict[int, bytes]]] = field(default_factory=dict)
    """By multipart id."""
    begun_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    """When all of them were."""

    def begin_parts(self, location: Location, *, mime: str) -> str:
        self._next_error()
        multipart_id = f"multipart-{location.key}-{len(self.parts)}"
        self.parts[multipart_id] = (location, {})
        return multipart_id

    def presign_part(self, location: Location, multipart_id: str, number: int, *, lifetime_s: float) -> str:
        return f"https://s3.test/{location.bucket}/{location.key}?part={number}&id={multipart_id}&secret"

    def put_part(self, location: Location, multipart_id: str, number: int, body: bytes) -> str:
        self._next_error()
        self.parts[multipart_id][1][number] = body
        return f"etag-{number}"

    def complete_parts(self, location: Location, multipart_id: str, etags: Sequence[str]) -> None:
        self._next_error()
        if multipart_id not in self.parts:
            raise NotFound(f"There is no upload of {location} (any more).")
        _, bodies = self.parts.pop(multipart_id)
        whole = b"".join(bodies[number] for number in sorted(bodies)[: len(etags)])
        self.put(location.bucket, location.key, whole)

    def abort_parts(self, location: Location) -> int:
        ids = [one for one, (where, _) in self.parts.items() if where == location]
        for multipart_id in ids:
            del self.parts[multipart_id]
        return len(ids)

    def left_parts(
        self, bucket: str, prefix: str, *, before: datetime, limit: int = 100
    ) -> Sequence[LeftParts]:
        self._next_error()
        old = [
            LeftParts(
                location=location,
                multipart_id=multipart_id,
                begun_at=self.begun_at,
                size_bytes=sum(map(len, bodies.values())),
            )
            for multipart_id, (location, bodies) in self.parts.items()
            if location.bucket == bucket and location.key.startswith(prefix) and self.begun_at < before
        ]
        return old[:limit]

    def delete(self, location: Location) -> None:
        self._forget(location)

    def _next_error(self) -> None:
        errors: list[AppError] = getattr(self, "errors", [])
        if errors:
            raise errors.pop(0)

    def put(self, bucket: str, key: str, body: bytes = b"", **facts: Any) -> Any:
        raise NotImplementedError

    def _forget(self, location: Location) -> None:
        raise NotImplementedError
