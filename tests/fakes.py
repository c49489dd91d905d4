"""In-memory stand-ins for the outside world: they keep dicts and lists, and show what happened."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

from core.asset import Asset, AssetStatus, Policy
from core.cors import CorsRule
from core.errors import AppError, InvalidInput, NotFound, Refused, StaleState, Unavailable
from core.master import Master
from core.playback import Look
from core.ports import AssetPage, Call, DirectUpload, Lane, Whoami
from core.source import Location, MediaFacts, ObjectFacts
from core.storage import Fetch
from tests.fake_masters import FakeMasters
from tests.fake_parts import FakeParts
from tests.fake_renditions import FakeRenditions
from tests.fake_tracks import FakeTracks

EPOCH = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
Answer = TypeVar("Answer")


PICTURE = ({"id": "picture", "type": "video"},)
"""What Mux finds in a film, as tracks."""


@dataclass(slots=True)
class FakeClock:
    """Stands still until it is told to go on."""

    now: datetime = EPOCH

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float = 1.0) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@dataclass(slots=True)
class FakeVideoHost(FakeTracks, FakeRenditions, FakeMasters):
    """Mux with nothing behind it; an asset stays as it is until a test says what became of it.

    `errors` are raised by the next calls, one each, before anything is done; `lost_answers` is how many of
    the next POSTs take effect and then raise `Unavailable`.
    """

    clock: Callable[[], datetime] = field(default_factory=FakeClock)
    assets: dict[str, Asset] = field(default_factory=dict)
    uploads: dict[str, DirectUpload] = field(default_factory=dict)
    settings: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """`new_asset_settings` by upload id."""
    bodies: list[Mapping[str, Any]] = field(default_factory=list)
    """What `create_asset` was given."""
    calls: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    thumbnails: dict[str, float | None] = field(default_factory=dict)
    signing_keys: set[str] = field(default_factory=lambda: {"key1"})
    errors: list[AppError] = field(default_factory=list)
    lost_answers: int = 0
    masters: dict[str, Master] = field(default_factory=dict)
    environment_id: str = "env-1"
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def create_asset(self, body: Mapping[str, Any]) -> Asset:
        self._called("create_asset")
        self.bodies.append(body)
        return self._answer(self.make(body))

    def create_upload(
        self, settings: Mapping[str, Any], *, cors_origin: str, timeout_s: int, test: bool = False
    ) -> DirectUpload:
        self._called("create_upload")
        upload_id = f"upload-{next(self.numbers)}"
        self.settings[upload_id] = {**settings, "test": test}
        self.uploads[upload_id] = DirectUpload(id=upload_id, url=f"https://uploads.test/{upload_id}?secret")
        return self._answer(self.uploads[upload_id])

    def get_asset(self, asset_id: str) -> Asset:
        self._called("get_asset")
        if asset_id not in self.assets:
            raise NotFound(f"Mux has no asset {asset_id}.")
        return self.assets[asset_id]

    def get_upload(self, upload_id: str) -> DirectUpload:
        self._called("get_upload")
        if upload_id not in self.uploads:
            raise NotFound(f"Mux has no upload {upload_id}.")
        return self.uploads[upload_id]

    def cancel_upload(self, upload_id: str) -> None:
        self._called("cancel_upload")
        if self.uploads[upload_id].status != "waiting":
            raise Refused("Cancellation no longer possible.", status=403)
        self.uploads[upload_id] = replace(self.uploads[upload_id], status="cancelled")

    def newest_assets(self, *, cursor: str | None = None, limit: int = 100) -> AssetPage:
        self._called("newest_assets")
        newest = list(reversed(self.assets.values()))
        start = int(cursor or 0)
        end = start + limit
        return AssetPage(assets=newest[start:end], next_cursor=str(end) if end < len(newest) else None)

    def delete_asset(self, asset_id: str) -> bool:
        self._called("delete_asset")
        self.deleted.append(asset_id)
        return self.assets.pop(asset_id, None) is not None

    def create_playback_id(self, asset_id: str, policy: Policy) -> str:
        self._called("create_playback_id")
        new_id, asset = f"play-{next(self.numbers)}", self.assets[asset_id]
        self.assets[asset_id] = replace(asset, playback_ids=((new_id, policy), *asset.playback_ids))
        return str(self._answer(new_id))

    def delete_playback_id(self, asset_id: str, playback_id: str) -> bool:
        self._called("delete_playback_id")
        asset = self.assets[asset_id]
        left = tuple(one for one in asset.playback_ids if one[0] != playback_id)
        self.assets[asset_id] = replace(asset, playback_ids=left)
        return len(left) < len(asset.playback_ids)

    def whoami(self) -> Whoami:
        self._called("whoami")
        return Whoami(
            environment="Test",
            environment_type="development",
            permissions=("video:read", "video:write", "system:read"),
            environment_id=self.environment_id,
            answered_at=self.clock(),
        )

    def has_signing_key(self, key_id: str) -> bool:
        self._called("has_signing_key")
        return key_id in self.signing_keys

    def make(self, settings: Mapping[str, Any], *, upload_id: str | None = None) -> Asset:
        """Have an asset made, as Mux does for a POST or a completed upload."""
        number = next(self.numbers)
        policies = settings.get("playback_policies") or []
        asset = Asset(
            id=f"asset-{number}",
            status=AssetStatus.PREPARING,
            created_at=self.clock(),
            playback_id=f"play-{number}" if policies else None,
            policy=Policy(policies[0]) if policies else None,
            playback_ids=((f"play-{number}", Policy(policies[0])),) if policies else (),
            passthrough=settings.get("passthrough"),
            upload_id=upload_id,
            test=bool(settings.get("test")),
            normalized=bool(settings.get("normalize_audio")),
            video_quality=settings.get("video_quality"),
        )
        self.assets[asset.id] = asset
        return asset

    def make_ready(self, asset_id: str, *, duration_s: float = 10.0) -> Asset:
        tracks = self.assets[asset_id].tracks or PICTURE
        facts = {"ready_at": self.clock(), "duration_s": duration_s, "tracks": tracks}
        return self._became(asset_id, status=AssetStatus.READY, **facts)

    def make_errored(self, asset_id: str, error_type: str = "invalid_input", *messages: str) -> Asset:
        status = AssetStatus.ERRORED
        return self._became(asset_id, status=status, error_type=error_type, error_messages=messages)

    def _became(self, asset_id: str, **facts: Any) -> Asset:
        self.assets[asset_id] = replace(self.assets[asset_id], **facts)
        return self.assets[asset_id]

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.errors:
            raise self.errors.pop(0)

    def _answer(self, answer: Answer) -> Answer:
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unavailable("Mux did not answer.")
        return answer


def asset_json(asset: Asset) -> dict[str, Any]:
    """The asset as an event's `data` says it."""
    playing = asset.playback_ids or (((asset.playback_id, asset.policy),) if asset.playback_id else ())
    said = {
        "id": asset.id,
        "status": asset.status.value,
        "created_at": int(asset.created_at.timestamp()) if asset.created_at else None,
        "duration": asset.duration_s,
        "playback_ids": [{"id": one, "policy": policy} for one, policy in playing],
        "passthrough": asset.passthrough,
        "upload_id": asset.upload_id,
        "errors": {"type": asset.error_type, "messages": [*asset.error_messages]},
        "normalize_audio": asset.normalized,
        "video_quality": asset.video_quality,
    }
    return {name: value for name, value in said.items() if value} | ({"test": True} if asset.test else {})


