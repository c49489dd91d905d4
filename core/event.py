"""Webhook events: is it from Mux, what does it say, what of it may be kept."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.asset import parse_time
from core.errors import WebhookRejected
from core.redaction import scrubbed
from core.storable import storable

TOLERANCE_S = 300
"""How old a signature may be; Mux's own SDKs use the same figure and accept future times."""

MAX_BODY_BYTES = 1024 * 1024
UNIX_S = re.compile(r"[0-9]{1,12}")

SECRET_FIELDS = frozenset({"url", "signing_secret", "private_key", "stream_key"})
"""Fields of an event that open something: the upload target, a master file, an input."""

_WORDS = ("created", "ready", "updated", "errored", "deleted")
OLD_RENDITIONS = "video.asset.static_renditions.ready"
"""Of the older API, where all renditions of an asset became ready at once."""

ABOUT_ASSETS = frozenset({*(f"video.asset.{word}" for word in _WORDS), OLD_RENDITIONS})
"""Types whose data is a whole asset; a track's or a rendition's events have other data."""

RENDITION_GONE = "video.asset.static_rendition.deleted"
ABOUT_RENDITIONS = frozenset(
    {*(f"video.asset.static_rendition.{word}" for word in ("ready", "errored", "skipped")), RENDITION_GONE}
)
"""Types whose data is one rendition, with the `asset_id`. That one was begun changes nothing."""

TRACK_GONE = "video.asset.track.deleted"
ABOUT_TRACKS = frozenset({"video.asset.track.ready", "video.asset.track.errored", TRACK_GONE})
"""Types whose data is one track, with the `asset_id`. That one was begun changes nothing."""

ABOUT_MASTERS = frozenset({"video.asset.master.ready", "video.asset.master.errored"})
"""Types that say what became of an asset's master."""

WAKING = frozenset(
    {
        "video.asset.ready",
        "video.asset.errored",
        "video.asset.deleted",
        "video.asset.updated",
        "video.upload.asset_created",
        "video.upload.cancelled",
        "video.upload.errored",
        OLD_RENDITIONS,
        *ABOUT_RENDITIONS,
        *ABOUT_TRACKS,
        *ABOUT_MASTERS,
    }
)
"""Types that move something. Others are kept and ignored; the search for a lost answer reads
`video.asset.created` from the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One webhook event, its secrets taken out."""

    id: str
    type: str
    created_at: datetime
    object_id: str
    data: Mapping[str, Any]

    @property
    def wakes(self) -> bool:
        """Whether a job has to look at it."""
        return self.type in WAKING

    @property
    def is_about_asset(self) -> bool:
        """Whether its data is an asset."""
        return self.type in ABOUT_ASSETS

    @property
    def is_about_rendition(self) -> bool:
        """Whether its data is a static rendition."""
        return self.type in ABOUT_RENDITIONS

    @property
    def is_about_track(self) -> bool:
        """Whether its data is a track of an asset."""
        return self.type in ABOUT_TRACKS

    @property
    def is_about_master(self) -> bool:
        """Whether it says what became of an asset's master."""
        return self.type in ABOUT_MASTERS

    @property
    def is_about_upload(self) -> bool:
        """Whether its data is a direct upload."""
        return self.type.startswith("video.upload.")

    @property
    def passthrough(self) -> str | None:
        """Our own mark on the asset, by which a lost answer is found; None on what others made."""
        value = self.data.get("passthrough")
        return str(value) if value else None


def receive(body: bytes, header: str | None, *, secrets: Iterable[str], now_s: float) -> Event:
    """Verify a delivery and read it; `WebhookRejected` where it proves nothing or is no event."""
    verify(body, header, secrets=secrets, now_s=now_s)
    try:
        envelope = storable(json.loads(body))
        data = envelope["data"]
        created_at = parse_time(envelope["created_at"])
        if created_at is None or not isinstance(data, dict):
            raise ValueError("created_at or data")
        return Event(
            id=str(envelope["id"]),
            type=str(envelope["type"]),
            created_at=created_at,
            object_id=str((envelope.get("object") or {}).get("id") or data.get("id") or ""),
            data=redacted(data),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise WebhookRejected("The event is signed but not readable.") from error


def verify(body: bytes, header: str | None, *, secrets: Iterable[str], now_s: float) -> None:
    """Check `Mux-Signature: t=…,v1=…` over the raw bytes against any of the secrets (rotation)."""
    at_s, signatures = parse_signature(header)
    message = f"{at_s}.".encode() + body
    expected = [hmac.new(secret.encode(), message, hashlib.sha256).hexdigest() for secret in secrets]
    matches = [hmac.compare_digest(want.encode(), got.encode()) for want in expected for got in signatures]
    if not any(matches):
        raise WebhookRejected("The signature does not match.")
    if now_s - at_s > TOLERANCE_S:
        raise WebhookRejected("The signature is too old.", hint="Check this machine's clock.")


def parse_signature(header: str | None) -> tuple[int, list[str]]:
    """Unix seconds and the v1 signatures of the header; unknown schemes are passed over."""
    pairs = [part.strip().partition("=")[::2] for part in (header or "").split(",")]
    times = [value for name, value in pairs if name == "t" and UNIX_S.fullmatch(value)]
    signatures = [value for name, value in pairs if name == "v1" and value]
    if not times or not signatures:
        raise WebhookRejected("The request carries no signature.")
    return int(times[0]), signatures


def redacted(value: Any) -> Any:
    """The same JSON without the values of `SECRET_FIELDS` and the queries of URLs, at any depth."""
    if isinstance(value, dict):
        return {k: "[redacted]" if k in SECRET_FIELDS and v else redacted(v) for k, v in value.items()}
    if isinstance(value, list):
        return [redacted(entry) for entry in value]
    return scrubbed(value) if isinstance(value, str) else value
