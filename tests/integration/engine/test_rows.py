"""What becomes of the school's rows when people change them between the scan and the switch, or after it."""

import psycopg
import pytest
from sqlalchemy import Engine as Database

from core import completing, migrating
from core.access import Person, Role
from core.batch import BatchState, ItemState
from core.migration import SkipReason
from core.records import Batch, ItemRow
from tests.integration.engine.harness import BUCKET, SWITCHED, Engine

ADA = Person(subject="u-1", email="ada@example.com", roles=frozenset({Role.ADMIN}))
SHARED = b"\0\0\0\x18ftypisom"


def item(school: Engine, batch: Batch) -> ItemRow:
    with school.services.uow("test.read") as tx:
        [row] = tx.batches.items(batch.id)
    return row


def three_lessons_of_one_object(school: Engine) -> None:
    for _ in range(3):
        school.lesson("shared.mp4", SHARED)


def delete_at_mux(school: Engine) -> None:
    school.deliver("video.asset.deleted", next(iter(school.mux.assets.values())))
    school.run()


def test_a_row_that_names_another_video_since_the_scan_is_left_and_the_item_says_so(school: Engine) -> None:
    school.lesson("a.mp4")
    lesson = school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.ask(
        "UPDATE lessons SET video_url = 's3://school-videos/new.mp4' WHERE id = %s RETURNING id", lesson
    )
    school.play_out()
    assert school.ask("SELECT mux_asset_id IS NULL FROM lessons ORDER BY id") == [(False,), (True,)]
    row = item(school, batch)
    assert row.state is ItemState.DONE
    assert row.reason
    assert f"names another video since the scan: lessons {lesson}" in row.reason


def test_another_spelling_of_the_same_address_is_the_same_video(school: Engine) -> None:
    school.lesson("a b.mp4")
    school.scan()
    school.start()
    url = f"https://{BUCKET}.s3.eu-west-1.amazonaws.com/a%20b.mp4?versionId=1"
    school.ask("UPDATE lessons SET video_url = %s RETURNING id", url)
    school.play_out()
    assert school.ask(SWITCHED) == [(1,)]


def test_facts_that_waited_are_not_written_into_a_row_that_names_another_video_by_now(
    engine: Database, database_url: str
) -> None:
    school = Engine(engine, database_url)
    lesson = school.lesson("a.mp4")
    batch = school.migrate()
    assert item(school, batch).state is ItemState.AWAITING_SCHEMA
    school.ask("UPDATE lessons SET video_url = 's3://school-videos/new.mp4' RETURNING id")
    school.add_columns()
    completing.write_back(services=school.services)
    assert school.ask("SELECT mux_asset_id, video_provider FROM lessons") == [(None, None)]
    row = item(school, batch)
    assert row.state is ItemState.DONE
    assert row.reason
    assert f"lessons {lesson}" in row.reason


def test_facts_that_are_written_late_leave_an_audit_row(engine: Database, database_url: str) -> None:
    school = Engine(engine, database_url)
    lesson = school.lesson("a.mp4")
    school.migrate()
    school.add_columns()
    completing.write_back(services=school.services)
    subject = f"lessons {lesson}"
    told = "SELECT action, before->>'video_provider', after->>'video_provider' FROM mux_admin.audit"
    assert school.ask(f"{told} WHERE subject = %s ORDER BY id", subject)[-1] == (
        "write late facts",
        None,
        "mux",
    )


def test_when_an_asset_is_deleted_each_row_falls_back_by_itself_and_changed_ones_are_named(
    school: Engine,
) -> None:
    three_lessons_of_one_object(school)
    batch = school.migrate()
    school.ask("UPDATE lessons SET mux_playback_id = 'newer' WHERE id = 1 RETURNING id")
    delete_at_mux(school)
    rows = school.ask("SELECT mux_playback_id, video_provider FROM lessons ORDER BY id")
    assert rows == [("newer", "mux"), (None, None), (None, None)]
    row = item(school, batch)
    assert row.state is ItemState.ROLLED_BACK
    assert row.reason == "The asset was deleted at Mux. Changed by somebody since: lessons 1."