@dataclass(slots=True)
class FakeUploader:
    """Completes uploads of a `FakeVideoHost`; `errors` are raised, one each, after the bytes were read."""

    host: FakeVideoHost
    sent: dict[str, bytes] = field(default_factory=dict)
    """Bytes by upload id."""
    errors: list[AppError] = field(default_factory=list)

    def send(self, url: str, chunks: Iterator[bytes], *, size_bytes: int | None) -> None:
        upload_id = urlsplit(url).path.strip("/")
        body = b"".join(chunks)
        if size_bytes is not None and size_bytes != len(body):
            raise InvalidInput(f"{size_bytes} bytes were announced and {len(body)} came.")
        if self.errors:
            raise self.errors.pop(0)
        self.sent[upload_id] = body
        asset = self.host.make(self.host.settings[upload_id], upload_id=upload_id)
        done = replace(self.host.uploads[upload_id], status="asset_created", asset_id=asset.id)
        self.host.uploads[upload_id] = done


@dataclass(slots=True)
class FakeStore(FakeParts):
    """Buckets in a dict. `denied` keys raise `Refused`; `errors` are raised by the next calls, one each."""

    objects: dict[Location, bytes] = field(default_factory=dict)
    facts: dict[Location, ObjectFacts] = field(default_factory=dict)
    buckets: set[str] = field(default_factory=set)
    denied: set[Location] = field(default_factory=set)
    errors: list[AppError] = field(default_factory=list)
    presigned: list[str] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=lambda: ["GET", "HEAD", "PUT"])
    exposed: list[str] = field(default_factory=lambda: ["ETag"])
    now: datetime | None = None
    page_size: int = 1000
    chunk_bytes: int = 1 << 20
    knows_sha256: bool = False

    def put(self, bucket: str, key: str, body: bytes = b"", **facts: Any) -> ObjectFacts:
        """Keep an object; `facts` replace what would follow from its bytes (`size_bytes`, `etag` …)."""
        location = Location(bucket, key)
        usual = ObjectFacts(
            bucket=bucket,
            key=key,
            size_bytes=len(body),
            etag=hashlib.md5(body, usedforsecurity=False).hexdigest(),
            modified_at=EPOCH,
            sha256=hashlib.sha256(body).hexdigest() if self.knows_sha256 else None,
        )
        self.buckets.add(bucket)
        self.objects[location] = body
        self.facts[location] = replace(usual, **facts)
        return self.facts[location]

    def remove(self, bucket: str, key: str) -> None:
        del self.objects[Location(bucket, key)], self.facts[Location(bucket, key)]

    def write(self, location: Location, body: bytes, *, mime: str) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.put(location.bucket, location.key, body)

    def _forget(self, location: Location) -> None:
        self.objects.pop(location, None)
        self.facts.pop(location, None)

    def pages(self, bucket: str, prefix: str, *, after_key: str | None) -> Iterator[Sequence[ObjectFacts]]:
        self._check_bucket(bucket)
        wanted = (at for at in self.facts if at.bucket == bucket and at.key.startswith(prefix))
        found = sorted((self.facts[at] for at in wanted), key=lambda facts: facts.key.encode())
        left = [facts for facts in found if after_key is None or facts.key.encode() > after_key.encode()]
        for start in range(0, len(left), self.page_size):
            yield left[start : start + self.page_size]

    def head(self, location: Location) -> ObjectFacts:
        self._check(location)
        return self.facts[location]

    def first_bytes(self, location: Location, count: int = 512) -> bytes:
        self._check(location)
        return self.objects[location][:count]

    def read(self, location: Location, *, span: tuple[int, int] | None = None) -> bytes:
        self._check(location)
        body = self.objects[location]
        return body if span is None else body[span[0] : sum(span)]

    def chunks(self, location: Location, *, etag: str, size_bytes: int) -> Iterator[bytes]:
        self._check(location)
        if self.facts[location].etag != etag:
            raise StaleState("The object changed while it was being read.")
        body = self.objects[location]
        return (body[at : at + self.chunk_bytes] for at in range(0, len(body), self.chunk_bytes))

    def presign(self, location: Location, *, lifetime_s: float) -> str:
        self.presigned.append(location.key)
        return f"https://s3.test/{location.bucket}/{quote(location.key)}?X-Amz-Signature=secret"

    def list_bucket(self, bucket: str, prefix: str = "") -> int:
        self._check_bucket(bucket)
        return min(
            self.page_size, sum(at.bucket == bucket and at.key.startswith(prefix) for at in self.facts)
        )

    def time_at(self, bucket: str, prefix: str = "") -> datetime | None:
        self._check_bucket(bucket)
        return self.now

    def cors_rules(self, bucket: str) -> Sequence[CorsRule]:
        self._check_bucket(bucket)
        return [
            CorsRule(origins=tuple(self.origins), methods=tuple(self.methods), exposed=tuple(self.exposed))
        ]

    def _check(self, location: Location) -> None:
        if self.errors:
            raise self.errors.pop(0)
        if location in self.denied:
            raise Refused("S3 does not allow reading this object.", status=403)
        if location not in self.facts:
            raise NotFound("The object is not there.")

    def _check_bucket(self, bucket: str) -> None:
        if self.errors:
            raise self.errors.pop(0)
        if bucket not in self.buckets:
            raise NotFound(f"There is no bucket {bucket}.")


