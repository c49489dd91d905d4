"""Which of the school's rows point at which source, whatever its tables look like."""

import pytest
from sqlalchemy import Engine, text

from core.ports import Tx, UnitOfWork
from core.selection import Filter, Sort, Standing
from core.source import Finding, HostRow, Source
from tests.integration.db.making import BUCKET, an_object, scan, scanned, source_id

DOMAINS = {"cdn.school.example": BUCKET}
HOSTS = ("127.0.0.1:9000",)


def execute(engine: Engine, *statements: str) -> None:
    """Statements of the school's own application."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL search_path = public"))
        for statement in statements:
            connection.execute(text(statement))


def relinked(uow: UnitOfWork) -> int:
    with uow("test") as tx:
        links = tx.sources.relink(domains=DOMAINS, endpoint_hosts=HOSTS)
        tx.sources.refresh_findings()
        tx.commit()
    return links


def source(tx: Tx, key: str) -> Source:
    found = tx.sources.get(source_id(tx, key))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "url",
    [
        "s3://school/week 1/intro.mp4",
        "https://school.s3.amazonaws.com/week%201/intro.mp4",
        "https://school.s3.eu-central-1.amazonaws.com/week%201/intro.mp4?versionId=7",
        "https://s3.amazonaws.com/school/week%201/intro.mp4",
        "https://cdn.school.example/week%201/intro.mp4",
        "http://127.0.0.1:9000/school/week%201/intro.mp4",
    ],
)
def test_a_lesson_is_linked_however_its_address_is_spelled(uow: UnitOfWork, engine: Engine, url: str):
    scanned(uow, "week 1/intro.mp4")
    with engine.begin() as connection:
        lesson = text("INSERT INTO public.lessons (title, video_url) VALUES ('Intro', :url)")
        connection.execute(lesson, {"url": url})
    assert relinked(uow) == 1
    with uow("test") as tx:
        found = source(tx, "week 1/intro.mp4")
        rows = tx.sources.rows_of(found.id)
    assert (found.title, found.rows, found.findings) == ("Intro", 1, ())
    assert rows == [HostRow(table="lessons", row_id="1", column="video_url", title="Intro")]


def test_addresses_that_are_not_ours_link_nothing(uow: UnitOfWork, engine: Engine):
    execute(
        engine,
        "INSERT INTO lessons (title, video_url)"
        " VALUES ('Elsewhere', 'https://youtu.be/x'), ('Empty', ''), ('None', NULL)",
    )
    assert relinked(uow) == 0
    with uow("test") as tx:
        assert tx.sources.facets().sources == 0


def test_a_row_whose_object_is_not_there_makes_a_source_that_is_missing(uow: UnitOfWork, engine: Engine):
    execute(engine, "INSERT INTO lessons (title, video_url) VALUES ('Lost', 's3://school/lost.mp4')")
    scanned(uow)
    with uow("test") as tx:
        found = source(tx, "lost.mp4")
    assert (found.findings, found.standing) == ((Finding.MISSING,), Standing.NEEDS_LOOK)


def test_a_missing_object_that_turns_up_is_a_normal_source(uow: UnitOfWork, engine: Engine):
    execute(engine, "INSERT INTO lessons (title, video_url) VALUES ('Lost', 's3://school/lost.mp4')")
    relinked(uow)
    scanned(uow, "lost.mp4")
    with uow("test") as tx:
        found = source(tx, "lost.mp4")
    assert (found.findings, found.standing, found.size_bytes) == ((), Standing.READY, 1000)


def test_a_missing_object_that_no_row_names_any_more_leaves_the_list(uow: UnitOfWork, engine: Engine):
    execute(engine, "INSERT INTO lessons (title, video_url) VALUES ('Lost', 's3://school/lost.mp4')")
    relinked(uow)
    execute(engine, "DELETE FROM lessons")
    assert relinked(uow) == 0
    with uow("test") as tx:
        assert tx.sources.count(Filter()) == 0


def test_one_object_can_have_rows_in_both_tables(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4")
    execute(
        engine,
        "INSERT INTO lessons (id, title, video_url) VALUES (10, 'Ten', 's3://school/a.mp4')",
        "INSERT INTO lessons (id, title, video_url) VALUES (9, 'Nine', 's3://school/a.mp4')",
        "INSERT INTO videos (title, s3_bucket, s3_key) VALUES ('Clip', 'school', 'a.mp4')",
    )
    assert relinked(uow) == 3
    with uow("test") as tx:
        found = source(tx, "a.mp4")
        tables = [row.table for row in tx.sources.rows_of(found.id)]
    assert (found.rows, found.title) == (3, "Nine")
    assert tables == ["lessons", "lessons", "videos"]


def test_course_titles_come_along_and_become_filters(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4", "b.mp4")
    execute(
        engine,
        "INSERT INTO courses (id, title) VALUES (4, 'Algebra')",
        "INSERT INTO lessons (title, course_id, video_url) VALUES ('One', 4, 's3://school/a.mp4')",
        "INSERT INTO lessons (title, course_id, video_url) VALUES ('Two', 5, 's3://school/b.mp4')",
    )
    relinked(uow)
    with uow("test") as tx:
        facets = tx.sources.facets()
        in_algebra = tx.sources.page(Filter(course="4"), Sort.KEY, number=1, size=9)
    assert facets.courses == {"5": "5", "4": "Algebra"}
    assert [(found.key, found.course) for found in in_algebra] == [("a.mp4", "Algebra")]


def test_titles_are_searched_too_and_follow_the_host(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4")
    execute(engine, "INSERT INTO lessons (title, video_url) VALUES ('Übung Eins', 's3://school/a.mp4')")
    relinked(uow)
    with uow("test") as tx:
        assert tx.sources.count(Filter(search="übung")) == 1
    execute(engine, "UPDATE lessons SET title = 'Two'")
    relinked(uow)
    with uow("test") as tx:
        assert tx.sources.count(Filter(search="übung")) == 0
        assert tx.sources.count(Filter(search="TWO a.mp4")) == 1


@pytest.mark.parametrize(
    ("flags", "public"), [(["true"], True), (["false"], False), (["true", "false"], False), ([], False)]
)
def test_a_source_is_public_only_where_every_video_row_says_so(
    uow: UnitOfWork, engine: Engine, flags: list[str], public: bool
):
    scanned(uow, "a.mp4")
    execute(engine, "INSERT INTO lessons (id, title, video_url) VALUES (1, 'One', 's3://school/a.mp4')")
    row = "INSERT INTO videos (lesson_id, s3_bucket, s3_key, is_public) VALUES (1, 'school', 'a.mp4', {})"
    execute(engine, *(row.format(flag) for flag in flags))
    relinked(uow)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT is_public FROM sources")) is public


@pytest.mark.parametrize("link", ["lessons.video_id", "videos.lesson_id"])
def test_a_lesson_is_as_public_as_its_video_found_from_either_side(
    uow: UnitOfWork, engine: Engine, link: str
):
    scanned(uow, "hls/master.m3u8")
    execute(
        engine,
        "INSERT INTO lessons (id, title, hls_url) VALUES (1, 'One', 's3://school/hls/master.m3u8')",
        "INSERT INTO videos (is_public) VALUES (true)",
        "UPDATE lessons SET video_id = (SELECT id FROM videos)"
        if link == "lessons.video_id"
        else "UPDATE videos SET lesson_id = 1",
    )
    relinked(uow)
    with uow("test") as tx:
        [row] = tx.sources.rows_of(source_id(tx, "hls/master.m3u8"))
    assert (row.column, row.is_public) == ("hls_url", True)


@pytest.mark.parametrize(
    "statements",
    [
        ["DROP TABLE videos"],
        ["DROP TABLE courses"],
        ["DROP TABLE courses, videos, users, purchases, enrollments, lesson_progress"],
        ["ALTER TABLE lessons DROP hls_url, DROP course_id, DROP creator_id, DROP video_id"],
        ["ALTER TABLE videos DROP lesson_id, DROP is_public, DROP course_id"],
        ["ALTER TABLE videos ALTER is_public DROP DEFAULT, ALTER is_public TYPE integer USING 1"],
        ["ALTER TABLE lessons ALTER id DROP IDENTITY", "ALTER TABLE lessons ALTER id TYPE text"],
        ["ALTER TABLE lessons ALTER id DROP IDENTITY", "ALTER TABLE lessons ALTER id TYPE bigint"],
    ],
)
def test_tables_and_columns_may_be_missing_or_of_other_types(
    uow: UnitOfWork, engine: Engine, statements: list[str]
):
    scanned(uow, "a.mp4")
    execute(
        engine,
        *statements,
        "INSERT INTO lessons (id, title, video_url) VALUES (1, 'One', 's3://school/a.mp4')",
    )
    assert relinked(uow) == 1
    with uow("test") as tx:
        assert source(tx, "a.mp4").title == "One"


def test_videos_alone_are_enough(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4")
    execute(
        engine,
        "DROP TABLE lessons",
        "INSERT INTO videos (title, s3_bucket, s3_key, uploaded_by) VALUES ('Clip', 'school', 'a.mp4', 'u7')",
    )
    assert relinked(uow) == 1
    with uow("test") as tx:
        found = source(tx, "a.mp4")
        [row] = tx.sources.rows_of(found.id)
    assert (found.title, row.owner_id, row.is_public) == ("Clip", "u7", False)


def test_a_school_without_either_table_has_no_links(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4")
    execute(engine, "DROP TABLE lessons, videos")
    assert relinked(uow) == 0


def test_a_segment_that_a_row_names_is_a_source_of_its_own(uow: UnitOfWork, engine: Engine):
    with uow("test") as tx:
        scan(tx, [an_object("hls/master.m3u8"), an_object("hls/1.ts"), an_object("hls/2.ts")])
        tx.commit()
    execute(engine, "INSERT INTO lessons (title, video_url) VALUES ('Odd', 's3://school/hls/1.ts')")
    relinked(uow)
    with uow("test") as tx:
        assert source(tx, "hls/1.ts").title == "Odd"
        assert source(tx, "hls/master.m3u8").size_bytes == 2000


def test_more_rows_than_fit_into_one_chunk_are_all_linked(uow: UnitOfWork, engine: Engine):
    keys = [f"{n:05}.mp4" for n in range(4500)]
    scanned(uow, *keys)
    execute(
        engine,
        "INSERT INTO lessons (title, video_url)"
        " SELECT 'L', 's3://school/' || lpad(n::text, 5, '0') || '.mp4' FROM generate_series(0, 4499) AS n",
    )
    assert relinked(uow) == 4500
    with uow("test") as tx:
        assert tx.sources.count(Filter(finding=Finding.UNREFERENCED)) == 0
