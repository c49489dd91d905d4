"""What advice and forecasts go by: one school of a few videos, each with a reason to be told of or not."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from core.ports import Tx, UnitOfWork
from core.usage import StorageClass
from tests.integration.db.making import BUCKET, an_object, scan
from tests.integration.db.test_usage import at, make, played

NOW, SINCE, BEFORE = at(6, 1), date(2026, 3, 3), at(3, 3)
"""90 days."""

PLAYS = text(
    "INSERT INTO lesson_assets (lesson_id, asset_id, first_day) VALUES (:lesson, :asset, '2026-01-01')"
)
ON_MUX = text("""
UPDATE sources SET standing = 'on_mux', asset_id = :asset, title = :title, modified_at = '2026-01-01'
WHERE key = :key
""")
OF_BYTES = text("""
INSERT INTO asset_sources (asset_id, source_id, etag, sha256, adopted_at, released_at)
SELECT :asset, id, etag, :sha256, now(), :released FROM sources WHERE key = :key
""")
SPAN = text("""
INSERT INTO rendition_spans (asset_id, name, from_at, to_at, tier, advanced)
VALUES (:asset, :name, :from_at, :to_at, :tier, false)
""")
FETCHED = text("""
INSERT INTO renditions (id, lesson_id, asset_id, resolution, state, person, created_at, moved_at, used_at)
VALUES (gen_random_uuid(), '1', :asset, :resolution, 'ready', 'ada', now(), now(), :used_at)
""")


@pytest.fixture
def tx(uow: UnitOfWork) -> Iterable[Tx]:
    with uow("test") as tx:
        yield tx


def run(tx: Tx, statement: Any, **values: Any) -> None:
    connection: Any = tx.usage
    connection._connection.execute(statement, values)


def test_videos_that_nobody_played_for_90_days_are_found_with_their_lessons(tx: Tx) -> None:
    make(tx, "never", at(1, 1))
    make(tx, "long ago", at(1, 1))
    make(tx, "lately", at(1, 1))
    make(tx, "new", at(3, 4))
    make(tx, "a test", at(1, 1), test=True)
    make(tx, "gone", at(1, 1), deleted_at=at(2, 1))
    played(tx, "long ago", date(2026, 3, 2))
    played(tx, "lately", date(2026, 3, 3))
    run(tx, PLAYS, lesson="2", asset="never")
    run(tx, PLAYS, lesson="1", asset="never")
    found = tx.advice.unplayed(since=SINCE, before=BEFORE, at=NOW)
    assert [(one.asset_id, one.storage, one.minutes, list(one.lessons)) for one in found] == [
        ("long ago", StorageClass.COLD, Decimal(10), []),  # its last play ended 90 days ago
        ("never", StorageClass.COLD, Decimal(10), ["1", "2"]),
    ]


def test_what_was_watched_is_told_by_resolution(tx: Tx) -> None:
    make(tx, "a", at(1, 1), quality="premium")
    played(tx, "a", date(2026, 5, 31), seconds="600", tier="720p")
    played(tx, "a", date(2026, 5, 30), seconds="90")
    [found] = tx.advice.watched(since=SINCE, at=NOW)
    assert (found.quality, found.tier, found.storage) == ("premium", "1080p", StorageClass.STANDARD)
    assert found.delivered == {"720p": Decimal(10), "1080p": Decimal("1.5")}


def test_of_videos_of_equal_bytes_the_one_that_most_lessons_play_is_not_told(tx: Tx) -> None:
    scan(tx, [an_object(key) for key in ("one", "two", "three", "four")])
    for asset in ("a", "b", "c", "d"):
        make(tx, asset, at(1, 1))
    run(tx, PLAYS, lesson="1", asset="b")
    for asset, key, sha256, released in (
        ("a", "one", "same", None),
        ("b", "two", "same", None),
        ("c", "three", "other", None),
        ("d", "four", "same", NOW),  # let go
    ):
        run(tx, OF_BYTES, asset=asset, key=key, sha256=sha256, released=released)
    assert [one.asset_id for one in tx.advice.copies(at=NOW)] == ["a"]


def test_originals_are_files_in_the_standard_class_that_were_moved_a_while_ago(tx: Tx) -> None:
    scan(tx, [an_object(key, size_bytes=size) for key, size in (("moved", 70), ("ready", 9), ("large", 80))])
    run(tx, ON_MUX, asset="a", title="Sets", key="moved")
    run(tx, ON_MUX, asset="b", title=None, key="large")
    found = tx.advice.originals(before=BEFORE)
    assert [(one.place, one.title, one.size_bytes) for one in found] == [
        (f"{BUCKET}/large", "", 80),
        (f"{BUCKET}/moved", "Sets", 70),
    ]
    tx.usage.put_s3_day(date(2026, 5, 1), BUCKET)
    tx.usage.note_buckets(date(2026, 5, 2), [])
    assert tx.advice.originals(before=BEFORE) == []  # nobody looks at that bucket any more
    tx.usage.note_buckets(date(2026, 5, 2), [BUCKET])
    run(tx, text("UPDATE sources SET storage_class = 'STANDARD_IA' WHERE key = 'large'"))
    run(tx, text("UPDATE sources SET modified_at = '2026-03-04' WHERE key = 'moved'"))
    assert tx.advice.originals(before=BEFORE) == []


def test_mp4s_that_nobody_fetched_are_found_where_that_can_be_known(tx: Tx) -> None:
    for asset in ("ours", "fetched", "idle", "watched"):
        make(tx, asset, at(1, 1))
        tier = "720p" if asset == "ours" else ""
        name = "720p.mp4" if asset == "ours" else "highest.mp4"
        run(tx, SPAN, asset=asset, name=name, from_at=at(1, 2), to_at=None, tier=tier)
    for asset in ("ours", "fetched", "watched"):
        played(tx, asset, date(2026, 5, 31))
    run(tx, FETCHED, asset="ours", resolution="720p", used_at=at(1, 9))
    run(tx, FETCHED, asset="fetched", resolution="highest", used_at=at(5, 9))
    found = tx.advice.downloads(since=SINCE, before=BEFORE, at=NOW)
    # of the one that was made at Mux nothing is known but that nobody watched its video
    assert [(one.asset_id, one.tier) for one in found] == [("idle", "1080p"), ("ours", "720p")]


def test_what_is_kept_at_mux_is_told_as_it_is_charged_at_that_moment(tx: Tx) -> None:
    make(tx, "cold", at(1, 1))
    make(tx, "played", at(1, 1))
    make(tx, "as well", at(1, 1), duration_s=300.0)
    make(tx, "basic", at(1, 1), quality="basic", tier="720p")
    make(tx, "gone", at(1, 1), quality="basic", deleted_at=at(5, 31))
    make(tx, "a test", at(1, 1), test=True)
    make(tx, "failed", at(1, 1), status="errored")
    make(tx, "to come", at(7, 1))
    make(tx, "absurd", at(1, 1), duration_s=float("inf"))
    make(tx, "no length", at(1, 1), duration_s=float("nan"))
    for asset in ("played", "as well"):
        played(tx, asset, date(2026, 5, 20 if asset == "played" else 21))
    found = tx.past.stored(NOW)
    assert {(one.quality, one.tier, one.storage): minutes for one, minutes in found.items()} == {
        ("plus", "1080p", StorageClass.COLD): Decimal(10),
        ("plus", "1080p", StorageClass.STANDARD): Decimal(15),
        ("basic", "720p", StorageClass.COLD): Decimal(10),
    }


def test_the_past_has_what_was_delivered_and_what_was_uploaded_without_what_was_moved(tx: Tx) -> None:
    make(tx, "uploaded", at(1, 1, 23))
    make(tx, "as well", at(1, 1), duration_s=300.0)
    make(tx, "gone", at(1, 3), deleted_at=at(1, 4))
    make(tx, "moved", at(1, 5))
    make(tx, "a test", at(1, 6), test=True)
    make(tx, "no length", at(1, 6), duration_s=float("nan"))
    make(tx, "failed", at(1, 7), status="errored", error_type="invalid_input")
    scan(tx, [an_object("one")])
    run(
        tx,
        text("""
        INSERT INTO batches (id, kind, name, state, options, created_by, created_at)
        OVERRIDING SYSTEM VALUE VALUES (1, 'migration', '', 'done', '{}', 'ada', now());
        """),
    )
    run(
        tx,
        text("""
        INSERT INTO items (id, batch_id, source_id, position, test, state, etag, asset_id, since)
        SELECT gen_random_uuid(), 1, id, 1, false, 'done', etag, 'moved', now() FROM sources
        """),
    )
    played(tx, "moved", date(2026, 1, 8), seconds="120")
    played(tx, "a test", date(2026, 1, 9), seconds="600")  # Mux tells of it and charges nothing
    run(tx, OF_BYTES, asset="moved", key="one", sha256=None, released=None)
    assert tx.past.moved_bytes(date(2026, 1, 1), date(2026, 1, 5)) == 1000
    assert tx.past.moved_bytes(date(2026, 1, 1), date(2026, 1, 4)) == 0
    assert tx.past.delivered() == {date(2026, 1, 8): 2.0}
    assert tx.past.uploaded() == {date(2026, 1, 1): 15.0, date(2026, 1, 3): 10.0}
