"""Making and changing a lesson: whatever columns the school has, and two people at once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from core import lesson_editing
from core.access import Person, Role
from core.db.known_columns import known_columns
from core.errors import InvalidInput, NotAllowed, NotFound, StaleState
from core.lesson_form import NEW, Field, Values
from tests.integration.hosts import ID_TYPES
from tests.integration.playing.stage import Stage, person

ADMIN = person("ada", Role.ADMIN)
BEN = person("ben", Role.TEACHER)
"""Made the stage's lessons."""
ANA, OLU, OPS = person("ana", Role.TEACHER), person("olu", Role.TEACHER), person("otto", Role.OPS)
AWKWARD = '<b>Sets</b> & 🎓 ☃︎ "quoted" \\ $1 %s :red[x]'


def seen(stage: Stage, lesson_id: str, by: Person = ADMIN) -> Values:
    return lesson_editing.sheet(lesson_id, by=by, services=stage.services).row.values


def save(
    stage: Stage, lesson_id: str, by: Person = ADMIN, *, base: Values | None = None, **mine: str
) -> Values:
    base = base or seen(stage, lesson_id, by)
    wanted = {**base, **{Field(name): value for name, value in mine.items()}}
    return lesson_editing.save(lesson_id, wanted, base=base, by=by, services=stage.services)


def add(stage: Stage, by: Person = ADMIN, **values: str) -> str:
    given = {**NEW, **{Field(name): value for name, value in values.items()}}
    return lesson_editing.add(given, by=by, services=stage.services)


def row(stage: Stage, lesson_id: str) -> dict[str, Any]:
    [(found,)] = stage.ask("SELECT to_jsonb(l) FROM lessons AS l WHERE id::text = %s", lesson_id)
    return dict(found)


def audits(stage: Stage, lesson_id: str) -> list[tuple[Any, ...]]:
    question = (
        "SELECT actor_subject, action, before, after FROM mux_admin.audit WHERE subject = %s ORDER BY id"
    )
    return stage.ask(question, f"lesson {lesson_id}")


def changed(stage: Stage, engine: Engine, sql: str) -> None:
    """Another shape of the school's table."""
    with psycopg.connect(stage.url, autocommit=True) as connection:
        connection.execute(sql)
    known_columns(engine, "public").forget()


def test_a_lesson_is_made_with_all_that_its_form_says(stage: Stage) -> None:
    lesson_id = add(
        stage,
        ANA,
        title=f" {AWKWARD} ",
        description="One\n\nTwo",
        course_id="4",
        position="3",
        status="published",
    )
    made = row(stage, lesson_id)
    assert (made["title"], made["description"], made["course_id"]) == (AWKWARD, "One\n\nTwo", 4)
    assert (made["position"], made["status"], made["creator_id"]) == (3, "published", "ana")
    [(who, action, _, after)] = audits(stage, lesson_id)
    assert (who, action, after["title"]) == ("sub-ana", "add lesson", AWKWARD)


def test_a_new_lesson_is_a_draft_unless_its_form_says_otherwise(stage: Stage) -> None:
    assert row(stage, add(stage, title="Sets"))["status"] == "draft"


def test_what_was_changed_is_written_and_nothing_else(stage: Stage) -> None:
    lesson_id = stage.lesson(description="Old", video_url="s3://school-videos/a.mp4")
    before = row(stage, lesson_id)
    assert save(stage, lesson_id, BEN, title="New", position="2") == {Field.TITLE: "New", Field.POSITION: "2"}
    after = row(stage, lesson_id)
    assert {name for name in after if after[name] != before[name]} == {"title", "position", "updated_at"}
    [(who, action, was, now)] = audits(stage, lesson_id)
    assert (who, action) == ("sub-ben", "edit lesson")
    assert (was, now) == ({"title": "Sets", "position": ""}, {"title": "New", "position": "2"})


def test_a_course_and_an_order_can_be_taken_away(stage: Stage) -> None:
    lesson_id = stage.lesson(position=3)
    save(stage, lesson_id, course_id="", position="", description="")
    after = row(stage, lesson_id)
    assert (after["course_id"], after["position"], after["description"]) == (None, None, None)


def test_saving_without_a_change_leaves_no_trace(stage: Stage) -> None:
    lesson_id = stage.lesson()
    before = row(stage, lesson_id)
    assert save(stage, lesson_id) == {}
    assert (row(stage, lesson_id), audits(stage, lesson_id)) == (before, [])


