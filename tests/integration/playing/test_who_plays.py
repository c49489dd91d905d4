"""The whole table: who plays which lesson in which state, and what each provider and policy gives them."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from core.access import Person, Role
from core.errors import NotAllowed, NotFound
from core.player import Playback
from tests.integration.playing.at_once import Plays, at_once
from tests.integration.playing.stage import Stage, person

PEOPLE: dict[str, Person | None] = {
    "creator": person("ben"),
    "course's teacher": person("ana", Role.TEACHER),
    "buyer": person("bo"),
    "enrolled": person("sam"),
    "another teacher": person("olu", Role.TEACHER),
    "admin": person("ada", Role.ADMIN),
    "ops": person("ops", Role.OPS),
    "finance": person("fin", Role.FINANCE),
    "stranger": None,
}
PLAYS, MAY_NOT, NOT_THERE = "plays", "may not", "not there"
#                     draft      published  published and public
TABLE = {
    "creator": (PLAYS, PLAYS, PLAYS),
    "course's teacher": (PLAYS, PLAYS, PLAYS),
    "buyer": (PLAYS, PLAYS, PLAYS),
    "enrolled": (PLAYS, PLAYS, PLAYS),
    "another teacher": (NOT_THERE, MAY_NOT, PLAYS),
    "admin": (PLAYS, PLAYS, PLAYS),
    "ops": (MAY_NOT, MAY_NOT, PLAYS),
    "finance": (NOT_THERE, MAY_NOT, PLAYS),
    "stranger": (NOT_THERE, MAY_NOT, PLAYS),
}
STATES = (("draft", False), ("published", False), ("published", True))

Make = Callable[[Stage, str, bool], str]
GIVES: dict[str, tuple[Make, tuple[str, str | None, bool]]] = {
    "signed at Mux": (
        lambda stage, status, public: stage.on_mux(policy="signed", status=status, is_public=public),
        ("mux", "stream.mux.com", True),
    ),
    "public at Mux": (
        lambda stage, status, public: stage.on_mux(policy="public", status=status, is_public=public),
        ("mux", "stream.mux.com", False),
    ),
    "a file in S3": (
        lambda stage, status, public: stage.in_s3(status=status, is_public=public),
        ("s3", "s3.test", True),
    ),
    "HLS in S3": (
        lambda stage, status, public: stage.lesson(
            hls_url="s3://school-videos/h/i.m3u8", status=status, is_public=public
        ),
        ("hls", "127.0.0.1:8503", True),
    ),
    "nothing": (
        lambda stage, status, public: stage.lesson(status=status, is_public=public),
        ("none", None, False),
    ),
}
"""By what there is to play: the provider, where its address leads, and whether that ends."""


def outcome(plays: Plays, lesson_id: str, by: Person | None) -> str | Playback:
    try:
        return plays(lesson_id, by)
    except NotAllowed:
        return MAY_NOT
    except NotFound:
        return NOT_THERE


def given(found: str | Playback) -> str | tuple[str, str | None, bool]:
    if isinstance(found, str):
        return found
    return found.provider.value, urlsplit(found.src).netloc or None, found.expires_at is not None


def table(plays: Plays, lessons: list[str]) -> dict[str, tuple[object, ...]]:
    return {
        name: tuple(given(outcome(plays, lesson_id, by)) for lesson_id in lessons)
        for name, by in PEOPLE.items()
    }


@pytest.mark.parametrize("kind", GIVES)
def test_who_plays_what(stage: Stage, kind: str) -> None:
    make, gives = GIVES[kind]
    lessons = [make(stage, status, public) for status, public in STATES]
    expected = {name: tuple(gives if cell == PLAYS else cell for cell in row) for name, row in TABLE.items()}
    assert table(stage.plays, lessons) == expected
    with at_once(stage) as plays:
        assert table(plays, lessons) == expected
    assert stage.plays(lessons[0], PEOPLE["creator"]).lesson_id == lessons[0]


def test_a_lesson_that_is_hidden_is_answered_like_one_that_is_not_there(stage: Stage) -> None:
    hidden = stage.on_mux(status="draft")
    said = []
    for lesson_id in (hidden, "999999"):
        with pytest.raises(NotFound) as caught:
            stage.plays(lesson_id, PEOPLE["another teacher"])
        said.append((str(caught.value).replace(lesson_id, "N"), caught.value.hint))
    assert said[0] == said[1]
