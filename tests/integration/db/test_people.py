"""Whom the school knows, and how they are tied to its lessons, whatever tables it has."""

import pytest
from sqlalchemy import Engine, text

from core.access import Action, Person, Role
from core.admitting import admit, may_with_source
from core.db.hosttext import is_id_of
from core.errors import NotAllowed, NotFound
from core.found import FoundColumn
from core.ports import UnitOfWork
from core.tie import LessonTies, Tie
from tests.integration.db.making import scanned, source_id
from tests.integration.db.test_links import execute, relinked

USERS = """INSERT INTO users (id, email, name, role) VALUES
    ('ana', 'Ana.Costa@School.example', 'Ana Costa', 'teacher'),
    ('sam', 'sam@school.example', 'Sam', 'student'), ('Sam', 'SAM@school.example', 'Sam again', 'student'),
    ('olu', ' olu@school.example ', 'Olu', 'ops'), ('bo', 'bo@school.example', NULL, NULL)"""
SCHOOL = (
    USERS,
    "INSERT INTO courses (id, title, teacher_id) VALUES (4, 'Algebra', 'ana')",
    "INSERT INTO lessons (id, title, course_id, creator_id, status) VALUES (1, 'One', 4, 'ben', 'draft')",
    "INSERT INTO purchases VALUES (1, 'bo'), (2, 'sam')",
    "INSERT INTO enrollments VALUES (4, 'sam'), (5, 'bo')",
)
TIES = {"ben": {Tie.CREATOR}, "ana": {Tie.TEACHER}, "bo": {Tie.BUYER}, "sam": {Tie.LEARNER}, "olu": set()}


def ties(uow: UnitOfWork, user_id: str | None, lesson_id: str = "1") -> set[Tie]:
    found = facts(uow, user_id, lesson_id)
    assert found is not None
    return set(found.of(user_id))


def facts(uow: UnitOfWork, user_id: str | None, lesson_id: str = "1") -> LessonTies | None:
    with uow("test") as tx:
        return tx.people.ties(lesson_id, user_id)


def id_of(uow: UnitOfWork, email: str) -> str | None:
    with uow("test") as tx:
        return tx.people.id_of(email)


@pytest.mark.parametrize(
    ("email", "user_id"),
    [
        ("ana.costa@school.example", "ana"),
        ("ANA.COSTA@SCHOOL.EXAMPLE", "ana"),
        ("olu@school.example", "olu"),
        ("sam@school.example", None),
        ("nobody@school.example", None),
        ("%@school.example", None),
        ("", None),
        ("a\x00b", None),
    ],
)
def test_an_address_names_a_user_where_it_is_theirs_alone(
    uow: UnitOfWork, engine: Engine, email: str, user_id: str | None
) -> None:
    execute(engine, "ALTER TABLE users DROP CONSTRAINT users_email_key", USERS)
    assert id_of(uow, email) == user_id


@pytest.mark.parametrize("statement", ["DROP TABLE users", "ALTER TABLE users DROP email"])
def test_without_the_table_or_the_column_an_address_names_nobody(
    uow: UnitOfWork, engine: Engine, statement: str
) -> None:
    execute(engine, statement)
    assert id_of(uow, "ana.costa@school.example") is None


def test_an_id_of_any_type_comes_back_as_text(uow: UnitOfWork, engine: Engine) -> None:
    execute(
        engine,
        "ALTER TABLE users ALTER id TYPE bigint USING id::bigint",
        "INSERT INTO users (id, email) VALUES (7000000001, 'kim@school.example')",
    )
    assert id_of(uow, "kim@school.example") == "7000000001"
    with uow("test") as tx:
        kim, nobody = tx.people.get("7000000001"), tx.people.get("no number")
    assert kim is not None
    assert (kim.name, nobody) == ("", None)


def test_staff_are_listed_first_and_a_search_finds_the_others(uow: UnitOfWork, engine: Engine) -> None:
    execute(engine, USERS)
    with uow("test") as tx:
        assert [user.id for user in tx.people.listed(limit=3)] == ["ana", "olu", "sam"]
        assert [user.id for user in tx.people.listed(search="COSTA")] == ["ana"]
        assert tx.people.listed(search="%") == []


@pytest.mark.parametrize("statement", ["DROP TABLE users", "ALTER TABLE users DROP id CASCADE"])
def test_a_school_without_users_lists_nobody(uow: UnitOfWork, engine: Engine, statement: str) -> None:
    execute(engine, statement)
    with uow("test") as tx:
        assert tx.people.listed() == []
        assert tx.people.get("ana") is None


def test_users_without_roles_and_names_are_listed_all_the_same(uow: UnitOfWork, engine: Engine) -> None:
    execute(engine, USERS, "ALTER TABLE users DROP role, DROP name")
    with uow("test") as tx:
        found = tx.people.listed(limit=2)
    assert [(user.name, user.role) for user in found] == [("", ""), ("", "")]


