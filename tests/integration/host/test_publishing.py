"""Switching the school's rows to Mux and putting them back, whatever columns there are at the time."""

import pytest
from sqlalchemy import Engine, text

from core import completing, publishing
from core.access import SYSTEM
from core.batch import ItemState
from core.target import LESSONS, VIDEOS
from core.work import Work
from tests.integration.host.stage import ASSET, Stage, asset
from tests.integration.hosts import ID_TYPES, School, statements


@pytest.fixture
def stage(engine: Engine) -> Stage:
    return Stage(engine)


@pytest.fixture
def school(engine: Engine) -> School:
    return School(engine)


def switch(stage: Stage, work: Work, copy=ASSET) -> bool:
    """The end of a verification."""
    with stage.uow("switch") as tx:
        waits = publishing.switch(tx, work, copy, services=stage).waits
        stage.move(work.item.id, ItemState.AWAITING_SCHEMA if waits else ItemState.DONE)
        tx.commit()
    return waits


def put_back(stage: Stage, work: Work) -> bool:
    with stage.uow("put_back") as tx:
        done = not publishing.put_back(tx, work.item.id, by=SYSTEM)
        if done:
            tx.commit()
    return done


def complete(school: School) -> None:
    """Add whichever of our columns `videos` misses."""
    there = school.columns("videos")
    school.add_columns("videos", *(column.name for column in VIDEOS.columns if column.name not in there))


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_all_rows_of_a_source_play_from_mux_after_the_switch(engine: Engine, stage: Stage, id_type: str):
    school = School(engine, id_type=id_type)
    school.add_columns("videos")
    school.add_columns("lessons")
    waits = switch(stage, stage.item(("videos", school.row_id), ("lessons", school.row_id)))
    video, lesson = school.row("videos"), school.row("lessons")
    assert not waits
    assert (video["mux_playback_id"], video["mux_status"], video["mux_duration_seconds"]) == (
        "play1",
        "ready",
        61,
    )
    assert (lesson["video_provider"], lesson["video_status"], lesson["duration"]) == ("mux", "ready", 61)


@pytest.mark.parametrize("type_", ["bigint", "double precision", "numeric(8,2)"])
def test_a_length_that_the_school_gave_a_lesson_comes_back_with_the_way_back(school, stage, type_: str):
    school.run(f"ALTER TABLE lessons ADD COLUMN duration {type_} DEFAULT 58")
    school.add_columns("lessons", "mux_asset_id")
    work = stage.item(("lessons", "7"))
    switch(stage, work)
    assert school.row("lessons")["duration"] == 61
    assert put_back(stage, work)
    assert school.row("lessons")["duration"] == 58


def test_a_length_that_the_school_spells_in_its_own_way_is_left_alone(school, stage):
    school.add_columns("lessons", *(one.name for one in LESSONS.columns if one.name != "duration"))
    school.run("ALTER TABLE lessons ADD COLUMN duration text DEFAULT '1:01'")
    work = stage.item(("lessons", "7"))
    assert not switch(stage, work)
    assert (school.row("lessons")["duration"], school.pending()) == ("1:01", {})
    assert put_back(stage, work)
    assert school.row("lessons")["duration"] == "1:01"


def test_a_length_that_the_school_changes_later_stays_and_does_not_hinder_putting_back(school, stage):
    school.add_columns("lessons")
    work = stage.item(("lessons", "7"))
    switch(stage, work)
    school.run("UPDATE lessons SET duration = 90")
    assert put_back(stage, work)
    row = school.row("lessons")
    assert (row["duration"], row["mux_asset_id"]) == (90, None)


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_putting_back_restores_every_column_as_it_was(engine: Engine, stage: Stage, id_type: str):
    school = School(engine, id_type=id_type)
    school.add_columns("videos")
    school.add_columns("lessons")
    was = school.row("videos"), school.row("lessons")
    work = stage.item(("videos", school.row_id), ("lessons", school.row_id))
    switch(stage, work)
    assert put_back(stage, work)
    assert (school.row("videos"), school.row("lessons")) == was


