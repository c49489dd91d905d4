"""Advice: what each piece saves, and that nothing is counted twice."""

from datetime import UTC, date, datetime
from decimal import Decimal

from core.advice import Find, Kind, once_each, saving, with_finds, without
from core.advice_finds import (
    StoredFile,
    StoredVideo,
    of_files,
    of_parts,
    of_videos,
    of_watched,
    watched_tier,
)
from core.bill import Bill, Line, LineKind
from core.months_ahead import MonthUsage, month_of
from core.price_card import VENDOR_OF
from core.source import Location
from core.storage import LeftParts
from core.usage import Month, Sku, StorageClass, What

FEBRUARY = Month(2026, 2)
STANDARD, COLD = StorageClass.STANDARD, StorageClass.COLD
PRICES = {
    (What.STORAGE, "basic", "1080p", STANDARD): "0.003",
    (What.STORAGE, "basic", "1080p", COLD): "0.0012",
    (What.STORAGE, "basic", "720p", STANDARD): "0.0024",
    (What.STORAGE, "plus", "720p", STANDARD): "0.0024",
    (What.STORAGE, "premium", "1080p", STANDARD): "0.0045",
    (What.INPUT, "plus", "720p", None): "0.025",
    (What.INPUT, "basic", "720p", None): "0",
    (What.S3_STORAGE, "", "", STANDARD): "0.023",
    (What.S3_STORAGE, "", "", StorageClass.S3_IA): "0.0125",
}
"""Mux's list prices of 2026-03-09, first steps."""


def price(month: MonthUsage) -> Bill:
    """Without steps, free units and credit."""
    return Bill(
        lines=[
            Line(
                kind=LineKind.USAGE,
                vendor=VENDOR_OF[one.sku.what],
                sku=one.sku,
                quantity=one.quantity,
                usd=Decimal(PRICES[one.sku.what, one.sku.quality, one.sku.tier, one.sku.storage]),
                first=one.first,
                last=one.last,
                basis=one.basis,
                card="",
            )
            for one in month.usages
        ]
    )


def kept(storage: StorageClass = STANDARD, *, quality: str = "basic", tier: str = "1080p") -> Sku:
    return Sku(what=What.STORAGE, quality=quality, tier=tier, storage=storage)


IN_S3 = Sku(what=What.S3_STORAGE, storage=STANDARD)
NOW = month_of(FEBRUARY, {kept(): Decimal(1000), kept(COLD): Decimal(2000), IN_S3: Decimal(100)})


def video(asset_id: str, minutes: int, **facts: object) -> StoredVideo:
    usual = {"quality": "basic", "tier": "1080p", "storage": STANDARD}
    return StoredVideo(asset_id=asset_id, minutes=Decimal(minutes), **(usual | facts))  # type: ignore[arg-type]


def watched(**minutes: int) -> dict[str, Decimal]:
    return {tier.lstrip("t"): Decimal(count) for tier, count in minutes.items()}


def test_what_nobody_played_saves_its_cold_storage() -> None:
    finds = of_videos([video("a", 600, storage=COLD), video("b", 400, storage=COLD)])
    found = saving({Kind.UNPLAYED: finds}, NOW, price=price)
    # 1,000 minutes at 0.12 cents
    assert [(one.kind, one.saves_usd) for one in found.advice] == [(Kind.UNPLAYED, Decimal("1.2000"))]
    assert found.saves_usd == Decimal("1.2")


def test_what_is_watched_in_720p_is_stored_so_and_made_anew_once() -> None:
    finds = of_watched([video("a", 500, delivered=watched(t720p=95, t1080p=5))])
    found = saving({Kind.LARGER: finds}, NOW, price=price)
    assert finds[0].then == kept(tier="720p")
    # 500 minutes at 0.30 and then 0.24 cents: 1.50 - 1.20; basic is put in for nothing
    assert found.saves_usd == Decimal("0.30")
    assert found.advice[0].once_usd == 0


def test_premium_that_is_watched_in_720p_would_do_as_plus() -> None:
    now = month_of(FEBRUARY, {kept(quality="premium"): Decimal(500)})
    finds = of_watched([video("a", 500, quality="premium", delivered=watched(t720p=100))])
    found = saving({Kind.LARGER: finds}, now, price=price)
    assert finds[0].then == kept(quality="plus", tier="720p")
    # 500 minutes at 0.45 and then 0.24 cents; 500 at 2.5 cents once
    assert found.saves_usd == Decimal("1.05")
    assert found.advice[0].once_usd == Decimal("12.50")