@pytest.mark.parametrize("user_id", TIES)
def test_each_row_of_the_school_ties_its_person_and_no_other(
    uow: UnitOfWork, engine: Engine, user_id: str
) -> None:
    execute(engine, *SCHOOL)
    assert ties(uow, user_id) == TIES[user_id]


@pytest.mark.parametrize(
    ("user_id", "statement", "left_out"),
    [
        ("ben", "ALTER TABLE lessons DROP creator_id", ("lessons.creator_id",)),
        ("ana", "DROP TABLE courses", ("courses",)),
        ("ana", "ALTER TABLE courses DROP teacher_id", ("courses.teacher_id",)),
        ("bo", "DROP TABLE purchases", ("purchases",)),
        ("bo", "ALTER TABLE purchases DROP user_id", ("purchases.user_id",)),
        ("sam", "DROP TABLE enrollments", ("enrollments",)),
        ("sam", "ALTER TABLE lessons DROP course_id", ("lessons.course_id",)),
    ],
)
def test_what_is_missing_lets_nobody_in_is_named_and_leaves_the_others_alone(
    uow: UnitOfWork, engine: Engine, user_id: str, statement: str, left_out: tuple[str, ...]
) -> None:
    execute(engine, *SCHOOL, statement)
    found = facts(uow, user_id)
    assert found is not None
    assert (found.of(user_id), found.left_out) == (frozenset(), left_out)
    untouched = "ben" if user_id != "ben" else "bo"
    assert ties(uow, untouched) == TIES[untouched]


PUBLISHED = "UPDATE lessons SET status = 'published'"
DIRECT = "INSERT INTO videos (lesson_id, is_public) VALUES (1, {})"
BY_LESSON = (
    "INSERT INTO videos (id, is_public) VALUES ('5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01', {})",
    "UPDATE lessons SET video_id = '5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01'",
)
SAME_OBJECT = (
    "UPDATE lessons SET video_url = 's3://school/a.mp4'",
    "INSERT INTO videos (s3_bucket, s3_key, is_public) VALUES ('school', 'a.mp4', {})",
)
NOTED = (
    "INSERT INTO videos (id, is_public) VALUES ('5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01', {})",
    "INSERT INTO mux_admin.lesson_videos VALUES ('1', '5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01', now())",
)


@pytest.mark.parametrize("way", [(DIRECT,), BY_LESSON, SAME_OBJECT, NOTED])
@pytest.mark.parametrize("public", [True, False])
def test_anyone_plays_what_is_published_and_public_however_its_video_is_found(
    uow: UnitOfWork, engine: Engine, way: tuple[str, ...], public: bool
) -> None:
    execute(engine, *SCHOOL, *(statement.format(public) for statement in way))
    relinked(uow)
    assert ties(uow, None) == set()
    execute(engine, PUBLISHED)
    assert ties(uow, None) == ({Tie.PUBLISHED, Tie.PUBLIC} if public else {Tie.PUBLISHED})


def test_of_several_videos_all_must_be_public(uow: UnitOfWork, engine: Engine) -> None:
    direct_and_linked = [DIRECT.format(True), *(statement.format(False) for statement in BY_LESSON)]
    execute(engine, *SCHOOL, PUBLISHED, *direct_and_linked)
    assert Tie.PUBLIC not in ties(uow, None)


@pytest.mark.parametrize(
    ("statement", "left_out"),
    [
        ("DROP TABLE videos", ("videos",)),
        ("ALTER TABLE videos DROP is_public", ("videos.is_public",)),
        ("ALTER TABLE lessons DROP status", ("lessons.status",)),
    ],
)
def test_what_cannot_be_known_to_be_public_is_not(
    uow: UnitOfWork, engine: Engine, statement: str, left_out: tuple[str, ...]
) -> None:
    execute(engine, *SCHOOL, PUBLISHED, DIRECT.format(True), statement)
    found = facts(uow, None)
    assert found is not None
    assert Tie.PUBLIC not in found.of(None)
    assert found.left_out == left_out


@pytest.mark.parametrize("type_", ["bigint", "text"])
def test_ids_of_different_types_meet(uow: UnitOfWork, engine: Engine, type_: str) -> None:
    execute(
        engine,
        *SCHOOL,
        f"ALTER TABLE lessons ALTER course_id TYPE {type_}",
        f"ALTER TABLE purchases ALTER lesson_id TYPE {type_}",
    )
    assert [ties(uow, user_id) for user_id in TIES] == [*TIES.values()]


@pytest.mark.parametrize(
    "lesson_id", ["2", "one", "", "1; --", "999999999999", "٣", "-1", "a\x00b", "9" * 30]
)
def test_a_lesson_that_is_not_there_ties_nobody(uow: UnitOfWork, engine: Engine, lesson_id: str) -> None:
    execute(engine, *SCHOOL)
    assert facts(uow, "ben", lesson_id) is None


