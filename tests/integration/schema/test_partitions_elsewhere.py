"""Partitions that belong to somebody else, or lie on another server."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, make_url, text

from core import applying, inspecting
from core.db.engine import create_engine
from core.errors import Refused
from core.schema_detail import PartState
from core.target import VIDEOS
from tests.integration.hosts import School
from tests.integration.schema.stage import OPS, Stage
from tests.integration.schema.test_apply import indexes
from tests.integration.schema.test_partitioned import LONG, divided


@pytest.fixture
def school(engine: Engine) -> School:
    return divided(engine)


@pytest.fixture
def clerk(school: School, engine: Engine, database_url: str) -> Iterator[Stage]:
    """Lectern as a role that owns the school's tables, and one partition not."""
    school.run("CREATE ROLE partitions_clerk LOGIN; CREATE ROLE archivist")
    school.run("GRANT USAGE ON SCHEMA mux_admin, school, archive TO partitions_clerk")
    school.run("GRANT CREATE ON SCHEMA school TO partitions_clerk")
    school.run("GRANT ALL ON ALL TABLES IN SCHEMA mux_admin TO partitions_clerk")
    for table in ("lessons", "videos", "videos_2024", "videos_2025", "videos_2025_0", "videos_2025_1"):
        school.run(f"ALTER TABLE {table} OWNER TO partitions_clerk")
    school.run(f"ALTER TABLE archive.{LONG} OWNER TO archivist")
    as_clerk = create_engine(database_url.replace("postgres@", "partitions_clerk@"))
    yield Stage(as_clerk)
    as_clerk.dispose()
    for role in ("partitions_clerk", "archivist"):
        school.run(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def test_a_partition_of_another_owner_is_named_with_its_grants_before_anything_is_changed(
    school: School, clerk: Stage
):
    obstacles = (
        f'archive.{LONG} belongs to archivist; needed: GRANT "archivist" TO "partitions_clerk".',
        'Needed: GRANT CREATE ON SCHEMA "archive" TO "partitions_clerk".',
    )
    assert inspecting.status(services=clerk).obstacles == obstacles
    with pytest.raises(Refused, match="archivist"):
        applying.apply(by=OPS, services=clerk)
    assert inspecting.history(services=clerk) == []
    school.run(
        'GRANT "archivist" TO "partitions_clerk"; GRANT CREATE ON SCHEMA archive TO "partitions_clerk"'
    )
    assert applying.apply(by=OPS, services=clerk).success
    assert inspecting.status(services=clerk).current


@pytest.fixture
def far_away(school: School, database_url: str) -> School:
    """Videos of 2019 lie on another server, which here is the same one asked over its own socket."""
    url = make_url(database_url)
    school.run("CREATE TABLE far_videos (id int, year int, s3_key text)")
    school.run("CREATE EXTENSION postgres_fdw")
    where = f"host '{url.query['host']}', port '{url.port or 5432}', dbname '{url.database}'"
    school.run(f"CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({where})")
    school.run("CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'postgres')")
    school.run(
        "CREATE FOREIGN TABLE videos_2019 PARTITION OF videos FOR VALUES IN (2019) "
        "SERVER far OPTIONS (schema_name 'school', table_name 'far_videos')"
    )
    school.run("INSERT INTO videos SELECT n, 2019 FROM generate_series(1001, 1010) n")
    return school


def test_a_partition_on_another_server_is_said_and_the_table_is_left_as_it_is(far_away: School, stage: Stage):
    (said,) = inspecting.status(services=stage).obstacles
    assert said.startswith("Rows of school.videos lie on another server (school.videos_2019)")
    with pytest.raises(Refused, match="lie on another server"):
        applying.apply(by=OPS, services=stage)
    assert "mux_asset_id" not in far_away.columns("videos")


def test_once_the_school_has_changed_it_by_hand_the_partitions_here_get_their_indexes(
    far_away: School, stage: Stage, engine: Engine
):
    added = ", ".join(f"ADD COLUMN {one.name} {one.type}" for one in VIDEOS.columns)
    far_away.run(f"ALTER TABLE far_videos {added}")
    far_away.run(f"ALTER TABLE videos {added}")
    assert applying.apply(by=OPS, services=stage).success
    assert inspecting.status(services=stage).current
    assert not inspecting.plan(services=stage)
    states = {part.state for part in inspecting.inspect(services=stage).parts if part.table == "videos"}
    assert states <= {PartState.THERE, PartState.FITS}
    assert all(indexes(engine).values())
    with engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        look_up = "EXPLAIN SELECT id FROM school.videos WHERE mux_asset_id = 'a'"
        lines = "\n".join(connection.scalars(text(look_up)))
    assert lines.count("Index Scan") + lines.count("Bitmap Index Scan") >= 4