def test_values_of_every_type_survive_the_way_back(school, stage):
    school.add_columns("videos")
    school.run(
        "UPDATE videos SET mux_created_at = '2025-12-31 23:59:59.123456', mux_status = 'errored', "
        "mux_duration_seconds = 59, mux_thumbnail_url = 'https://example.test/ü'"
    )
    was = school.row("videos")
    work = stage.item(("videos", "7"))
    switch(stage, work)
    assert put_back(stage, work)
    assert school.row("videos") == was


def test_a_row_that_was_changed_since_is_not_put_back(school, stage):
    school.add_columns("videos")
    work = stage.item(("videos", "7"))
    switch(stage, work)
    school.run("UPDATE videos SET mux_playback_id = 'another'")
    assert not put_back(stage, work)
    assert school.row("videos")["mux_asset_id"] == "asset1"


def test_a_change_to_columns_that_are_not_ours_does_not_hinder_putting_back(school, stage):
    school.add_columns("videos")
    work = stage.item(("videos", "7"))
    switch(stage, work)
    school.run("UPDATE videos SET s3_key = 'renamed.mp4'")
    assert put_back(stage, work)
    assert school.row("videos")["s3_key"] == "renamed.mp4"


def test_a_row_that_the_school_deleted_since_needs_nothing_to_be_put_back(school, stage):
    school.add_columns("videos")
    work = stage.item(("videos", "7"))
    switch(stage, work)
    school.run("DELETE FROM videos")
    assert put_back(stage, work)


def test_putting_back_twice_does_nothing_the_second_time(school, stage):
    school.add_columns("videos")
    work = stage.item(("videos", "7"))
    switch(stage, work)
    put_back(stage, work)
    school.run("UPDATE videos SET mux_asset_id = 'asset1'")
    assert put_back(stage, work)
    assert school.row("videos")["mux_asset_id"] == "asset1"


def test_a_switch_that_runs_twice_still_remembers_what_stood_there_first(school, stage):
    school.add_columns("videos")
    was = school.row("videos")
    work = stage.item(("videos", "7"))
    with stage.uow("switch") as tx:
        publishing.switch(tx, work, ASSET, services=stage)
        publishing.switch(tx, work, ASSET, services=stage)
        tx.commit()
    assert put_back(stage, work)
    assert school.row("videos") == was


def test_a_row_found_through_two_columns_is_switched_once(school, stage):
    school.add_columns("lessons")
    work = stage.item(("lessons", "7"), ("lessons", "7"))
    switch(stage, work)
    with stage.uow("look") as tx:
        assert len(tx.host.switched(work.item.id)) == 1


def test_a_row_that_is_gone_does_not_stop_the_others(school, stage):
    school.add_columns("videos")
    work = stage.item(("videos", "8"), ("videos", "7"))
    assert not switch(stage, work)
    assert school.row("videos")["mux_asset_id"] == "asset1"


def test_a_row_takes_four_round_trips_its_address_its_write_its_switch_and_its_audit(school, stage):
    school.add_columns("videos")
    school.add_columns("lessons")
    work = stage.item(("videos", "7"), ("lessons", "7"))
    with stage.uow("warm") as tx:
        publishing.switch(tx, work, ASSET, services=stage)
    with stage.uow("switch") as tx:
        sent = statements(tx.connection)
        publishing.switch(tx, work, ASSET, services=stage)
    assert len(sent) == 2 * 4


@pytest.mark.parametrize("there", [(), ("mux_asset_id",), ("mux_asset_id", "mux_status", "mux_ready_at")])
def test_facts_that_waited_are_written_when_the_columns_come_and_the_item_is_done(school, stage, there):
    if there:
        school.add_columns("videos", *there)
    work = stage.item(("videos", "7"))
    assert switch(stage, work)
    complete(school)
    assert completing.write_back(services=stage) == 1
    row = school.row("videos")
    assert (row["mux_asset_id"], row["mux_duration_seconds"], row["mux_aspect_ratio"]) == (
        "asset1",
        61,
        "16:9",
    )
    assert row["mux_ready_at"] == ASSET.ready_at.replace(tzinfo=None)
    assert school.pending() == {}
    assert stage.state(work) is ItemState.DONE
    assert completing.write_back(services=stage) == 0