USUAL_MEDIA = MediaFacts(duration_s=10.0, width=640, height=360, video_codec="h264", audio_codec="aac")


@dataclass(slots=True)
class FakeMedia:
    """Every file is ten seconds of 360p, unless `facts` says otherwise by key; None there is unreadable."""

    facts: dict[str, MediaFacts | None] = field(default_factory=dict)
    usual: MediaFacts | None = USUAL_MEDIA
    probed: list[str] = field(default_factory=list)

    def probe(self, url: str) -> MediaFacts:
        bucket_and_key = unquote(urlsplit(url).path).lstrip("/")
        return self._read(bucket_and_key.partition("/")[2])

    def probe_hls(self, fetch: Fetch, playlist_key: str) -> MediaFacts:
        fetch(playlist_key)
        return self._read(playlist_key)

    def remux_hls(self, fetch: Fetch, playlist_key: str) -> Iterator[bytes]:
        self._read(playlist_key)
        yield fetch(playlist_key)

    def _read(self, key: str) -> MediaFacts:
        self.probed.append(key)
        facts = self.facts.get(key, self.usual)
        if facts is None:
            raise InvalidInput("The file is damaged or incomplete: its index cannot be read.")
        return facts


@dataclass(slots=True)
class FakePlayer:
    """Everything plays; `errors` are raised by the next plays, one each."""

    played: list[str] = field(default_factory=list)
    errors: list[AppError] = field(default_factory=list)
    captions: bytes = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome back.\n"
    """Of every text track."""

    def first_frame(self, manifest_url: str) -> None:
        self.played.append(manifest_url)
        if self.errors:
            raise self.errors.pop(0)

    def links(self, manifest_url: str) -> Iterator[str]:
        self.first_frame(manifest_url)
        yield from ("manifest", "rendition", "first segment", "first frame")

    def picture(self, url: str) -> None:
        self.first_frame(url)

    def text(self, url: str) -> bytes:
        self.first_frame(url)
        return self.captions


