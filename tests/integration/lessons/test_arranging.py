"""What lies beside a lesson, in the order that somebody put it into."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from core import lesson_arranging
from core.access import Person, Role
from core.errors import InvalidInput, NotAllowed, NotFound
from core.resource import Resource
from tests.integration.playing.stage import Stage, person

ADMIN, OPS = person("ada", Role.ADMIN), person("otto", Role.OPS)
BEN, OLU = person("ben", Role.TEACHER), person("olu", Role.TEACHER)
ADD = """INSERT INTO mux_admin.lesson_resources
        (id, lesson_id, kind, name, mime, size_bytes, bucket, key, person, created_at)
    VALUES (gen_random_uuid(), %s, %s, %s, 'x/y', 7, 'school-videos', %s, 'ben', now()) RETURNING id"""


def add(stage: Stage, lesson_id: str, *names: str) -> list[UUID]:
    kinds = {"pdf": "pdf", "vtt": "subtitle", "mp3": "audio"}
    return [
        stage.ask(ADD, lesson_id, kinds[name.rpartition(".")[2]], name, f"r/{name}")[0][0] for name in names
    ]


def beside(stage: Stage, lesson_id: str, by: Person = ADMIN) -> list[Resource]:
    return list(lesson_arranging.beside(lesson_id, by=by, services=stage.services))


def names(stage: Stage, lesson_id: str) -> str:
    return " ".join(one.name.partition(".")[0] for one in beside(stage, lesson_id))


def move(stage: Stage, lesson_id: str, resource_id: UUID, places: int, by: Person = BEN) -> None:
    lesson_arranging.move(lesson_id, resource_id, places=places, by=by, services=stage.services)


def rename(stage: Stage, lesson_id: str, resource_id: UUID, name: str, by: Person = BEN) -> None:
    lesson_arranging.rename(lesson_id, resource_id, name, by=by, services=stage.services)


def test_resources_go_up_and_down_and_stop_at_the_ends(stage: Stage) -> None:
    lesson_id = stage.lesson()
    a, _, c = add(stage, lesson_id, "a.pdf", "b.pdf", "c.pdf")
    assert names(stage, lesson_id) == "a b c"
    move(stage, lesson_id, c, -1)
    assert names(stage, lesson_id) == "a c b"
    move(stage, lesson_id, a, 1)
    assert names(stage, lesson_id) == "c a b"
    move(stage, lesson_id, c, -1)
    move(stage, lesson_id, a, 9)
    assert names(stage, lesson_id) == "c b a"


def test_what_came_after_the_order_was_made_comes_last(stage: Stage) -> None:
    lesson_id = stage.lesson()
    [_, b] = add(stage, lesson_id, "a.pdf", "b.pdf")
    move(stage, lesson_id, b, -1)
    add(stage, lesson_id, "c.pdf")
    assert names(stage, lesson_id) == "b a c"


def test_two_who_move_at_once_lose_none_of_the_moves(stage: Stage) -> None:
    lesson_id, start = stage.lesson(), threading.Barrier(4)
    ids = add(stage, lesson_id, *(f"{n}.pdf" for n in range(8)))

    def lift(resource_id: UUID) -> None:
        start.wait(timeout=10)
        move(stage, lesson_id, resource_id, -9)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lift, ids[4:]))
    found = names(stage, lesson_id).split()
    assert sorted(found[:4]) == ["4", "5", "6", "7"]
    assert found[4:] == ["0", "1", "2", "3"]


def test_another_name_keeps_the_ending_and_is_audited(stage: Stage) -> None:
    lesson_id = stage.lesson()
    [one] = add(stage, lesson_id, "a.pdf")
    rename(stage, lesson_id, one, "  Notes 🎓 <b>  ")
    assert [one.name for one in beside(stage, lesson_id)] == ["Notes 🎓 <b>.pdf"]
    rename(stage, lesson_id, one, "Notes.PDF")
    asked = "SELECT before, after FROM mux_admin.audit WHERE subject = %s ORDER BY id"
    assert stage.ask(asked, f"lesson {lesson_id}") == [
        ({"name": "a.pdf"}, {"name": "Notes 🎓 <b>.pdf"}),
        ({"name": "Notes 🎓 <b>.pdf"}, {"name": "Notes.PDF"}),
    ]


@pytest.mark.parametrize(
    ("was", "name", "said"),
    [
        ("a.pdf", " ", "no name"),
        ("a.pdf", ".pdf", "no name"),
        ("a.pdf", "x" * 252, "at most 255"),
        ("en.vtt", "chapters.vtt", "count as chapters"),
        ("x.chapters.vtt", "en.vtt", "count as captions"),
    ],
)
def test_a_name_that_none_is_or_that_means_something_else_is_refused(
    stage: Stage, was: str, name: str, said: str
) -> None:
    lesson_id = stage.lesson()
    [one] = add(stage, lesson_id, was)
    with pytest.raises(InvalidInput, match=said):
        rename(stage, lesson_id, one, name)
    assert [one.name for one in beside(stage, lesson_id)] == [was]


def test_what_is_removed_is_gone_from_the_lesson_and_stays_in_s3(stage: Stage) -> None:
    lesson_id = stage.lesson()
    a, b = add(stage, lesson_id, "a.pdf", "b.pdf")
    stage.school.store.put("school-videos", "r/a.pdf", b"%PDF")
    lesson_arranging.remove(lesson_id, a, by=BEN, services=stage.services)
    assert [one.id for one in beside(stage, lesson_id)] == [b]
    assert "r/a.pdf" in {at.key for at in stage.school.store.facts}
    with pytest.raises(NotFound, match="not there any more"):
        lesson_arranging.remove(lesson_id, a, by=BEN, services=stage.services)


def test_a_resource_of_another_lesson_is_none_of_this_ones(stage: Stage) -> None:
    mine, theirs = stage.lesson(), stage.lesson()
    [one] = add(stage, theirs, "a.pdf")
    for attempt in (
        lambda: move(stage, mine, one, 1),
        lambda: rename(stage, mine, one, "x"),
        lambda: lesson_arranging.remove(mine, one, by=BEN, services=stage.services),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert [one.name for one in beside(stage, theirs)] == ["a.pdf"]


@pytest.mark.parametrize("by", [OLU, OPS], ids=lambda one: one.subject)
def test_only_its_maker_and_admins_arrange_it(stage: Stage, by: Person) -> None:
    lesson_id = stage.lesson()
    [one] = add(stage, lesson_id, "a.pdf")
    with pytest.raises(NotAllowed):
        move(stage, lesson_id, one, 1, by)
    with pytest.raises(NotAllowed):
        rename(stage, lesson_id, one, "x", by)
    with pytest.raises(NotAllowed):
        lesson_arranging.remove(lesson_id, one, by=by, services=stage.services)


def test_addresses_that_open_are_for_whoever_may_play_it(stage: Stage) -> None:
    lesson_id = stage.lesson()
    add(stage, lesson_id, "a.pdf")
    assert "X-Amz-Signature" in beside(stage, lesson_id, BEN)[0].url
    assert beside(stage, lesson_id, OPS)[0].url == ""
    assert "X-Amz" not in repr(beside(stage, lesson_id, BEN))
