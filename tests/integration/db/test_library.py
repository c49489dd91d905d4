"""The library's questions: what is listed for whom, what narrows it, and whatever tables the school has."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from core import browsing
from core.access import Person, Role
from core.asset import Policy
from core.db.engine import create_engine
from core.db.host import HostWriter
from core.db.library import SqlLibrary
from core.db.uow import unit_of_work
from core.errors import InvalidInput, NotAllowed, NotFound, Unavailable
from core.jobs.queueing import enqueue
from core.library import (
    Beyond,
    Captions,
    Film,
    LibraryFilter,
    LibraryLine,
    LibrarySort,
    Published,
    Reader,
)
from core.library_view import MOST_VIEWS
from core.playback import Provider
from core.ports import UnitOfWork
from tests.integration.hosts import ID_TYPES, School, statements
from tests.integration.playing.stage import Stage, person

ALL = Reader(is_all=True)
ADMIN = person("ada", Role.ADMIN)
ANA, BEN, OLU = (person(name, Role.TEACHER) for name in ("ana", "ben", "olu"))


@pytest.fixture
def stage(engine: Engine, database_url: str) -> Stage:
    return Stage(engine, database_url)


def lines(
    stage: Stage, by: Person = ADMIN, sort: LibrarySort = LibrarySort.NEWEST, **filter: str
) -> list[LibraryLine]:
    """All that match, which is as many as are counted."""
    chosen = LibraryFilter(**filter)
    found = browsing.lessons(chosen, sort, number=1, size=50, by=by, services=stage.services)
    assert browsing.count(chosen, by=by, services=stage.services) == len(found)
    return list(found)


def titles(stage: Stage, by: Person = ADMIN, **filter: str) -> list[str]:
    return sorted(line.title for line in lines(stage, by, **filter))


ERRORED = """INSERT INTO mux_admin.assets
        (id, status, test, error_messages, tracks, static_renditions, seen_at)
    VALUES (%s, %s, false, '[]', '[]', '[]', now()) RETURNING id"""


IN_S3 = """UPDATE videos SET s3_bucket = 'school-videos', s3_key = 'v/k_1.mp4' WHERE lesson_id = 4
    RETURNING id"""
WAITING = "INSERT INTO mux_admin.pending_facts VALUES ('lessons', %s, %s, now()) RETURNING row_id"
CAPTIONS = """INSERT INTO mux_admin.lesson_resources
        (id, lesson_id, kind, name, mime, size_bytes, bucket, key, person, created_at)
    VALUES (gen_random_uuid(), %s, 'subtitle', %s, 'text/vtt', 1, 'b', 'k', 'ada', now()) RETURNING id"""


@pytest.fixture
def shelf(stage: Stage) -> Stage:
    """A lesson of each kind."""
    stage.on_mux(title="Mux signed", policy="signed")
    stage.on_mux(title="Mux public", policy="public", status="draft")
    stage.in_s3("a b.mp4", title="File", is_public=True)
    stage.lesson(title="Beside", is_public=False)
    stage.ask(IN_S3)
    stage.lesson(title="Folder", hls_url="s3://school-videos/h/i.m3u8")
    stage.lesson(title="Playlist", video_url="https://cdn.test/i.M3U8?x=1")
    stage.lesson(title="Nothing")
    stage.lesson(title="Under way", processing_status="processing")
    for title, status in (("Broken", "errored"), ("Gone", "deleted")):
        [(asset_id,)] = stage.ask(ERRORED, f"x-{status}", status)
        stage.lesson(title=title, mux_asset_id=asset_id)
    stage.ask("UPDATE mux_admin.assets SET video_quality = 'plus' WHERE policy = 'signed' RETURNING id")
    return stage


def test_a_line_says_what_the_player_would_play(shelf: Stage) -> None:
    for line in lines(shelf):
        played = shelf.plays(line.lesson_id, ADMIN)
        assert (line.provider, line.title, line.duration_s) == (
            played.provider,
            played.title,
            played.duration_s,
        )
        assert line.policy in (played.policy, None)


@pytest.mark.parametrize("provider", Provider)
def test_the_filter_of_what_plays_finds_just_the_lines_that_say_so(shelf: Stage, provider: Provider) -> None:
    said = {line.lesson_id for line in lines(shelf) if line.provider is provider}
    assert said
    assert {line.lesson_id for line in lines(shelf, provider=provider)} == said


@pytest.mark.parametrize("film", Film)
def test_likewise_the_filter_of_the_state(shelf: Stage, film: Film) -> None:
    said = {line.lesson_id for line in lines(shelf) if line.film is film}
    assert said
    assert {line.lesson_id for line in lines(shelf, state=film)} == said


def test_a_copy_that_mux_has_deleted_gives_way_to_the_file(stage: Stage) -> None:
    stage.on_mux(video_url="s3://school-videos/a.mp4")
    stage.ask("UPDATE mux_admin.assets SET status = 'deleted' RETURNING id")
    [line] = lines(stage)
    assert (line.provider, line.film) == (Provider.S3, Film.PLAYS)
    assert not lines(stage, provider=Provider.MUX)
    assert lines(stage, provider=Provider.S3, state=Film.PLAYS)


def test_what_waits_for_columns_counts_as_written(stage: Stage) -> None:
    lesson_id = stage.lesson(title="Waits")
    facts = json.dumps({"mux_playback_id": "play-9", "mux_asset_id": "asset-9"})
    stage.ask(WAITING, lesson_id, facts)
    [line] = lines(stage, provider=Provider.MUX)
    assert (line.lesson_id, line.playback_id) == (lesson_id, "play-9")
    assert lines(stage, search="asset-9") == [line]


def test_captions_are_found_wherever_they_lie(stage: Stage) -> None:
    stage.on_mux(title="Track")
    stage.in_s3(title="Column", is_public=True)
    with stage.database.begin() as connection:
        connection.execute(text("ALTER TABLE public.videos ADD COLUMN captions_webvtt_url text"))
    stage.ask("UPDATE videos SET captions_webvtt_url = 's3://b/c.vtt' RETURNING id")
    stage.ask(CAPTIONS, stage.in_s3(title="Beside"), "en.vtt")
    stage.ask(CAPTIONS, stage.in_s3(title="Chapters alone"), "Intro.chapters.vtt")
    assert titles(stage, captions=Captions.WITH) == ["Beside", "Column", "Track"]
    assert titles(stage, captions=Captions.WITHOUT) == ["Chapters alone"]
    assert {line.title for line in lines(stage) if line.captions} == {"Beside", "Column", "Track"}


def test_course_owner_quality_and_publication_narrow(shelf: Stage) -> None:
    shelf.lesson(title="Elsewhere", course_id=None, creator_id="zoe")
    assert titles(shelf, owner="zoe") == ["Elsewhere"]
    assert "Elsewhere" not in titles(shelf, course="4")
    assert titles(shelf, course="no number") == titles(shelf, owner="nobody") == []
    assert titles(shelf, quality="plus") == ["Mux signed"]
    assert titles(shelf, published=Published.NO) == ["Mux public"]
    assert len(titles(shelf, published=Published.YES, course="4", state=Film.PLAYS)) == 5


@pytest.mark.parametrize("field", ["provider", "state", "captions", "quality", "published"])
def test_a_word_that_is_no_filter_is_refused(stage: Stage, field: str) -> None:
    with pytest.raises(InvalidInput, match="No filter has the value"):
        lines(stage, **{field: "'; DROP TABLE lessons --"})


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("100%", ["100% sure"]),
        ("%", ["100% sure", "File"]),
        ("s_t", ["s_t theory"]),
        ("_", ["Row", "s_t theory"]),
        ("\\", ["back\\slash"]),
        ("ÜBER", ["Über Mengen"]),
        ("mengen über", ["Über Mengen"]),
        ("集合", ["集合 🎬"]),
        ("🎬", ["集合 🎬"]),
        ("algebra", ["100% sure", "<b>bold</b>", "back\\slash", "s_t theory", "Über Mengen", "集合 🎬"]),
        ("algebra bold", ["<b>bold</b>"]),
        ("play-1", ["On Mux"]),
        ("asset-1", ["On Mux"]),
        ("'; DROP TABLE lessons --", []),
        ("my film.mp4", ["File"]),
        ("other%20key", []),
        ("deep/nested_key", ["Row"]),
    ],
)
def test_search_looks_through_title_course_key_and_ids(stage: Stage, search: str, found: list[str]) -> None:
    for title in (
        "100% sure",
        "s_t theory",
        "sat theory",
        "back\\slash",
        "Über Mengen",
        "集合 🎬",
        "<b>bold</b>",
    ):
        stage.lesson(title=title, course_id=None if title == "sat theory" else 4)
    stage.on_mux(title="On Mux", course_id=None)
    stage.lesson(title="File", course_id=None, video_url="https://school.s3.amazonaws.com/my%20film.mp4")
    stage.lesson(title="Row", course_id=None, is_public=True)
    stage.ask("UPDATE videos SET s3_key = 'deep/nested_key.mp4' RETURNING id")
    assert titles(stage, search=search) == sorted(found)


def test_a_lesson_is_found_by_its_number(stage: Stage) -> None:
    ids = [stage.lesson(title=f"Lesson {name}") for name in "abc"]
    assert [line.lesson_id for line in lines(stage, search=ids[1])] == [ids[1]]


@pytest.mark.parametrize("sort", LibrarySort)
def test_pages_show_every_lesson_once(stage: Stage, sort: LibrarySort) -> None:
    for number in range(7):
        stage.lesson(title="Same", duration=number % 2 or None)
    read = [
        browsing.lessons(LibraryFilter(), sort, number=n, size=3, by=ADMIN, services=stage.services)
        for n in (1, 2, 3)
    ]
    assert [len(page) for page in read] == [3, 3, 1]
    assert [line for page in read for line in page] == lines(stage, sort=sort)


@pytest.mark.parametrize("sort", LibrarySort)
def test_from_one_page_to_the_next_and_back_every_lesson_comes_once(stage: Stage, sort: LibrarySort) -> None:
    for number in range(7):
        stage.lesson(title="Same" if number % 3 else f"Title {number}", duration=(None, 60, 600)[number % 3])
    whole, step = lines(stage, sort=sort), 2
    for beyond, where in (
        *((Beyond(lesson_id=one.lesson_id), place + 1) for place, one in enumerate(whole)),
        *((Beyond(lesson_id=one.lesson_id, is_ahead=True), place - step) for place, one in enumerate(whole)),
    ):
        found = browsing.lessons(
            LibraryFilter(), sort, number=900, size=step, by=ADMIN, services=stage.services, beyond=beyond
        )
        assert list(found) == whole[max(where, 0) : where + step if where > -step else 0]


def test_behind_a_lesson_that_is_gone_there_is_nothing(stage: Stage) -> None:
    stage.lesson()
    for gone in ("999", "no number"):
        beyond = Beyond(lesson_id=gone)
        found = browsing.lessons(
            LibraryFilter(),
            LibrarySort.NEWEST,
            number=1,
            size=9,
            by=ADMIN,
            services=stage.services,
            beyond=beyond,
        )
        assert not found


def test_a_line_says_when_the_lesson_changed(stage: Stage) -> None:
    stage.lesson()
    stage.ask("UPDATE lessons SET updated_at = '2026-03-01 12:00' RETURNING id")
    assert lines(stage)[0].changed_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    stage.ask("UPDATE lessons SET updated_at = 'infinity' RETURNING id")
    assert lines(stage)[0].changed_at is None


def test_every_order_has_its_first(stage: Stage) -> None:
    for title, duration in (("b", 60), ("A", 600), ("c", None)):
        stage.lesson(title=title, duration=duration)
    orders = {sort: "".join(line.title for line in lines(stage, sort=sort)) for sort in LibrarySort}
    assert orders == {
        LibrarySort.NEWEST: "cAb",
        LibrarySort.OLDEST: "bAc",
        LibrarySort.TITLE: "Abc",
        LibrarySort.LONGEST: "Abc",
    }


def test_a_teacher_sees_their_own_and_what_is_published_in_their_courses(stage: Stage) -> None:
    stage.lesson(title="Ben's draft", status="draft")
    stage.lesson(title="Ben's lesson")
    stage.lesson(title="Ana's draft", status="draft", creator_id="ana", course_id=None)
    assert titles(stage, BEN) == ["Ben's draft", "Ben's lesson"]
    assert titles(stage, ANA) == ["Ana's draft", "Ben's lesson"]
    assert titles(stage, ANA, search="ben") == ["Ben's lesson"]
    assert titles(stage, OLU) == titles(stage, replace(OLU, host_user_id=None)) == []
    assert titles(stage, person("ops", Role.OPS)) == titles(stage)
    with pytest.raises(NotAllowed):
        lines(stage, person("fin", Role.FINANCE))


def test_the_filters_offer_what_the_reader_can_find(stage: Stage) -> None:
    stage.ask("INSERT INTO users (id, email, name) VALUES ('ben', 'ben@school.test', 'Ben') RETURNING id")
    stage.ask("INSERT INTO courses (id, title) VALUES (5, 'Biology') RETURNING id")
    stage.lesson()
    stage.lesson(course_id=5, creator_id="gone")
    offered = browsing.choices(by=ADMIN, services=stage.services)
    assert (offered.courses, offered.owners) == (
        {"4": "Algebra", "5": "Biology"},
        {"ben": "Ben", "gone": "gone"},
    )
    assert browsing.choices(by=ANA, services=stage.services).courses == {"4": "Algebra"}
    assert [line.owner for line in lines(stage, sort=LibrarySort.OLDEST)] == ["Ben", "gone"]


def test_pictures_have_one_size_and_signed_ones_a_token(stage: Stage) -> None:
    stage.on_mux(policy="signed")
    stage.on_mux(policy="public")
    stage.in_s3()
    file, public, signed = (browsing.picture(line, services=stage.services) for line in lines(stage))
    assert file is None
    assert public == "https://image.mux.com/play-2/thumbnail.jpg?width=320&height=180&fit_mode=smartcrop"
    assert signed
    assert "token=" in signed
    assert "width" not in signed
    assert browsing.picture(lines(stage)[2], services=stage.without_key()) is None
    assert lines(stage)[2].policy is Policy.SIGNED


# Schools as they come


@pytest.fixture
def reading(engine: Engine, database_url: str) -> Iterator[UnitOfWork]:
    other = create_engine(database_url)
    yield unit_of_work(
        other, host_schema="school", host_of=lambda c: HostWriter(c, "school"), enqueue=enqueue
    )
    other.dispose()


FULL = LibraryFilter(
    search="k.mp4", course="1", provider="s3", state="plays", captions="without", owner="1", published="yes"
)


@pytest.mark.parametrize("tables", [("lessons", "videos"), ("lessons",), ("videos",)])
@pytest.mark.parametrize("id_type", ID_TYPES)
def test_whatever_the_ids_and_tables_are_there_is_an_answer(
    engine: Engine, reading: UnitOfWork, id_type: str, tables: tuple[str, ...]
) -> None:
    school = School(engine, id_type=id_type, tables=tables)
    with reading("library.read") as tx:
        for sort in LibrarySort:
            page = tx.library.page(LibraryFilter(), sort, reader=ALL, number=1, size=10)
            assert [line.lesson_id for line in page] == ([school.row_id] if "lessons" in tables else [])
            beyond = Beyond(lesson_id=school.row_id)
            assert not tx.library.page(LibraryFilter(), sort, reader=ALL, number=1, size=9, beyond=beyond)
        found = tx.library.count(LibraryFilter(search=school.row_id, provider="s3"), reader=ALL)
        assert found == ("lessons" in tables)
        assert tx.library.count(FULL, reader=Reader(is_all=False, user_id="1")) == 0
        offered = tx.library.choices(reader=ALL)
    assert (offered.courses, offered.owners) == ({}, {})
    assert not {"course", "owner", "published"} & offered.knows


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_ids_of_other_types_beside_each_other_still_meet(
    engine: Engine, reading: UnitOfWork, id_type: str
) -> None:
    school = School(engine, id_type=id_type)
    school.run(
        "ALTER TABLE lessons ADD COLUMN course_id text DEFAULT '3', ADD COLUMN creator_id bigint DEFAULT 9"
    )
    school.run("ALTER TABLE lessons ADD COLUMN status varchar(9) DEFAULT 'published'")
    school.run("ALTER TABLE videos ADD COLUMN lesson_id text")
    school.run("UPDATE videos SET lesson_id = (SELECT id::text FROM lessons)")
    school.run("UPDATE lessons SET video_url = NULL")
    school.run("CREATE TABLE courses (id integer, title varchar(20), teacher_id uuid)")
    school.run("INSERT INTO courses VALUES (3, 'Sets', '5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01')")
    teacher = Reader(is_all=False, user_id="5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01")
    with reading("library.read") as tx:
        [line] = tx.library.page(LibraryFilter(), LibrarySort.NEWEST, reader=teacher, number=1, size=9)
        for narrow in ({"search": "sets k.mp4"}, {"course": "3", "owner": "9"}, {"provider": "s3"}):
            assert tx.library.count(LibraryFilter(**narrow), reader=ALL) == 1
    assert (line.lesson_id, line.course, line.owner, line.provider) == (
        school.row_id,
        "Sets",
        "9",
        Provider.S3,
    )


def test_a_column_that_goes_away_is_noticed_and_the_next_look_does_without(
    engine: Engine, reading: UnitOfWork
) -> None:
    school = School(engine)
    with reading("library.read") as tx:
        assert tx.library.count(LibraryFilter(), reader=ALL) == 1
    school.run("ALTER TABLE lessons DROP COLUMN title")
    with pytest.raises(Unavailable), reading("library.read") as tx:
        tx.library.page(LibraryFilter(), LibrarySort.NEWEST, reader=ALL, number=1, size=9)
    with reading("library.read") as tx:
        [line] = tx.library.page(LibraryFilter(), LibrarySort.NEWEST, reader=ALL, number=1, size=9)
    assert line.title == ""


MANY = text("INSERT INTO public.lessons (title) SELECT n FROM generate_series(1, 5000) AS n")


def test_the_usual_page_is_read_in_order_from_the_index_of_ids(uow: UnitOfWork, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(MANY)
        connection.execute(text("ANALYZE public.lessons"))
        sent = statements(connection)
        SqlLibrary(connection, host_schema="public").page(
            LibraryFilter(), LibrarySort.NEWEST, reader=ALL, number=3, size=24
        )
        page = next(one for one in sent if "LIMIT" in one).replace("%(param_1)s::INTEGER", "24")
        plan = (
            connection.exec_driver_sql(f"EXPLAIN {page.replace('%(param_2)s::INTEGER', '48')}")
            .scalars()
            .all()
        )
    assert not any("Sort" in line or "Seq Scan" in line for line in plan), plan


# Views


@pytest.fixture
def views(stage: Stage) -> Mapping[str, Stage]:
    return {"stage": stage}


def save(stage: Stage, name: str, by: Person = ADMIN) -> None:
    browsing.save_view(name, LibraryFilter(), LibrarySort.NEWEST, by=by, services=stage.services)


def names(stage: Stage, by: Person = ADMIN) -> list[str]:
    return [view.name for view in browsing.views(by=by, services=stage.services)]


def test_a_view_is_its_owners_alone_and_comes_back_as_it_was(stage: Stage) -> None:
    wanted = LibraryFilter(search="100% _é_ 🎬", course="4", provider="mux")
    browsing.save_view("  My   view ", wanted, LibrarySort.TITLE, by=ADMIN, services=stage.services)
    [view] = browsing.views(by=ADMIN, services=stage.services)
    assert (view.name, view.filter, view.sort) == ("My view", wanted, LibrarySort.TITLE)
    assert names(stage, ANA) == []
    for deed in (
        lambda: browsing.rename_view(view.id, "Mine", by=ANA, services=stage.services),
        lambda: browsing.delete_view(view.id, by=ANA, services=stage.services),
    ):
        with pytest.raises(NotFound):
            deed()
    browsing.rename_view(view.id, "Other", by=ADMIN, services=stage.services)
    assert names(stage) == ["Other"]
    browsing.delete_view(view.id, by=ADMIN, services=stage.services)
    assert names(stage) == []


def test_a_name_is_taken_once_by_each_person(stage: Stage) -> None:
    for by in (ADMIN, ANA):
        save(stage, "Drafts", by)
    save(stage, "Other")
    with pytest.raises(InvalidInput, match="of this name"):
        save(stage, "Drafts")
    mine = {view.name: view.id for view in browsing.views(by=ADMIN, services=stage.services)}
    with pytest.raises(InvalidInput, match="of this name"):
        browsing.rename_view(mine["Other"], "Drafts", by=ADMIN, services=stage.services)
    browsing.rename_view(mine["Drafts"], "Drafts", by=ADMIN, services=stage.services)


def test_so_many_views_are_kept_and_no_more(stage: Stage) -> None:
    for number in range(MOST_VIEWS):
        browsing.save_view(
            f"{number}", LibraryFilter(), LibrarySort.NEWEST, by=ADMIN, services=stage.services
        )
    with pytest.raises(InvalidInput, match="You have 50 views"):
        save(stage, "more")
    assert len(names(stage)) == MOST_VIEWS


def test_only_who_sees_the_library_keeps_views(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        browsing.views(by=person("fin", Role.FINANCE), services=stage.services)
