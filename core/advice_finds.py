"""What advice is about: videos that nobody watches, or never as large as they are stored; files kept dear.

Pure, with the protocol of what it goes by, which `core/db/` fills.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from core.advice import Find
from core.asset import Quality
from core.present_usage import NONE
from core.price_card import AUDIO_ONLY, TIERS
from core.storage import LeftParts
from core.usage import Sku, StorageClass, What

UNPLAYED_D = 90
WATCHED_SHARE = Decimal("0.95")
LEAST_WATCHED_MIN = 60
"""Of less than this nothing is said about the resolution in which it is watched."""

PARTS_AFTER = timedelta(days=7)
IA_LEAST_BYTES = 128 * 1024
"""S3 charges Standard-IA for as much at least."""

IA_LEAST_D = 30
GB = Decimal(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVideo:
    """A video at Mux as it is stored, and minutes of it that were delivered in each resolution of late."""

    asset_id: str
    quality: str
    tier: str
    storage: StorageClass
    minutes: Decimal
    lessons: Sequence[str] = ()
    """Those that play it."""
    delivered: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An object of S3; an HLS folder counts as one."""

    place: str
    title: str
    size_bytes: int


class AdviceRecords(Protocol):
    """What advice goes by, at the moment `at`; `since` is a day of UTC."""

    def unplayed(self, *, since: date, before: datetime, at: datetime) -> Sequence[StoredVideo]:
        """Ready videos made before that of which nothing was delivered since."""

    def watched(self, *, since: date, at: datetime) -> Sequence[StoredVideo]:
        """Ready videos of which something was delivered since, with how much in each resolution."""

    def originals(self, *, before: datetime) -> Sequence[StoredFile]:
        """Files in S3's standard class, written before that, whose lessons play a checked copy at Mux."""

    def copies(self, *, at: datetime) -> Sequence[StoredVideo]:
        """Of videos of equal bytes (SHA-256) all but the one that most lessons play."""

    def downloads(self, *, since: date, before: datetime, at: datetime) -> Sequence[StoredVideo]:
        """MP4s that are there since before that and were not fetched since, as far as can be known: ours by
        when somebody asked for them, others where nothing of their video was delivered."""


def of_videos(found: Sequence[StoredVideo], what: What = What.STORAGE) -> list[Find]:
    """Videos, or MP4s, that would be gone."""
    return [
        Find(thing=one.asset_id, sku=_sku(one, what), quantity=one.minutes, lessons=one.lessons)
        for one in found
    ]


def of_watched(found: Sequence[StoredVideo]) -> list[Find]:
    """Videos that are stored larger, or finer, than they are watched."""
    finds: list[Find] = []
    for one in found:
        tier = watched_tier(one.delivered)
        then = _smaller(_sku(one, What.STORAGE), tier) if tier else None
        if then:
            sku = _sku(one, What.STORAGE)
            finds.append(
                Find(thing=one.asset_id, sku=sku, quantity=one.minutes, then=then, lessons=one.lessons)
            )
    return finds


def watched_tier(delivered: Mapping[str, Decimal]) -> str:
    """The resolution in which, or in smaller ones, 95 % of it was delivered; "" where too little was.

    >>> watched_tier({"720p": Decimal(95), "1080p": Decimal(5)}), watched_tier({"720p": Decimal(9)})
    ('720p', '')
    """
    whole = sum(delivered.values(), NONE)
    if whole < LEAST_WATCHED_MIN:
        return ""
    so_far = NONE
    for tier in TIERS:
        so_far += delivered.get(tier, NONE)
        if so_far >= WATCHED_SHARE * whole:
            return tier
    return ""


def _smaller(sku: Sku, tier: str) -> Sku | None:
    """Pictures stay pictures, of 720p at least; premium is worth its price above that alone."""
    if sku.tier not in TIERS or sku.tier == AUDIO_ONLY:
        return None
    least = max(TIERS.index(tier), TIERS.index("720p"))
    small = TIERS[min(least, TIERS.index(sku.tier))]
    plain = sku.quality == Quality.PREMIUM and small == "720p"
    then = replace(sku, tier=small, quality=Quality.PLUS.value if plain else sku.quality)
    return then if then != sku else None


def of_files(found: Sequence[StoredFile]) -> list[Find]:
    """Files that could lie in Standard-IA."""
    sku = Sku(what=What.S3_STORAGE, storage=StorageClass.STANDARD)
    then = replace(sku, storage=StorageClass.S3_IA)
    large = [one for one in found if one.size_bytes >= IA_LEAST_BYTES]
    return [
        Find(thing=one.place, sku=sku, quantity=one.size_bytes / GB, then=then, name=one.title)
        for one in large
    ]


def of_parts(found: Sequence[LeftParts]) -> list[Find]:
    """Uploads to S3 that were begun and never ended: their parts are charged for."""
    sku = Sku(what=What.S3_STORAGE, storage=StorageClass.STANDARD)
    return [
        Find(
            thing=f"{one.location} ({one.multipart_id})",
            sku=sku,
            quantity=one.size_bytes / GB,
            name=str(one.location),
            begun_at=one.begun_at,
        )
        for one in found
    ]


def _sku(video: StoredVideo, what: What) -> Sku:
    return Sku(what=what, quality=video.quality, tier=video.tier, storage=video.storage)