@dataclass(slots=True)
class FakePace:
    """No limits; keeps who took which slot and what a 429 did."""

    taken: list[tuple[Call, Lane]] = field(default_factory=list)
    slowed: list[tuple[Call, float | None]] = field(default_factory=list)
    rate: float = float("inf")
    noes: list[Call] = field(default_factory=list)

    def take(self, call: Call, lane: Lane) -> float:
        self.taken.append((call, lane))
        return 0.0

    def wait(self, call: Call, lane: Lane, *, unless: Callable[[], bool] | None = None) -> bool:
        if unless is not None and unless():
            return False
        return self.take(call, lane) == 0.0

    def stop(self) -> None:
        raise AssertionError("nothing that is tested with this ends")

    def slow(self, call: Call, *, wait_s: float | None = None) -> None:
        self.slowed.append((call, wait_s))
        self.refused(call)

    def refused(self, call: Call) -> None:
        self.noes.append(call)

    def refusals(self, call: Call) -> int:
        return self.noes.count(call)

    def rate_per_s(self, call: Call) -> float:
        return self.rate


@dataclass(slots=True)
class FakeSigner:
    """Tokens that say what they open."""

    lifetimes_s: list[float] = field(default_factory=list)

    def token(self, playback_id: str, audience: str, *, lifetime_s: float, look: Look = ()) -> str:
        self.lifetimes_s.append(lifetime_s)
        return f"token.{audience}.{playback_id}"