def test_nothing_is_said_of_what_is_watched_as_it_is_stored_or_hardly() -> None:
    assert of_watched([video("a", 9, delivered=watched(t720p=94, t1080p=6))]) == []  # 94 % in 720p
    assert of_watched([video("a", 9, delivered=watched(t720p=59))]) == []  # an hour at least
    assert of_watched([video("a", 9, tier="720p", delivered=watched(t720p=100))]) == []
    assert of_watched([video("a", 9, tier="audio-only", delivered=watched(t720p=100))]) == []
    assert of_watched([video("a", 9, tier="720p", delivered={"audio-only": Decimal(100)})]) == []


def test_the_resolution_that_would_do_holds_95_percent_and_all_smaller_ones() -> None:
    mixed = {"audio-only": Decimal(30), "720p": Decimal(50), "1080p": Decimal(15), "2160p": Decimal(5)}
    assert watched_tier(mixed) == "1080p"


def test_originals_lie_cheaper_in_infrequent_access_but_for_the_smallest() -> None:
    large = StoredFile(place="b/large.mp4", title="Sets", size_bytes=20_000_000_000)
    small = StoredFile(place="b/small.mp4", title="", size_bytes=131_071)  # a byte short of 128 KiB
    finds = of_files([large, small])
    assert [one.thing for one in finds] == ["b/large.mp4"]
    # 20 GB at 2.3 and then 1.25 cents: 0.46 - 0.25
    assert saving({Kind.ORIGINALS: finds}, NOW, price=price).saves_usd == Decimal("0.21")


def test_parts_of_uploads_that_never_ended_are_charged_for_as_objects() -> None:
    begun_at = datetime(2026, 1, 1, tzinfo=UTC)
    left = LeftParts(
        location=Location("b", "uploads/1"), multipart_id="m", begun_at=begun_at, size_bytes=10**10
    )
    finds = of_parts([left])
    found = saving({Kind.PARTS: finds}, with_finds(NOW, finds), price=price)
    assert found.saves_usd == Decimal("0.23")  # 10 GB at 2.3 cents
    assert found.advice[0].finds[0].begun_at == begun_at


def test_what_two_pieces_say_of_the_same_video_counts_once() -> None:
    copies = of_videos([video("a", 100), video("b", 100)])
    larger = of_watched([video("a", 100, delivered=watched(t720p=100))])
    found = saving({Kind.LARGER: larger, Kind.COPIES: copies}, NOW, price=price)
    # 200 minutes at 0.3 cents; 100 minutes cheaper by 0.06 cents, which the first would do already
    assert [(one.kind, one.saves_usd) for one in found.advice] == [
        (Kind.COPIES, Decimal("0.600")),
        (Kind.LARGER, Decimal("0.0600")),
    ]
    assert found.saves_usd == Decimal("0.60")
    assert found.less_usd == Decimal("0.06")


def test_two_mp4s_of_a_video_are_two_things() -> None:
    find = Find(thing="a", sku=kept(), quantity=Decimal(1))
    found = saving({Kind.DOWNLOADS: [find, find]}, NOW, price=price)
    assert len(once_each(found.advice)) == 2


def test_more_than_there_is_cannot_be_saved() -> None:
    [find] = of_videos([video("a", 9999)])
    assert {one.sku for one in without(NOW, [find]).usages} == {kept(COLD), IN_S3}
    assert saving({Kind.COPIES: [find]}, NOW, price=price).saves_usd == Decimal("3.000")
    [larger] = of_watched([video("a", 9999, delivered=watched(t720p=100))])
    # of 1,000 minutes, at 0.30 and then 0.24 cents
    assert saving({Kind.LARGER: [larger]}, NOW, price=price).saves_usd == Decimal("0.60")


def test_under_a_credit_that_pays_for_all_nothing_is_saved() -> None:
    def credited(month: MonthUsage) -> Bill:
        whole = price(month)
        line = Line(
            kind=LineKind.CREDIT,
            vendor=VENDOR_OF[What.STORAGE],
            sku=None,
            quantity=Decimal(1),
            usd=-min(whole.total_usd, Decimal(20)),
            first=date(2026, 2, 1),
            last=date(2026, 2, 28),
            basis=whole.lines[0].basis,
            card="",
        )
        return Bill(lines=[*whole.lines, line])

    found = saving({Kind.COPIES: of_videos([video("a", 100)])}, NOW, price=credited)
    assert found.saves_usd == 0
    assert [one.saves_usd for one in found.advice] == [0]


def test_where_nothing_is_found_nothing_is_advised() -> None:
    assert saving({Kind.COPIES: []}, NOW, price=price).advice == []
