"""What a scan takes in, what it marks as gone, and where it goes on after a kill."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from core.errors import Refused
from core.kind import Kind
from core.ports import Tx, UnitOfWork
from core.records import Scan
from core.selection import Choice, Filter, Sort, Standing
from core.source import Finding, MediaFacts, Source
from tests.integration.db.making import BUCKET, NOW, an_object, scan, scanned, source_id

MEDIA = MediaFacts(duration_s=61.5, width=1280, height=720, video_codec="h264", audio_codec="aac")


def listed(tx: Tx) -> dict[str, Source]:
    return {source.key: source for source in tx.sources.page(Filter(), Sort.KEY, number=1, size=1000)}


def test_objects_become_sources_with_a_kind_by_name(uow: UnitOfWork):
    with uow("test") as tx:
        scan(tx, [an_object("a.MP4"), an_object("b.pdf"), an_object("c"), an_object("d.mp4", size_bytes=0)])
        kinds = {key: source.kind for key, source in listed(tx).items()}
    assert kinds == {"a.MP4": Kind.VIDEO, "b.pdf": Kind.DOCUMENT, "c": Kind.UNKNOWN, "d.mp4": Kind.EMPTY}


@pytest.mark.parametrize(
    "key",
    ["käse & brot/übung.mp4", "100% #1+2.mp4", "tab\there\\n.mp4", "日本語/第一課.mp4", "k" * 900 + ".mp4"],
    ids=["umlauts", "marks", "control", "japanese", "900 bytes"],
)
def test_awkward_keys_come_back_as_they_are(uow: UnitOfWork, key: str):
    with uow("test") as tx:
        scan(tx, [an_object(key)])
        assert set(listed(tx)) == {key}


def test_what_a_scan_found_does_not_change_when_it_finds_it_again(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    with uow("test") as tx:
        before = listed(tx)
        tx.sources.set_media(before["a.mp4"].id, Kind.VIDEO, MEDIA, error=None, etag="etag-a.mp4")
        tx.sources.set_sha256(before["a.mp4"].id, "ab" * 32, etag="etag-a.mp4")
        scan(tx, [an_object("a.mp4"), an_object("b.mp4")])
        after = listed(tx)
    assert after["b.mp4"] == before["b.mp4"]
    assert (after["a.mp4"].duration_s, after["a.mp4"].width, after["a.mp4"].sha256) == (61.5, 1280, "ab" * 32)


@pytest.mark.parametrize("news", [{"etag": "other"}, {"size_bytes": 2000}])
def test_new_bytes_under_a_key_make_what_was_known_of_the_old_ones_forgotten(uow: UnitOfWork, news: dict):
    scanned(uow, "a")
    with uow("test") as tx:
        tx.sources.set_media(source_id(tx, "a"), Kind.VIDEO, MEDIA, error=None, etag="etag-a")
        tx.sources.set_sha256(source_id(tx, "a"), "ab" * 32, etag="etag-a")
        scan(tx, [an_object("a", **news)])
        [source] = listed(tx).values()
        unprobed = tx.sources.unprobed(limit=10)
    assert (source.kind, source.duration_s, source.width, source.sha256) == (Kind.UNKNOWN, None, None, None)
    assert unprobed == [source.id]


def test_the_same_bytes_uploaded_again_are_the_same_version(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    with uow("test") as tx:
        tx.sources.set_sha256(source_id(tx, "a.mp4"), "ab" * 32, etag="etag-a.mp4")
        scan(tx, [an_object("a.mp4", age_s=-60)])
        [source] = listed(tx).values()
    assert (source.sha256, source.modified_at) == ("ab" * 32, NOW + timedelta(seconds=60))


def test_what_a_scan_does_not_see_any_more_leaves_the_list(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4", "c.mp4")
    with uow("test") as tx:
        scan(tx, [an_object("b.mp4")])
        assert set(listed(tx)) == {"b.mp4"}


def test_what_comes_back_is_listed_again_with_what_was_known(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    with uow("test") as tx:
        tx.sources.set_media(source_id(tx, "a.mp4"), Kind.VIDEO, MEDIA, error=None, etag="etag-a.mp4")
        scan(tx, [an_object("b.mp4")])
        scan(tx, [an_object("a.mp4"), an_object("b.mp4")])
        assert listed(tx)["a.mp4"].duration_s == 61.5


def test_an_emptied_bucket_leaves_an_empty_list(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    with uow("test") as tx:
        found = tx.sources.begin_scan(BUCKET, "")
        tx.sources.finish_scan(found)
        tx.sources.refresh_findings()
        assert listed(tx) == {}


def test_a_scan_of_one_part_says_nothing_about_the_others(uow: UnitOfWork):
    scanned(uow, "2025/a.mp4", "2026/b.mp4", "2026_old.mp4", "2027/c.mp4")
    with uow("test") as tx:
        scan(tx, [an_object("2026/new.mp4")], prefix="2026/")
        assert set(listed(tx)) == {"2025/a.mp4", "2026/new.mp4", "2026_old.mp4", "2027/c.mp4"}


def test_a_key_with_like_signs_in_its_prefix_is_taken_literally(uow: UnitOfWork):
    scanned(uow, "a_b/1.mp4", "axb/1.mp4")
    with uow("test") as tx:
        scan(tx, [an_object("a_b/2.mp4")], prefix="a_b/")
        assert set(listed(tx)) == {"a_b/2.mp4", "axb/1.mp4"}


def test_a_killed_scan_goes_on_after_its_last_page(uow: UnitOfWork):
    with uow("test") as tx:
        first = tx.sources.begin_scan(BUCKET, "")
        tx.sources.upsert_page(first, [an_object("a.mp4"), an_object("b.mp4")])
        tx.commit()
    with uow("test") as tx:
        again = tx.sources.begin_scan(BUCKET, "")
        assert (again.id, again.after_key, again.seen) == (first.id, "b.mp4", 2)
        tx.sources.finish_scan(tx.sources.upsert_page(again, [an_object("c.mp4")]))
        assert set(listed(tx)) == {"a.mp4", "b.mp4", "c.mp4"}
        assert tx.sources.begin_scan(BUCKET, "").after_key is None


def test_a_scan_that_was_killed_long_ago_begins_anew(uow: UnitOfWork, engine: Engine):
    with uow("test") as tx:
        tx.sources.upsert_page(tx.sources.begin_scan(BUCKET, ""), [an_object("a.mp4")])
        tx.commit()
    with engine.begin() as connection:
        connection.execute(text("UPDATE scans SET started_at = started_at - interval '1 day'"))
    with uow("test") as tx:
        assert tx.sources.begin_scan(BUCKET, "").after_key is None


def test_pages_of_one_scan_together_tell_what_is_gone(uow: UnitOfWork):
    scanned(uow, *(f"{n:02}.mp4" for n in range(20)))
    with uow("test") as tx:
        found = tx.sources.begin_scan(BUCKET, "")
        for keys in (["00.mp4", "03.mp4"], ["07.mp4"], ["12.mp4", "18.mp4"]):
            found = tx.sources.upsert_page(found, [an_object(key) for key in keys])
        tx.sources.finish_scan(found)
        tx.sources.refresh_findings()
        assert set(listed(tx)) == {"00.mp4", "03.mp4", "07.mp4", "12.mp4", "18.mp4"}


def test_a_listing_out_of_order_is_refused_before_anything_is_called_gone(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    with uow("test") as tx:
        found = tx.sources.begin_scan(BUCKET, "")
        with pytest.raises(Refused, match="in order"):
            tx.sources.upsert_page(found, [an_object("b.mp4"), an_object("a.mp4")])
        assert set(listed(tx)) == {"a.mp4", "b.mp4"}


def test_an_empty_page_changes_nothing(uow: UnitOfWork):
    with uow("test") as tx:
        found = tx.sources.begin_scan(BUCKET, "")
        assert tx.sources.upsert_page(found, []) == found
        assert isinstance(found, Scan)


def test_an_hls_folder_is_one_source_as_large_as_all_its_parts(uow: UnitOfWork):
    keys = ["hls/7/master.m3u8", "hls/7/720p/index.m3u8", "hls/7/720p/0001.ts", "hls/7/720p/0002.ts"]
    with uow("test") as tx:
        scan(tx, [an_object(key, size_bytes=100) for key in [*keys, "hls/7/original.mp4"]])
        found = listed(tx)
        again = scan(tx, [an_object(key, size_bytes=100) for key in [*keys, "hls/7/original.mp4"]])
        assert again is None
        assert listed(tx) == found
    assert set(found) == {"hls/7/master.m3u8", "hls/7/original.mp4"}
    folder = found["hls/7/master.m3u8"]
    assert (folder.kind, folder.size_bytes, folder.standing) == (Kind.HLS, 400, Standing.READY)
    assert Finding.HLS_FOLDER in folder.findings


def test_segments_whose_playlist_is_gone_are_listed_again(uow: UnitOfWork):
    scanned(uow, "hls/master.m3u8", "hls/1.ts")
    with uow("test") as tx:
        scan(tx, [an_object("hls/1.ts")])
        assert set(listed(tx)) == {"hls/1.ts"}


def test_a_probe_that_cannot_read_a_file_is_not_asked_again(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b")
    with uow("test") as tx:
        first = tx.sources.unprobed(limit=10)
        tx.sources.set_media(first[0], Kind.VIDEO, None, error="moov atom not found", etag="etag-a.mp4")
        tx.sources.refresh_findings([first[0]])
        assert tx.sources.unprobed(limit=10) == first[1:]
        source = tx.sources.get(first[0])
    assert source is not None
    assert source.findings == (Finding.UNREFERENCED, Finding.UNREADABLE)
    assert source.standing == Standing.NEEDS_LOOK


def test_a_probe_of_the_version_before_says_nothing_of_the_new_one(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    with uow("test") as tx:
        found = source_id(tx, "a.mp4")
        scan(tx, [an_object("a.mp4", etag="new")])
        tx.sources.set_media(found, Kind.VIDEO, MEDIA, error=None, etag="etag-a.mp4")
        tx.sources.set_sha256(found, "ab" * 32, etag="etag-a.mp4")
        [source] = listed(tx).values()
        assert (source.duration_s, source.sha256) == (None, None)
        assert tx.sources.unprobed(limit=10) == [found]


def put_off(tx: Tx, id: int, trouble: str | None = None) -> None:
    tx.sources.put_off_probe(id, trouble=trouble, first_wait_s=60, most_wait_s=3600)
    tx.sources.refresh_findings([id])


def test_what_cannot_be_reached_rests_twice_as_long_with_each_try(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    with uow("test") as tx:
        one, two = tx.sources.unprobed(limit=10)
        for wait_s in (60, 120, 240, 480, 960, 1920, 3600, 3600):
            put_off(tx, one)
            assert tx.sources.unprobed(limit=10) == [two]
            assert wait(tx, one) == wait_s
        tx.sources.set_media(one, Kind.VIDEO, MEDIA, error=None, etag="etag-a.mp4")
        assert wait(tx, one) is None


def wait(tx: Tx, id: int) -> float | None:
    """Seconds that a source rests, by the database's own clock."""
    sql = text("SELECT extract(epoch FROM probe_after - now()) FROM sources WHERE id = :id")
    seconds = tx._connection.scalar(sql, {"id": id})  # type: ignore[attr-defined]
    return None if seconds is None else round(float(seconds))