def test_a_school_without_lessons_ties_nobody(uow: UnitOfWork, engine: Engine) -> None:
    execute(engine, "DROP TABLE lessons")
    assert facts(uow, "ben") is None


def test_an_id_that_the_column_cannot_hold_is_nobodys(uow: UnitOfWork, engine: Engine) -> None:
    execute(
        engine, *SCHOOL, "DELETE FROM purchases", "ALTER TABLE purchases ALTER user_id TYPE integer USING 1"
    )
    assert ties(uow, "bo") == set()


def person(user_id: str | None, *roles: Role) -> Person:
    return Person(subject="s", email="", roles=frozenset(roles), host_user_id=user_id)


def test_a_lesson_that_somebody_may_not_see_is_not_there_for_them(uow: UnitOfWork, engine: Engine) -> None:
    execute(engine, *SCHOOL)
    with uow("test") as tx:
        for lesson_id in ("1", "2"):
            with pytest.raises(NotFound, match=f"There is no lesson {lesson_id}"):
                admit(person("olu", Role.TEACHER), Action.PLAY, lesson_id, tx=tx)
        assert admit(person("sam"), Action.PLAY, "1", tx=tx).is_enrolled
        assert admit(person(None, Role.ADMIN), Action.PLAY, "1", tx=tx).lesson_id == "1"


def test_whoever_may_see_a_lesson_but_not_play_it_is_told_who_may(uow: UnitOfWork, engine: Engine) -> None:
    execute(engine, *SCHOOL, PUBLISHED, "DROP TABLE purchases")
    with uow("test") as tx, pytest.raises(NotAllowed) as refusal:
        admit(person("olu"), Action.PLAY, "1", tx=tx)
    assert "does not tell purchases" in refusal.value.hint


def test_a_source_may_be_played_by_whoever_may_play_one_of_its_lessons(
    uow: UnitOfWork, engine: Engine
) -> None:
    scanned(uow, "a.mp4")
    execute(
        engine,
        *SCHOOL,
        "INSERT INTO lessons (id, title, creator_id, video_url, status)"
        " VALUES (2, 'Two', 'cem', 's3://school/a.mp4', 'draft')",
        "UPDATE lessons SET video_url = 's3://school/a.mp4'",
    )
    relinked(uow)
    with uow("test") as tx:
        source = source_id(tx, "a.mp4")
        said = {
            who: may_with_source(person(who, Role.OPS), Action.PLAY, source, tx=tx)
            for who in ("ben", "cem", "olu")
        }
        assert may_with_source(person(None, Role.ADMIN), Action.PLAY, source, tx=tx)
    assert said == {"ben": True, "cem": True, "olu": False}


@pytest.mark.parametrize(
    ("type_", "fits", "does_not"),
    [
        ("smallint", ["1", "-32768", "007"], ["32768", "1.0", "", "٣", " 1", "1e3"]),
        ("integer", ["2147483647"], ["2147483648", "9" * 19, "9" * 99]),
        ("bigint", ["9223372036854775807"], ["9223372036854775808"]),
        (
            "uuid",
            ["5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01", "5B0C9A526A3F4D338A2E5F1D7B1F0A01"],
            ["5-b0c9a526a3f4d338a2e5f1d7b1f0a01", "urn:uuid:5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01", "1"],
        ),
        ("text", ["anything", ""], ["a\x00b"]),
    ],
)
def test_an_id_fits_a_column_exactly_where_the_database_takes_it(
    engine: Engine, type_: str, fits: list[str], does_not: list[str]
) -> None:
    column = FoundColumn(name="id", type=type_, base_type=type_)
    assert [is_id_of(column, one) for one in fits] == [True] * len(fits)
    assert [is_id_of(column, one) for one in does_not] == [False] * len(does_not)
    with engine.connect() as connection:
        for one in fits:
            connection.execute(text(f"SELECT CAST(:id AS {type_})"), {"id": one})


OF_EVERY_KIND = ["1", "40000", "3000000000", "5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01", "bo"]


@pytest.mark.parametrize("user_id", OF_EVERY_KIND)
@pytest.mark.parametrize("type_", ["smallint", "integer", "bigint", "uuid", "text"])
def test_a_buyer_is_known_by_an_id_of_any_type_and_one_that_does_not_fit_is_nobody(
    uow: UnitOfWork, engine: Engine, type_: str, user_id: str
) -> None:
    change = f"ALTER TABLE purchases ALTER user_id TYPE {type_} USING NULL"
    execute(engine, *SCHOOL, "DELETE FROM purchases", change)
    fits = is_id_of(FoundColumn(name="user_id", type=type_, base_type=type_), user_id)
    if fits:
        with engine.begin() as connection:
            bought = text(f"INSERT INTO public.purchases VALUES (1, CAST(:id AS {type_}))")  # noqa: S608
            connection.execute(bought, {"id": user_id})
    assert (Tie.BUYER in ties(uow, user_id)) is fits
