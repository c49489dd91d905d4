"""A lesson that names two objects: its film, and an HLS folder made of it."""

from core import migrating
from core.access import SYSTEM
from core.batch import ItemState
from core.migration import SkipReason
from core.records import Batch
from core.selection import Choice
from tests.integration.engine.harness import BUCKET, PUBLIC, SWITCHED, Engine

FILM, FOLDER = "a.mp4", "hls/a/master.m3u8"
ROW = "SELECT mux_asset_id FROM lessons ORDER BY id"


def lesson_with_both(school: Engine) -> int:
    lesson_id = school.lesson(FILM)
    school.store.put(BUCKET, FOLDER, b"#EXTM3U")
    school.ask("UPDATE lessons SET hls_url = %s RETURNING id", f"s3://{BUCKET}/{FOLDER}")
    return lesson_id


def lesson_with_the_folder_alone(school: Engine) -> None:
    url = f"s3://{BUCKET}/{FOLDER}"
    school.ask("INSERT INTO lessons (title, hls_url) VALUES ('HLS', %s) RETURNING id", url)


def of(school: Engine, batch: Batch) -> tuple[int, dict[SkipReason, int]]:
    found = migrating.status(batch.id, services=school.services)
    return found.progress.counts[ItemState.DONE], dict(found.skips)


def roll_back(school: Engine, batch: Batch) -> None:
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services, delete_assets=True)
    school.play_out()


def test_the_film_moves_and_the_folder_is_skipped(school: Engine) -> None:
    lesson_with_both(school)
    batch = school.migrate()
    assert of(school, batch) == (1, {SkipReason.SPARE: 1})
    assert len(school.mux.assets) == 1
    assert [url for url, *_ in school.ask("SELECT video_url FROM lessons")] == [f"s3://{BUCKET}/{FILM}"]
    assert school.ask(SWITCHED) == [(1,)]


def test_after_a_rollback_the_lesson_plays_from_s3_again(school: Engine) -> None:
    lesson_with_both(school)
    batch = school.migrate()
    roll_back(school, batch)
    assert school.ask(ROW) == [(None,)]
    assert school.mux.assets == {}


def test_another_lesson_that_has_only_the_folder_switches_to_it_and_the_first_to_the_film(
    school: Engine,
) -> None:
    lesson_with_both(school)
    lesson_with_the_folder_alone(school)
    batch = school.migrate()
    assert of(school, batch) == (2, {})
    film, folder = (asset_id for (asset_id,) in school.ask(ROW))
    assert {film, folder} == set(school.mux.assets)
    adopted = "SELECT key FROM mux_admin.sources WHERE asset_id = %s"
    assert (school.ask(adopted, film), school.ask(adopted, folder)) == ([(FILM,)], [(FOLDER,)])
    school.scan()
    plan = migrating.plan(Choice(), PUBLIC, services=school.services)
    assert (plan.totals.create, plan.totals.skipped) == (0, {SkipReason.ON_MUX: 2})
    roll_back(school, batch)
    assert school.ask(ROW) == [(None,), (None,)]


def test_where_the_film_is_gone_the_folder_moves(school: Engine) -> None:
    lesson_with_both(school)
    school.scan()
    school.store.remove(BUCKET, FILM)
    batch = school.migrate()
    assert of(school, batch) == (1, {SkipReason.MISSING: 1})
    assert school.ask(SWITCHED) == [(1,)]


def test_where_the_film_cannot_be_read_the_folder_moves_after_the_next_scan(school: Engine) -> None:
    lesson_with_both(school)
    school.media.facts[FILM] = None
    school.scan()
    batch = school.migrate()
    assert of(school, batch) == (1, {SkipReason.UNREADABLE: 1})


def test_to_its_teacher_it_is_one_video(school: Engine) -> None:
    lesson_with_both(school)
    school.ask("UPDATE lessons SET creator_id = '7' RETURNING id")
    school.migrate()
    with school.services.uow("test.read") as tx:
        own = tx.sources.own_videos("7")
    assert (own.videos, own.on_mux, own.in_trouble) == (1, 1, 0)
