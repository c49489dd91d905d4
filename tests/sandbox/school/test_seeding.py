"""Rows and objects in their places, and what happens the second time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from sandbox.postgres import create_database
from sandbox.s3.testing import RunningS3, running_s3
from sandbox.school.filling import fill
from sandbox.school.media import make_media
from sandbox.school.plan import plan_school
from sandbox.school.presence import filled_inventory, objects_are_stored
from sandbox.school.rows import School
from sandbox.school.storing import allow, is_stored, store, store_inventory
from sandbox.testing import PostgresServer, postgres_server
from tests.sandbox.supervisor.stand_ins import own_folder

ORIGIN = "http://127.0.0.1:8501"


@pytest.fixture(scope="module")
def school() -> School:
    """All rows, and of the objects the first few and the last, awkward ones."""
    planned = plan_school()
    return replace(planned, objects=[*planned.objects[:3], *planned.objects[-25:]])


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory, school: School) -> Path:
    folder = tmp_path_factory.mktemp("media")
    make_media(school, folder)
    return folder


@pytest.fixture(scope="module")
def s3_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("s3")


@pytest.fixture(scope="module")
def s3(s3_state: Path) -> Iterator[RunningS3]:
    with running_s3(s3_state) as server:
        yield server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with own_folder() as folder, postgres_server(folder / "pg") as running:
        yield running


@pytest.fixture
def connection(server: PostgresServer, request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    url = create_database(server.cluster, f"school_{abs(hash(request.node.name)):x}")
    with psycopg.connect(url) as opened:
        yield opened


def count(connection: psycopg.Connection, table: str) -> int:
    return connection.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608


def test_objects_are_stored_once_and_a_deleted_one_stays_deleted(s3, s3_state, school, media):
    client = s3.client()
    assert not is_stored(client)
    assert not objects_are_stored(s3_state)
    store(client, school, media)
    allow(client, [ORIGIN])
    assert is_stored(client)
    assert objects_are_stored(s3_state)
    first = school.objects[0]
    found = client.get_object(Bucket=first.bucket, Key=first.key)
    assert found["ContentType"] == "video/mp4"
    assert found["Body"].read() == (media / first.content.name).read_bytes()
    assert client.get_bucket_cors(Bucket=first.bucket)["CORSRules"][0]["AllowedOrigins"] == [ORIGIN]
    client.delete_object(Bucket=first.bucket, Key=first.key)
    assert is_stored(client)


def test_inventory_keys_go_where_the_inventory_rows_point(s3, school, media, connection):
    store_inventory(s3.url, school, media, 1000)
    fill(connection, school, 1000)
    rows = connection.execute("select s3_bucket, s3_key from videos order by created_at").fetchall()
    pages = (
        s3.client()
        .get_paginator("list_objects_v2")
        .paginate(Bucket="school-archive", Prefix="recordings/0000")
    )
    keys = {("school-archive", item["Key"]) for page in pages for item in page["Contents"]}
    assert len(keys) == 1000
    assert keys <= set(rows)


def test_the_tables_are_filled_and_none_of_them_knows_mux(connection, school):
    assert filled_inventory(connection) is None
    fill(connection, school, 0)
    assert filled_inventory(connection) == 0
    for table in ("users", "courses", "videos", "lessons", "purchases", "enrollments", "lesson_progress"):
        assert count(connection, table) == len(getattr(school, table))
    columns = connection.execute("select column_name from information_schema.columns").fetchall()
    assert not [name for (name,) in columns if name.startswith(("mux_", "video_provider"))]


def test_ids_have_the_types_of_a_table_that_grew(connection, school):
    fill(connection, school, 0)
    query = "select table_name, data_type from information_schema.columns where column_name = 'id'"
    types = dict(connection.execute(f"{query} and table_schema = 'public'").fetchall())
    assert types == {"lessons": "integer", "videos": "uuid", "users": "text", "courses": "bigint"}


def test_the_school_can_go_on_adding_lessons(connection, school):
    fill(connection, school, 0)
    [number] = connection.execute("insert into lessons (title) values ('New') returning id").fetchone()
    assert number == len(school.lessons) + 1


def test_a_larger_scale_adds_what_is_missing_and_a_smaller_one_takes_nothing_away(connection, school):
    fill(connection, school, 10)
    fill(connection, school, 30)
    fill(connection, school, 20)
    assert filled_inventory(connection) == 30
    assert count(connection, "lessons") == len(school.lessons) + 30


def test_an_interrupted_fill_leaves_nothing(connection, school):
    broken = replace(school, lesson_progress=[*school.lesson_progress, school.lesson_progress[0]])
    with pytest.raises(psycopg.errors.UniqueViolation):
        fill(connection, broken, 0)
    connection.rollback()
    assert filled_inventory(connection) is None
    fill(connection, school, 0)
    assert filled_inventory(connection) == 0