@pytest.mark.parametrize("there", [(), ("mux_asset_id", "mux_status")])
def test_a_row_written_late_can_be_put_back_as_it_was(school, stage, there):
    if there:
        school.add_columns("videos", *there)
    work = stage.item(("videos", "7"))
    switch(stage, work)
    complete(school)
    completing.write_back(services=stage)
    assert put_back(stage, work)
    row = school.row("videos")
    assert {name for name in row if name.startswith("mux_") and row[name] is not None} == set()


def test_putting_back_before_the_columns_came_leaves_nothing_to_write(school, stage):
    work = stage.item(("videos", "7"))
    switch(stage, work)
    assert put_back(stage, work)
    complete(school)
    assert completing.write_back(services=stage) == 0
    assert school.row("videos")["mux_asset_id"] is None


def test_putting_one_item_back_leaves_the_facts_of_a_newer_one_waiting(school, stage):
    first, second = stage.item(("videos", "7")), stage.item(("videos", "7"))
    switch(stage, first, asset(1))
    switch(stage, second, asset(2))
    assert put_back(stage, first)
    assert school.pending()["videos", "7"]["mux_playback_id"] == "play2"


def test_nothing_is_written_back_while_the_columns_are_missing(school, stage):
    work = stage.item(("videos", "7"))
    switch(stage, work)
    assert completing.write_back(services=stage) == 0
    assert stage.state(work) is ItemState.AWAITING_SCHEMA
    assert ("videos", "7") in school.pending()


def test_an_item_waits_until_all_of_its_rows_are_written(school, stage):
    school.add_columns("videos", "mux_asset_id")
    work = stage.item(("videos", "7"), ("lessons", "7"))
    switch(stage, work)
    complete(school)
    completing.write_back(services=stage)
    assert stage.state(work) is ItemState.AWAITING_SCHEMA
    school.add_columns("lessons")
    completing.write_back(services=stage)
    assert stage.state(work) is ItemState.DONE


def test_a_row_that_cannot_be_written_does_not_hold_up_the_others(school, stage, caplog):
    school.add_row("videos", "8")
    bad, good = stage.item(("videos", "7")), stage.item(("videos", "8"))
    switch(stage, bad)
    switch(stage, good)
    school.run("ALTER TABLE videos ADD COLUMN mux_asset_id text CHECK (mux_asset_id <> 'asset1' OR id <> 7)")
    complete(school)
    assert completing.write_back(services=stage) == 1
    assert stage.state(good) is ItemState.DONE
    assert ("videos", "7") in school.pending()
    assert "does not take" in caplog.text


def test_facts_of_a_row_that_the_school_deleted_are_let_go(school, stage):
    work = stage.item(("videos", "7"))
    switch(stage, work)
    school.run("DELETE FROM videos")
    complete(school)
    completing.write_back(services=stage)
    assert school.pending() == {}
    assert stage.state(work) is ItemState.DONE


def test_facts_without_a_batch_item_are_written_back_too(school, stage):
    with stage.uow("upload") as tx:
        tx.host.write("lessons", "7", {"mux_upload_id": "u1"})
        tx.commit()
    school.add_columns("lessons")
    assert completing.write_back(services=stage) == 1
    assert school.row("lessons")["mux_upload_id"] == "u1"


def test_more_rows_than_fit_in_one_transaction_are_all_written_back(school, stage):
    school.run("INSERT INTO videos (id) SELECT generate_series(100, 219)")
    with stage.uow("upload") as tx:
        for number in range(100, 220):
            tx.host.write("videos", str(number), {"mux_asset_id": f"a{number}"})
        tx.commit()
    school.add_columns("videos", "mux_asset_id")
    assert completing.write_back(services=stage) == 120
    with stage.uow("look") as tx:
        written = "SELECT count(*) FROM school.videos WHERE id >= 100 AND mux_asset_id = 'a' || id"
        assert tx.connection.scalar(text(written)) == 120