def test_a_trouble_shows_until_a_look_finds_the_file_good(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    with uow("test") as tx:
        one, two = tx.sources.unprobed(limit=10)
        put_off(tx, one, "S3 refuses access.")
        tx.sources.set_media(two, Kind.VIDEO, None, error="cut off", etag="etag-b.mp4")
        tx.sources.refresh_findings([two])
        troubled = [Finding.UNREADABLE in source.findings for source in listed(tx).values()]
        assert troubled == [True, True]
        assert tx.sources.unprobed(limit=10) == []
        assert tx.sources.doubt_troubles() == 2
        assert tx.sources.unprobed(limit=10) == [one, two]
        tx.sources.set_media(one, Kind.VIDEO, MEDIA, error=None, etag="etag-a.mp4")
        tx.sources.refresh_findings([one])
        assert listed(tx)["a.mp4"].standing == Standing.READY


def test_other_keys_of_equal_size_and_etag_are_candidates_for_the_same_bytes(uow: UnitOfWork):
    with uow("test") as tx:
        scan(
            tx,
            [
                an_object("a.mp4", etag="same"),
                an_object("b.mp4", etag="same"),
                an_object("c.mp4", etag="same", size_bytes=5),
                an_object("d.mp4", etag="empty", size_bytes=0),
                an_object("e.mp4", etag="empty", size_bytes=0),
            ],
        )
        found = listed(tx)
        others = tx.sources.same_size_and_etag(found["a.mp4"].id)
        empty = tx.sources.same_size_and_etag(found["d.mp4"].id)
    assert [other.key for other in others] == ["b.mp4"]
    assert empty == []
    twins = {key for key, source in found.items() if Finding.MAYBE_DUPLICATE in source.findings}
    assert twins == {"a.mp4", "b.mp4"}


def test_choices_by_key_find_sources_in_any_bucket_or_by_address(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    with uow("test") as tx:
        assert len(tx.sources.ids(Choice(keys=("a.mp4", f"s3://{BUCKET}/b.mp4")), limit=10)) == 2
        assert tx.sources.ids(Choice(keys=("s3://elsewhere/a.mp4",)), limit=10) == []
