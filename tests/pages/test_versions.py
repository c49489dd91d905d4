"""The lesson page: what it played before, no video at all, and who may play it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import bulk_starting, lesson_recalling, lesson_replacing
from core.access import Role
from core.asset import Asset, AssetStatus, Policy
from core.batch import BatchKind
from core.errors import StaleState
from core.lesson_former import Plays, Version, Versions, Why
from core.playback import Provider
from core.player import Playback
from tests.fakes import EPOCH
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fakes import School
from tests.pages.test_lesson import button, labels, on_mux, press

COPY = Asset(id="asset-0", status=AssetStatus.READY, playback_id="play-0", duration_s=61.0)
BEFORE = Version(
    what="asset-0",
    at=EPOCH,
    person="tess",
    why=Why.UPLOADED,
    came="take *1*.mp4",
    asset=COPY,
    duration_s=61.0,
    expires_at=EPOCH + timedelta(days=30),
)
IN_S3 = Version(what="s3://b/a.mp4", at=EPOCH, person="ada", why=Why.PICKED, came="a.mp4")
GONE = replace(
    BEFORE, what="asset-x", why=Why.BACK, gone_at=EPOCH, missing="Its copy at Mux was deleted.", came=""
)
Called = list[tuple[tuple[Any, ...], Mapping[str, Any]]]


@pytest.fixture
def called(school: School, monkeypatch: pytest.MonkeyPatch) -> Called:
    """Lesson 1 plays from Mux and has three earlier versions; what is asked of it is kept here."""
    on_mux(school)
    told = Versions(mark="mark-1", plays=Plays(asset_id="asset-1"), found=(BEFORE, IN_S3, GONE))
    made: Called = []

    def call(*names: Any, **more: Any) -> bool:
        made.append((names, more))
        return True

    monkeypatch.setattr(lesson_recalling, "versions", lambda *_, **__: told)
    monkeypatch.setattr(lesson_replacing, "play_again", call)
    monkeypatch.setattr(lesson_replacing, "take_away", call)
    return made


def opened(open_page: Opened, role: Role = Role.ADMIN) -> AppTest:
    test = open_page("lesson.py", role, lesson="1")
    test.session_state["lesson_versions"] = True
    return test.run()


def players(test: AppTest) -> list[str]:
    return [one.key for one in test.get("bidi_component")]


def test_each_earlier_version_says_what_it_is_until_when_it_played_and_how_long_it_stays(
    called: Called, open_page: Opened
) -> None:
    said = words_of(opened(open_page))
    assert "**take \\*1\\*.mp4** · 1:01" in said
    assert "Until 5 Jan, 09:00, when an upload by tess took its place." in said
    assert "Its copy at Mux is kept until 4 Feb, 09:00." in said
    assert "when ada chose a file in S3 instead. It plays from its file, which stays." in said
    assert "when tess went back to another version. Its copy at Mux was deleted on 5 Jan, 09:00." in said


def test_one_is_played_again_with_what_the_person_saw_and_one_that_is_gone_has_no_button(
    called: Called, open_page: Opened
) -> None:
    test = opened(open_page)
    assert labels(test).count("Play this one again") == 2
    press(test, "Play this one again")
    [(names, more)] = called
    assert (names, more["seen"]) == (("1", "asset-0"), "mark-1")
    assert test.toast[0].value == "The lesson plays this version again."


def test_a_refusal_stands_on_the_page(
    called: Called, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> bool:
        raise StaleState("Somebody gave this lesson another video meanwhile (ben).", hint="Look.")

    monkeypatch.setattr(lesson_replacing, "play_again", refuse)
    test = press(opened(open_page), "Play this one again")
    assert "another video meanwhile" in test.error[0].value


def test_the_player_of_an_earlier_version_is_loaded_once_it_is_asked_for(
    called: Called, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def look_at(_lesson: str, what: str, **_: Any) -> Playback:
        asked.append(what)
        return Playback(
            lesson_id="1", title="Sets", provider=Provider.MUX, why="", src="https://x.test/a.m3u8"
        )

    monkeypatch.setattr(lesson_recalling, "look_at", look_at)
    test = opened(open_page)
    assert not asked
    press(test, "Look at it")
    assert asked == ["asset-0"]
    assert "version" in players(test)
    press(test, "Hide it")
    assert "version" not in players(test)


def test_the_video_is_taken_away_after_one_sentence_on_what_learners_see(
    called: Called, open_page: Opened
) -> None:
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "No video …")
    assert "Learners see no video in this lesson until it gets another one." in words_of(test)
    assert "its copy at Mux for 30 days; nothing is deleted in S3." in words_of(test)
    assert not called
    press(test, "Take the video away")
    [(names, more)] = called
    assert (names, more["seen"]) == (("1",), "mark-1")
    assert "The way back is below “Earlier versions”." in test.toast[0].value


def test_who_may_play_is_changed_by_a_batch_of_one(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[BatchKind, str]] = []
    monkeypatch.setattr(bulk_starting, "start", lambda kind, *, wanted, **_: started.append((kind, wanted)))
    on_mux(school)
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "**Public** now. Anyone who has the address can play it" in words_of(test)
    assert button(test, "Make it signed").disabled
    behind(school, monkeypatch, mux_signing_key="key1", mux_private_key="pem")
    press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Make it signed")
    assert started == [(BatchKind.POLICY, Policy.SIGNED.value)]


@pytest.mark.parametrize("role", [Role.OPS, Role.TEACHER])
def test_whoever_may_only_see_the_lesson_replaces_nothing(
    role: Role, called: Called, open_page: Opened
) -> None:
    test = opened(open_page, role)
    assert "Earlier versions" not in [box.label for box in test.expander]
    assert not {"No video …", "Make it signed", "Play this one again"} & set(labels(test))
