"""Mux's request limits, kept as a leaky bucket each (GCRA: one timestamp per bucket)."""

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.mux.config import Config


class Bucket(StrEnum):
    """Requests that Mux counts together."""

    VIDEO_POST = "video_post"
    VIDEO_OTHER = "video_other"
    DATA = "data"
    MONITORING = "monitoring"
    SYSTEM = "system"


def bucket_of(method: str, path: str) -> Bucket:
    """The bucket a call to api.mux.com falls into. Source: mux.com/docs/core/make-api-requests."""
    if path.startswith("/video/"):
        return Bucket.VIDEO_POST if method == "POST" else Bucket.VIDEO_OTHER
    if path.startswith(("/data/v1/monitoring", "/data/v1/realtime")):
        return Bucket.MONITORING
    return Bucket.DATA if path.startswith("/data/") else Bucket.SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request may pass, and what the headers say about the bucket."""

    allowed: bool
    limit: int
    remaining: int
    retry_after_s: float


@dataclass(slots=True)
class _Gcra:
    per_s: float
    burst: float
    _empty_at: float = 0.0
    """When the bucket will have leaked dry (the theoretical arrival time of GCRA)."""

    def take(self, now_s: float) -> Verdict:
        base = max(self._empty_at, now_s)
        # GCRA: how far this request lies inside what the bucket still holds, in seconds.
        slack = self.burst / self.per_s - (base + 1 / self.per_s - now_s)
        # Clocks add up in floating point: a nanosecond early is on time.
        if allowed := slack >= -1e-9:
            self._empty_at = base + 1 / self.per_s
        remaining = max(0, int(slack * self.per_s + 1e-9)) if allowed else 0
        retry_after_s = 0.0 if allowed else -slack
        return Verdict(
            allowed=allowed, limit=int(self.burst), remaining=remaining, retry_after_s=retry_after_s
        )


@dataclass(slots=True)
class Limits:
    """All buckets of one environment."""

    config: Config
    _buckets: dict[Bucket, _Gcra] = field(default_factory=dict)

    def take(self, bucket: Bucket, now_s: float) -> Verdict:
        """Counts one request against its bucket; `now_s` from any steady clock."""
        if bucket not in self._buckets:
            per_s = self._per_s(bucket)
            # A bucket holds one request at least, or the first would already be refused.
            self._buckets[bucket] = _Gcra(per_s, max(1.0, per_s * self.config.burst_s))
        return self._buckets[bucket].take(now_s)

    def _per_s(self, bucket: Bucket) -> float:
        return {
            Bucket.VIDEO_POST: self.config.post_per_s,
            Bucket.DATA: self.config.data_per_s,
            Bucket.MONITORING: self.config.monitoring_per_s,
        }.get(bucket, self.config.other_per_s)