def test_whoever_saves_second_is_told_and_overwrites_nothing(stage: Stage) -> None:
    lesson_id = stage.lesson()
    base = seen(stage, lesson_id)
    save(stage, lesson_id, BEN, base=base, title="Ben's")
    with pytest.raises(StaleState, match=r"since you opened it \(title\). Nothing was saved") as told:
        save(stage, lesson_id, base=base, description="Ada's")
    assert "choose what stays" in told.value.hint
    assert (row(stage, lesson_id)["title"], row(stage, lesson_id)["description"]) == ("Ben's", None)
    now = lesson_editing.sheet(lesson_id, by=ADMIN, services=stage.services)
    assert (now.edited_by, now.edited_at is not None) == ("sub-ben", True)
    save(stage, lesson_id, base=now.row.values, description="Ada's")
    assert (row(stage, lesson_id)["title"], row(stage, lesson_id)["description"]) == ("Ben's", "Ada's")


def test_a_change_made_on_the_schools_site_counts_as_somebody_elses(stage: Stage) -> None:
    lesson_id = stage.lesson()
    base = seen(stage, lesson_id)
    stage.ask("UPDATE lessons SET title = 'By the site' RETURNING id")
    with pytest.raises(StaleState, match="title"):
        save(stage, lesson_id, base=base, title="Mine")
    assert row(stage, lesson_id)["title"] == "By the site"


def test_what_the_engine_writes_of_its_video_is_no_conflict(stage: Stage) -> None:
    lesson_id = stage.lesson()
    base = seen(stage, lesson_id)
    stage.ask(
        "UPDATE lessons SET mux_playback_id = 'p', video_status = 'ready', updated_at = now() RETURNING id"
    )
    save(stage, lesson_id, base=base, title="Mine")
    assert row(stage, lesson_id)["title"] == "Mine"


def test_of_many_who_save_in_the_same_moment_one_does_and_the_others_are_told(stage: Stage) -> None:
    lesson_id = stage.lesson()
    base, start = seen(stage, lesson_id), threading.Barrier(6)

    def attempt(number: int) -> str:
        start.wait(timeout=10)
        try:
            save(stage, lesson_id, base=base, title=f"Title {number}")
        except StaleState:
            return ""
        return f"Title {number}"

    with ThreadPoolExecutor(6) as pool:
        saved = [title for title in pool.map(attempt, range(6)) if title]
    assert saved == [row(stage, lesson_id)["title"]]
    assert len(audits(stage, lesson_id)) == 1