def test_a_changed_row_that_still_names_the_deleted_asset_plays_from_s3_again(school: Engine) -> None:
    three_lessons_of_one_object(school)
    batch = school.migrate()
    school.ask("UPDATE lessons SET video_status = 'archived' WHERE id = 1 RETURNING id")
    delete_at_mux(school)
    assert school.ask(SWITCHED) == [(0,)]
    first = "SELECT video_provider, video_status, processing_status FROM lessons WHERE id = 1"
    assert school.ask(first) == [(None, "archived", "ready")]
    assert "lessons 1" in str(item(school, batch).reason)


@pytest.mark.parametrize(("address", "status"), [("video_url", "ready"), (None, "error")])
def test_after_a_deletion_the_statuses_say_what_plays(
    school: Engine, address: str | None, status: str
) -> None:
    school.lesson("a.mp4")
    school.ask("UPDATE lessons SET processing_status = 'pending', video_status = 'pending' RETURNING id")
    school.migrate()
    if address is None:
        school.ask("UPDATE lessons SET video_url = NULL RETURNING id")
    delete_at_mux(school)
    assert school.ask("SELECT processing_status, video_status FROM lessons") == [(status, status)]


def test_a_row_that_is_put_back_names_the_person_who_asked(school: Engine) -> None:
    lesson = school.lesson("a.mp4")
    batch = school.migrate()
    migrating.roll_back(batch.id, by=ADA, services=school.services)
    school.run()
    who = "SELECT actor, actor_subject FROM mux_admin.audit WHERE action = 'put back' AND subject = %s"
    assert school.ask(who, f"lessons {lesson}") == [("ada", "u-1")]


def moved_on(school: Engine, batch: Batch) -> tuple[ItemState, str | None, int]:
    """The one item's state and reason, and how many assets were asked for."""
    row = item(school, batch)
    return row.state, row.reason, school.mux.calls.count("create_asset")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE lessons SET video_url = 's3://school-videos/new.mp4' RETURNING id",
        "DELETE FROM lessons RETURNING id",
    ],
)
def test_a_video_that_no_row_names_any_more_is_not_paid_for(school: Engine, change: str) -> None:
    school.lesson("a.mp4")
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.ask(change)
    school.play_out()
    assert moved_on(school, batch) == (ItemState.SKIPPED, SkipReason.MOVED_ON, 0)
    status = migrating.status(batch.id, services=school.services)
    assert (status.batch.state, status.skips) == (BatchState.DONE, {SkipReason.MOVED_ON: 1})


def test_a_video_that_no_row_ever_named_moves_where_somebody_ticked_it(school: Engine) -> None:
    school.store.put(BUCKET, "alone.mp4", SHARED)
    assert moved_on(school, school.migrate()) == (ItemState.DONE, None, 1)


def test_the_rows_are_looked_at_without_waiting_for_who_holds_them(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    with psycopg.connect(school.url) as editor:
        editor.execute("UPDATE lessons SET title = 'being edited'")
        school.run(most=2)  # the feed, and the submission up to Mux's answer
        assert item(school, batch).state is ItemState.INGESTING


def test_rows_that_cannot_be_read_at_this_moment_skip_nothing(school: Engine) -> None:
    school.lesson("a.mp4")
    school.scan()
    batch = school.start()
    school.ask("UPDATE lessons SET video_url = 's3://school-videos/new.mp4' RETURNING id")
    with psycopg.connect(school.url) as ops:
        ops.execute("LOCK TABLE lessons IN ACCESS EXCLUSIVE MODE")
        school.run(most=2)
    assert moved_on(school, batch) == (ItemState.INGESTING, None, 1)
