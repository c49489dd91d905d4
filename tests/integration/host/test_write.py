"""Writing to the school's rows: any id type, any part of our columns, nothing lost."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from core.db.host import HostWriter
from core.errors import InvalidInput
from tests.integration.hosts import ID_TYPES, SCHEMA, School, statements

READY = {"mux_asset_id": "a1", "mux_playback_id": "p1", "mux_status": "ready"}


@pytest.fixture
def school(engine: Engine) -> School:
    return School(engine)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def host(school: School, connection: Connection) -> HostWriter:
    return HostWriter(connection, SCHEMA)


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_a_row_is_found_by_its_id_whatever_the_type(engine: Engine, id_type: str):
    school = School(engine, id_type=id_type)
    school.add_columns("videos")
    with engine.begin() as connection:
        written = HostWriter(connection, SCHEMA).write("videos", school.row_id, READY)
    assert written.found
    assert not written.fallback_used
    assert school.row("videos")["mux_playback_id"] == "p1"


@pytest.mark.parametrize("id_type", ID_TYPES)
@pytest.mark.parametrize("with_columns", [True, False])
def test_a_row_that_is_not_there_is_said_to_be_not_found(engine: Engine, id_type: str, with_columns: bool):
    school = School(engine, id_type=id_type)
    if with_columns:
        school.add_columns("videos")
    with engine.begin() as connection:
        assert not HostWriter(connection, SCHEMA).write("videos", school.absent_id, READY).found
    assert school.pending() == {}


@pytest.mark.parametrize("id_type", ["integer", "bigint", "uuid"])
def test_an_id_of_another_form_is_not_found_and_does_not_end_the_transaction(engine: Engine, id_type: str):
    school = School(engine, id_type=id_type)
    school.add_columns("videos")
    with engine.begin() as connection:
        host = HostWriter(connection, SCHEMA)
        assert not host.write("videos", "no such id'; --", READY).found
        assert host.write("videos", school.row_id, READY).found


def test_before_keeps_what_stood_in_every_written_column(school, connection, host):
    school.add_columns("lessons")
    first = host.write("lessons", "7", {"mux_asset_id": "a1", "video_provider": "mux"})
    second = host.write("lessons", "7", {"mux_asset_id": "a2", "video_provider": "mux"})
    assert first.before == {"mux_asset_id": None, "video_provider": "s3"}
    assert second.before == {"mux_asset_id": "a1", "video_provider": "mux"}


def test_before_there_are_columns_the_facts_wait_and_the_result_says_so(school, connection, host):
    written = host.write("videos", "7", READY)
    connection.commit()
    assert written.fallback_used
    assert set(written.missing) == set(READY)
    assert written.before == {}
    assert school.pending() == {("videos", "7"): READY}
    assert host.pending_rows() == 1


def test_whichever_columns_exist_are_used_and_the_rest_waits(school, connection, host):
    school.add_columns("videos", "mux_asset_id")
    written = host.write("videos", "7", READY)
    connection.commit()
    assert written.missing == ("mux_playback_id", "mux_status")
    assert written.before == {"mux_asset_id": None}
    assert school.row("videos")["mux_asset_id"] == "a1"
    assert school.pending() == {("videos", "7"): {"mux_playback_id": "p1", "mux_status": "ready"}}


def test_facts_that_wait_are_merged_and_the_newest_value_counts(school, connection, host):
    host.write("videos", "7", {"mux_asset_id": "a1", "mux_status": "preparing"})
    host.write("videos", "7", {"mux_status": "ready"})
    connection.commit()
    assert school.pending() == {("videos", "7"): {"mux_asset_id": "a1", "mux_status": "ready"}}


def test_columns_that_came_since_the_last_look_are_used_at_once(school, connection, host):
    host.write("videos", "7", READY)
    connection.commit()
    school.add_columns("videos")
    assert not host.write("videos", "7", READY).fallback_used


def test_a_direct_write_supersedes_what_waited_for_the_same_columns(school, connection, host):
    host.write("videos", "7", {"mux_status": "preparing", "mux_asset_id": "a1"})
    connection.commit()
    school.add_columns("videos")
    host.write("videos", "7", {"mux_status": "ready"})
    connection.commit()
    assert school.pending() == {("videos", "7"): {"mux_asset_id": "a1"}}


@pytest.mark.parametrize(
    ("table", "column"),
    [("videos", "s3_key"), ("videos", "id"), ("lessons", "title"), ("users", "email"), ("videos", "x; --")],
)
def test_only_declared_columns_may_be_written(school, host, table, column):
    with pytest.raises(InvalidInput, match="no columns of ours"):
        host.write(table, "7", {column: "x"})


def test_times_are_written_as_utc_whatever_their_zone(school, connection, host):
    school.add_columns("videos")
    at = datetime(2026, 3, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    host.write("videos", "7", {"mux_ready_at": at})
    connection.commit()
    assert school.row("videos")["mux_ready_at"] == datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)


def test_a_column_with_a_time_zone_gets_the_same_moment(school, connection, host):
    school.run("ALTER TABLE videos ADD COLUMN mux_ready_at timestamptz")
    at = datetime(2026, 3, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    host.write("videos", "7", {"mux_ready_at": at})
    connection.commit()
    assert school.row("videos")["mux_ready_at"] == datetime(2026, 3, 1, tzinfo=UTC)


def test_values_land_in_columns_of_other_types_that_hold_them(school, connection, host):
    school.run(
        "ALTER TABLE videos ADD COLUMN mux_asset_id text, "
        "ADD COLUMN mux_duration_seconds numeric, ADD COLUMN transcript_confidence double precision, "
        "ADD COLUMN audio_enhanced boolean"
    )
    facts = {
        "mux_asset_id": "a1",
        "mux_duration_seconds": 90,
        "transcript_confidence": Decimal("0.97"),
        "audio_enhanced": True,
    }
    host.write("videos", "7", facts)
    connection.commit()
    row = school.row("videos")
    assert {name: row[name] for name in facts} == facts | {"transcript_confidence": 0.97}


def test_a_value_too_long_for_the_hosts_column_is_refused_not_cut(school, host):
    school.run("ALTER TABLE videos ADD COLUMN mux_asset_id varchar(3)")
    with pytest.raises(InvalidInput, match=r"school\.videos does not take .* too long"):
        host.write("videos", "7", {"mux_asset_id": "abcdef"})


def test_a_column_that_somebody_drops_costs_one_retry_and_no_fact(school, connection, host):
    school.add_columns("videos")
    host.write("videos", "7", READY)
    connection.commit()
    school.run("ALTER TABLE videos DROP COLUMN mux_status")
    with pytest.raises(Exception, match="changed at this very moment") as caught:
        host.write("videos", "7", READY)
    assert caught.value.retryable
    connection.rollback()
    written = host.write("videos", "7", READY)
    assert written.missing == ("mux_status",)


def test_both_status_columns_of_a_lesson_are_written_when_one_is_given(school, connection, host):
    school.add_columns("lessons")
    host.write("lessons", "7", {"processing_status": "processing"})
    connection.commit()
    row = school.row("lessons")
    assert (row["processing_status"], row["video_status"]) == ("processing", "processing")


def test_a_row_is_written_in_one_round_trip_once_the_columns_are_known(school, connection, host):
    school.add_columns("videos")
    host.write("videos", "7", READY)
    sent = statements(connection)
    host.write("videos", "7", READY)
    assert len(sent) == 1


@pytest.mark.parametrize("table", ["lessons", "videos"])
def test_a_school_with_one_of_the_tables_is_written_and_the_other_is_not_found(engine: Engine, table: str):
    school = School(engine, tables=[table])
    school.add_columns(table)
    with engine.begin() as connection:
        host = HostWriter(connection, SCHEMA)
        other = {"lessons": "videos", "videos": "lessons"}[table]
        assert host.write(table, "7", {"mux_asset_id": "a1"}).found
        assert not host.write(other, "7", {"mux_asset_id": "a1"}).found
    assert school.row(table)["mux_asset_id"] == "a1"


def test_identifiers_that_need_quotes_are_quoted(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text('CREATE SCHEMA "My School"'))
        connection.execute(text('CREATE TABLE "My School".videos (id int PRIMARY KEY, mux_asset_id text)'))
        connection.execute(text('INSERT INTO "My School".videos VALUES (1)'))
        assert HostWriter(connection, "My School").write("videos", "1", {"mux_asset_id": "a"}).found


def test_of_two_writers_at_once_the_second_sees_what_the_first_left(school, engine):
    school.add_columns("videos")

    def second() -> Any:
        with engine.begin() as connection:
            return HostWriter(connection, SCHEMA).write("videos", "7", {"mux_asset_id": "second"})

    with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
        HostWriter(connection, SCHEMA).write("videos", "7", {"mux_asset_id": "first"})
        written = pool.submit(second)
        wait_until_blocked(engine)
        connection.commit()
        assert written.result(timeout=10).before == {"mux_asset_id": "first"}
    assert school.row("videos")["mux_asset_id"] == "second"


def test_a_change_of_the_columns_waits_for_a_write_that_fell_back(school, engine):
    """Else the facts could be kept for later just after everything that waited was written."""

    def alter() -> None:
        school.add_columns("videos")

    with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
        assert HostWriter(connection, SCHEMA).write("videos", "7", READY).fallback_used
        altered = pool.submit(alter)
        wait_until_blocked(engine)
        assert not altered.done()
        connection.commit()
        altered.result(timeout=10)


def wait_until_blocked(engine: Engine) -> None:
    """Until some session of this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline_s = time.monotonic() + 10
    with engine.connect() as connection:
        while not connection.scalar(waiting):
            assert time.monotonic() < deadline_s
            connection.rollback()
            time.sleep(0.01)
