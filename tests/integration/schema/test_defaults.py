"""What new rows get by themselves: set with the column, seen when somebody changes it, set again by ops."""

from contextlib import closing

import pytest
from sqlalchemy import Engine, text

from core import applying, inspecting
from core.found import FoundColumn
from core.schema_detail import PartState
from core.statement import Kind
from tests.integration.hosts import School
from tests.integration.schema.stage import OPS, Stage

CHANGE = """
    ALTER TABLE lessons ALTER COLUMN video_status DROP DEFAULT, ALTER COLUMN video_provider SET DEFAULT 'mux',
        ALTER COLUMN mux_asset_id SET DEFAULT ''
"""


def others(stage: Stage) -> dict[str, tuple[str, str]]:
    """Expected and found, by column."""
    seen = inspecting.inspect(services=stage).parts
    return {one.name: (one.expected, one.found) for one in seen if one.state is PartState.OTHER_DEFAULT}


def default_of(stage: Stage, name: str) -> FoundColumn:
    return stage.schema.found().tables["lessons"].columns[name]


def test_a_default_that_somebody_changed_is_a_finding_and_nothing_is_done_unasked(
    school: School, stage: Stage
) -> None:
    applying.apply(by=OPS, services=stage)
    assert others(stage) == {}
    school.run(CHANGE)
    assert others(stage) == {
        "video_status": ("default pending", "default none"),
        "video_provider": ("default s3", "default 'mux'::character varying"),
        "mux_asset_id": ("default none", "default ''::character varying"),
    }
    status = inspecting.status(services=stage)
    assert (status.pending, status.statements, status.current) == (3, 1, False)
    assert default_of(stage, "video_status").default is None


def test_ops_set_the_defaults_again_in_one_statement_and_rows_stay_as_they_are(
    school: School, stage: Stage
) -> None:
    applying.apply(by=OPS, services=stage)
    school.run(CHANGE)
    school.add_row("lessons", school.absent_id)
    [planned] = inspecting.plan(services=stage)
    assert (planned.kind, planned.columns) == (Kind.SET_DEFAULTS, ())
    assert planned.sql == (
        "ALTER TABLE school.lessons ALTER COLUMN mux_asset_id SET DEFAULT NULL,\n"
        "    ALTER COLUMN video_provider SET DEFAULT 's3',\n"
        "    ALTER COLUMN video_status SET DEFAULT 'pending';"
    )
    assert applying.apply(by=OPS, services=stage).success
    assert (others(stage), inspecting.status(services=stage).current) == ({}, True)
    with stage.engine.connect() as connection:
        rows = connection.execute(text("SELECT video_provider, video_status FROM school.lessons ORDER BY id"))
        assert [tuple(row) for row in rows] == [("s3", "ready"), ("mux", None)]


def test_a_column_that_is_gone_and_a_default_that_changed_are_put_right_by_one_alter(
    school: School, stage: Stage
) -> None:
    applying.apply(by=OPS, services=stage)
    school.run("ALTER TABLE lessons DROP COLUMN duration, ALTER COLUMN video_status SET DEFAULT 'ready'")
    [planned] = inspecting.plan(services=stage)
    assert (planned.kind, planned.columns) == (Kind.ADD_COLUMNS, ("duration",))
    assert inspecting.status(services=stage).pending == 2
    assert applying.apply(by=OPS, services=stage).columns_added == ("lessons.duration",)
    assert default_of(stage, "video_status").default == "'pending'::text"


@pytest.mark.parametrize("default", ["'ready'", "lower('READY')"])
def test_the_schools_own_column_may_have_whatever_default_it_likes(
    school: School, stage: Stage, default: str
) -> None:
    school.run(f"ALTER TABLE lessons ADD COLUMN video_status text DEFAULT {default}")
    applying.apply(by=OPS, services=stage)
    assert (others(stage), inspecting.status(services=stage).current) == ({}, True)


def test_one_value_in_another_spelling_is_no_finding(school: School, stage: Stage) -> None:
    applying.apply(by=OPS, services=stage)
    school.run(
        "ALTER TABLE lessons ALTER COLUMN video_provider SET DEFAULT 's3'::varchar(20),"
        " ALTER COLUMN video_status SET DEFAULT ('pending'::varchar)::text,"
        " ALTER COLUMN mux_upload_id SET DEFAULT NULL::varchar(255)"
    )
    assert others(stage) == {}


def test_a_table_that_somebody_has_for_himself_keeps_nobody_from_looking(
    school: School, stage: Stage, engine: Engine
) -> None:
    applying.apply(by=OPS, services=stage)
    school.run(CHANGE)
    with closing(engine.connect()) as holder:
        holder.execute(text("LOCK TABLE school.lessons IN ACCESS EXCLUSIVE MODE"))
        assert not default_of(stage, "video_status").default_told
        assert others(stage) == {}
    assert "video_status" in others(stage)
