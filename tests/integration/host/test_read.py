"""Reading what a row says in our columns, whichever of them are there."""

import pytest
from sqlalchemy import Engine

from core.db.host import HostWriter
from tests.integration.hosts import ID_TYPES, SCHEMA, School

READY = {"mux_asset_id": "a1", "mux_playback_id": "p1", "mux_status": "ready"}


@pytest.mark.parametrize("id_type", ID_TYPES)
@pytest.mark.parametrize("with_columns", [True, False])
def test_what_was_written_is_read_whether_its_columns_are_there_or_not(
    engine: Engine, id_type: str, with_columns: bool
) -> None:
    school = School(engine, id_type=id_type)
    if with_columns:
        school.add_columns("videos")
    with engine.begin() as connection:
        host = HostWriter(connection, SCHEMA)
        host.write("videos", school.row_id, READY)
        found = host.read("videos", school.row_id)
        assert found is not None
        assert {name: found[name] for name in READY} == READY


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_a_row_that_is_not_there_reads_as_none(engine: Engine, id_type: str) -> None:
    school = School(engine, id_type=id_type)
    with engine.begin() as connection:
        host = HostWriter(connection, SCHEMA)
        assert host.read("videos", school.absent_id) is None
        assert host.read("videos", "no such id'; --") is None
        assert host.read("nothing", school.row_id) is None
        assert host.read("videos", school.row_id) == {}


def test_nothing_but_our_columns_is_read(engine: Engine) -> None:
    school = School(engine)
    school.add_columns("lessons")
    with engine.begin() as connection:
        found = HostWriter(connection, SCHEMA).read("lessons", school.row_id)
    assert found is not None
    assert "title" not in found
    assert found["video_provider"] == "s3"