def test_a_save_waits_for_whoever_holds_the_row_and_then_sees_their_change(stage: Stage) -> None:
    lesson_id = stage.lesson()
    base = seen(stage, lesson_id)
    with psycopg.connect(stage.url) as holder, ThreadPoolExecutor(1) as pool:
        holder.execute("UPDATE lessons SET title = 'Held' WHERE id::text = %s", (lesson_id,))
        waiting = pool.submit(save, stage, lesson_id, base=base, title="Mine")
        waits = (
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        while not stage.ask(waits):
            assert not waiting.done()
        holder.commit()
        with pytest.raises(StaleState):
            waiting.result(timeout=20)
    assert row(stage, lesson_id)["title"] == "Held"


@pytest.mark.parametrize("by", [ANA, OLU, OPS], ids=lambda one: one.subject)
def test_only_its_maker_and_admins_change_a_lesson(stage: Stage, by: Person) -> None:
    lesson_id = stage.lesson()
    assert not lesson_editing.sheet(lesson_id, by=by, services=stage.services).may_edit
    with pytest.raises(NotAllowed, match="edit a lesson"):
        save(stage, lesson_id, by, title="Mine now")
    assert row(stage, lesson_id)["title"] == "Sets"


def test_a_draft_of_somebody_elses_is_not_there(stage: Stage) -> None:
    lesson_id = stage.lesson(status="draft")
    with pytest.raises(NotFound):
        lesson_editing.sheet(lesson_id, by=OLU, services=stage.services)
    assert lesson_editing.sheet(lesson_id, by=BEN, services=stage.services).may_edit


@pytest.mark.parametrize("lesson_id", ["999", "nonsense", "", "\0"])
def test_a_lesson_that_is_not_there_is_said_to_be_so(stage: Stage, lesson_id: str) -> None:
    with pytest.raises(NotFound):
        lesson_editing.sheet(lesson_id, by=ADMIN, services=stage.services)


def test_a_lesson_goes_into_a_course_of_ones_own_alone(stage: Stage) -> None:
    stage.ask("INSERT INTO courses (id, title, teacher_id) VALUES (5, 'Logic', 'ben') RETURNING id")
    lesson_id = stage.lesson()
    save(stage, lesson_id, BEN, title="In ana's course, where it was")
    save(stage, lesson_id, BEN, course_id="5")
    with pytest.raises(NotAllowed, match="somebody else's"):
        save(stage, lesson_id, BEN, course_id="4")
    with pytest.raises(InvalidInput, match='no course "99"'):
        save(stage, lesson_id, course_id="99")
    save(stage, lesson_id, course_id="4")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": "  "}, "no title"),
        ({"title": "x" * 501}, "At most 500 characters; these are 501"),
        ({"position": str(2**31)}, "a number below"),
    ],
)
def test_what_no_lesson_may_have_is_refused_before_the_database_is(
    stage: Stage, wrong: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        save(stage, stage.lesson(), **wrong)
    with pytest.raises(InvalidInput, match=said):
        add(stage, **{"title": "Sets", **wrong})


def test_a_title_of_500_characters_with_html_and_emoji_is_kept_as_it_is(stage: Stage) -> None:
    title = (AWKWARD * 20)[:499] + "🎓"
    lesson_id = stage.lesson()
    save(stage, lesson_id, title=title)
    assert row(stage, lesson_id)["title"] == title


def test_a_schools_shorter_column_sets_the_limit(stage: Stage, engine: Engine) -> None:
    lesson_id = stage.lesson()
    changed(stage, engine, "ALTER TABLE lessons ALTER title TYPE varchar(40)")
    with pytest.raises(InvalidInput, match="At most 40 characters"):
        save(stage, lesson_id, title="x" * 41)


def test_only_the_columns_that_the_school_has_are_fields(stage: Stage, engine: Engine) -> None:
    lesson_id = stage.lesson()
    drop = "ALTER TABLE lessons DROP description, DROP course_id, DROP position, DROP status, DROP updated_at"
    changed(stage, engine, drop)
    assert set(seen(stage, lesson_id)) == {Field.TITLE}
    save(stage, lesson_id, title="New")
    assert row(stage, lesson_id)["title"] == "New"
    assert row(stage, add(stage, title="Another"))["title"] == "Another"


def test_a_column_of_a_type_of_the_schools_own_is_left_alone(stage: Stage, engine: Engine) -> None:
    lesson_id = stage.lesson()
    changed(stage, engine, "ALTER TABLE lessons DROP position, ADD position jsonb DEFAULT '{\"n\": 1}'")
    assert Field.POSITION not in seen(stage, lesson_id)
    save(stage, lesson_id, title="New")
    assert json.dumps(row(stage, lesson_id)["position"]) == '{"n": 1}'


def test_what_the_schools_table_refuses_is_told_and_nothing_is_written(stage: Stage, engine: Engine) -> None:
    lesson_id = stage.lesson()
    changed(stage, engine, "ALTER TABLE lessons ADD CONSTRAINT polite CHECK (title <> 'Rude')")
    with pytest.raises(InvalidInput, match="does not take"):
        save(stage, lesson_id, title="Rude")
    assert audits(stage, lesson_id) == []


@pytest.mark.parametrize("id_type", [one for one in ID_TYPES if one != "integer"])
def test_a_lesson_is_found_whatever_its_id_looks_like(stage: Stage, engine: Engine, id_type: str) -> None:
    type_, lesson_id, _ = ID_TYPES[id_type]
    drop = "ALTER TABLE lessons DROP id"
    changed(stage, engine, f"{drop}; ALTER TABLE lessons ADD id {type_} PRIMARY KEY DEFAULT '{lesson_id}'")
    stage.ask(
        "INSERT INTO lessons (id, title, creator_id) VALUES (%s, 'Sets', 'ben') RETURNING id", lesson_id
    )
    save(stage, lesson_id, title="New")
    assert row(stage, lesson_id)["title"] == "New"


def test_whoever_the_school_does_not_know_adds_nothing(stage: Stage) -> None:
    stranger = Person(subject="x", email="x@school.test", roles=frozenset({Role.TEACHER}))
    with pytest.raises(NotAllowed, match="does not know you"):
        add(stage, stranger, title="Nobody's")
    with pytest.raises(NotAllowed):
        lesson_editing.new_sheet(by=stranger, services=stage.services)


def test_a_form_for_a_new_lesson_says_whether_a_course_is_wanted(stage: Stage, engine: Engine) -> None:
    assert not lesson_editing.new_sheet(by=ADMIN, services=stage.services).needs_course
    changed(stage, engine, "ALTER TABLE lessons ALTER course_id SET NOT NULL")
    assert lesson_editing.new_sheet(by=ADMIN, services=stage.services).needs_course
    with pytest.raises(InvalidInput, match="belongs to a course"):
        add(stage, title="Sets")
