"""Captions on the lesson page: each with its state, what it is and what can be done with it."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.asset import Asset, AssetStatus
from core.captions import MOST_BYTES, Line
from core.errors import NotFound
from core.records import Job
from core.text_track import Origin, TrackState
from dashboard import access
from dashboard.lesson import caption_editor, captions
from dashboard.lesson.caption_editor import END, START, TEXT, frame_of, lines_of
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fake_captions import text_track
from tests.pages.fakes import School

ROOT = Path(__file__).parents[2]
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n\n00:01.000 --> 00:02.000\nWelt\n"
SOUND = {"id": "sound", "type": "audio", "status": "ready"}
FRENCH = {"id": "other", "type": "text", "status": "ready", "name": "Français", "language_code": "fr"}


@pytest.fixture(autouse=True)
def _at_mux(school: School) -> None:
    """Lesson 1 plays an asset with sound."""
    school.lessons.added["1"] = {"mux_asset_id": "asset-1"}
    school.assets["asset-1"] = Asset(
        id="asset-1", status=AssetStatus.READY, playback_id="play-1", duration_s=60.0, tracks=(SOUND,)
    )


def have(school: School, *tracks: object) -> None:
    for one in tracks:
        school.captions.add(one)  # type: ignore[arg-type]
        if one.location:  # type: ignore[attr-defined]
            school.store.put(one.location.bucket, one.location.key, VTT)  # type: ignore[attr-defined]


def press(test: AppTest, label: str) -> AppTest:
    return next(one for one in test.button if one.label == label).click().run()


def labels(test: AppTest) -> list[str]:
    return [one.label for one in test.button]


def test_each_is_listed_with_its_state_and_what_it_is(school: School, open_page: Opened) -> None:
    have(
        school,
        text_track(1),
        text_track(2, TrackState.FAILED, reason="This is no file of captions.", location=None),
        text_track(3, TrackState.READY, origin=Origin.GENERATED, language="en", confidence=0.98),
    )
    said = words_of(open_page("lesson.py", Role.ADMIN, lesson="1"))
    assert "Ready] **Deutsch 1** · German · from a file by tess · named in the school's table" in said
    assert "Failed] **Deutsch 2**" in said
    assert "This is no file of captions." in said
    assert "English · written by Mux by tess · 98 % sure of the language" in said


def test_what_is_at_mux_beside_our_records_is_listed_too(school: School, open_page: Opened) -> None:
    school.assets["asset-1"] = Asset(
        id="asset-1", status=AssetStatus.READY, playback_id="play-1", tracks=(SOUND, FRENCH)
    )
    said = words_of(open_page("lesson.py", Role.ADMIN, lesson="1"))
    assert "**Français** · French · came with the video" in said


def test_a_lesson_without_any_says_what_to_do(open_page: Opened) -> None:
    assert "None yet. Upload a file of captions" in words_of(open_page("lesson.py", Role.ADMIN, lesson="1"))


def test_a_lesson_whose_video_is_not_at_mux_says_so(school: School, open_page: Opened) -> None:
    school.lessons.added.clear()
    said = words_of(open_page("lesson.py", Role.ADMIN, lesson="1"))
    assert "Captions belong to a video at Mux." in said


def test_whoever_may_not_edit_the_lesson_is_offered_no_change(school: School, open_page: Opened) -> None:
    have(school, text_track(1))
    test = open_page("lesson.py", Role.OPS, lesson="1")
    assert "**Deutsch 1**" in words_of(test)
    assert not {"Edit", "Delete", "Upload captions", "Write captions"} & set(labels(test))


def test_mux_is_asked_to_write_them(school: School, open_page: Opened) -> None:
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Write captions")
    assert not test.error
    (track,) = school.captions.kept.values()
    assert (track.origin, track.state, track.language) == (Origin.GENERATED, TrackState.WAITING, "auto")
    assert [job for job, _ in school.jobs] == [Job.TRACK]
    assert "Waiting" in words_of(test)


def test_a_video_without_sound_says_why_mux_cannot_write_any(school: School, open_page: Opened) -> None:
    school.assets["asset-1"] = Asset(id="asset-1", status=AssetStatus.READY, playback_id="play-1")
    said = words_of(open_page("lesson.py", Role.ADMIN, lesson="1"))
    assert "this video has none" in said


def change_first(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What the grid's own script does in a browser."""

    def changed(mine: caption_editor.Editing) -> pd.DataFrame:
        frame = mine.cues.copy()
        frame.loc[0, TEXT] = text
        return frame

    monkeypatch.setattr(caption_editor, "_grid", changed)


def test_the_editor_opens_with_the_cues_and_saves_them(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    have(school, text_track(1))
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Edit")
    assert not test.error
    assert "Edit “Deutsch 1”" in words_of(test)
    change_first(monkeypatch, "Guten Tag")
    test = press(test.run(), "Save 1 change")
    assert not test.error
    new = next(one for one in school.captions.kept.values() if one.replaces)
    assert (new.origin, new.name, new.language) == (Origin.EDITED, "Deutsch 1", "de")
    assert "Guten Tag" in (new.cues or "")
    assert "Welt" in (new.cues or "")
    assert "Edit “Deutsch 1”" not in words_of(test)


def test_who_was_slower_is_told_and_keeps_what_they_typed(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_first(monkeypatch, "Guten Tag")
    have(school, text_track(1))
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Edit")
    school.captions.note(text_track(1).id, state=TrackState.DELETING)
    test = press(test, "Save 1 change")
    assert "Somebody has changed these captions since you opened them." in test.error[0].value
    assert "Edit “Deutsch 1”" in words_of(test)


def test_deleting_asks_first_and_says_what_stays(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, mux_base_url="http://mux.test")
    have(school, text_track(1))
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Delete")
    assert "The video and its other captions stay." in words_of(test)
    assert school.captions.kept[text_track(1).id].state is TrackState.READY
    press(test, "Delete captions")
    assert school.captions.kept[text_track(1).id].state is TrackState.DELETING


def test_at_the_real_mux_deleting_takes_a_typed_word(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    have(school, text_track(1))
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Delete")
    assert next(one for one in test.button if one.label == "Delete captions").disabled
    behind(school, monkeypatch, mux_base_url="http://mux.test")
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Delete")
    assert not next(one for one in test.button if one.label == "Delete captions").disabled


def test_captions_that_were_deleted_at_mux_can_be_put_back(school: School, open_page: Opened) -> None:
    have(school, text_track(1, TrackState.LOST, track_id=None))
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "Deleted at Mux" in words_of(test)
    press(test, "Put back")
    assert [one.state for one in school.captions.kept.values()] == [TrackState.LOST, TrackState.WAITING]


def test_a_file_is_made_after_the_run_that_knows_who_is_signed_in(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    have(school, text_track(1))
    makers: list[Callable[[], str]] = []
    monkeypatch.setattr(captions.st, "download_button", lambda _, data, **__: makers.append(data))
    open_page("lesson.py", Role.ADMIN, lesson="1")
    monkeypatch.setattr(access, "current_person", lambda: None)
    assert [make().split()[0] for make in makers] == ["WEBVTT", "1", "Hallo"]


def test_what_was_asked_for_closes_and_leaves_nothing_to_be_sent_twice(
    school: School, open_page: Opened
) -> None:
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    brought = ("deutsch.de.vtt", VTT, "text/vtt")
    test = press(test.file_uploader[0].set_value([brought]).run(), "Upload captions")
    assert [one.name for one in school.captions.kept.values()] == ["German"]
    again = next(one for one in test.button if one.label == "Upload captions")
    assert again.disabled


def test_a_file_of_captions_may_be_as_large_as_the_browser_can_bring_it() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
    assert config["server"]["maxUploadSize"] * 2**20 == MOST_BYTES


def test_a_file_that_s3_lost_is_an_error_beside_the_list(school: School, open_page: Opened) -> None:
    school.captions.add(text_track(1))
    school.store.buckets.add("school-videos")
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Edit")
    assert str(NotFound("The object is not there.")) in test.error[0].value
    assert "**Deutsch 1**" in words_of(test)


def test_rows_of_the_grid_are_lines_and_back() -> None:
    lines = [Line(start="0", end="1", text="a", was=0), Line(start="1", end="2", text="b", was=1)]
    frame = frame_of(lines)
    assert lines_of(frame, known=2) == lines
    added = pd.concat([frame.drop(0), pd.DataFrame([{START: "3", END: "4", TEXT: "c"}], index=[2])])
    assert lines_of(added, known=2) == [lines[1], Line(start="3", end="4", text="c", was=None)]


def test_changed_added_and_deleted_cues_are_counted() -> None:
    lines = [Line(start="0", end="1", text="a", was=0), Line(start="1", end="2", text="b", was=1)]
    frame, new = frame_of(lines), Line(start="5", end="6", text="c")
    assert caption_editor.changes(frame, lines) == 0
    assert caption_editor.changes(frame, [lines[0]]) == 1
    assert caption_editor.changes(frame, [*lines, new]) == 1
    assert caption_editor.changes(frame, [replace(lines[0], text="A"), lines[1]]) == 1


def test_an_empty_row_of_the_grid_is_none() -> None:
    frame = pd.DataFrame([{START: None, END: None, TEXT: None}, {START: "0", END: "1", TEXT: "a"}])
    assert [line.text for line in lines_of(frame, known=0)] == ["a"]


def test_what_is_wrong_is_said_below_the_grid_and_nothing_can_be_saved() -> None:
    def page() -> None:
        import streamlit as st

        from core.caption_looking import LessonCaptions
        from core.captions import Line
        from dashboard.lesson import caption_editor
        from dashboard.state import Key

        cues = caption_editor.frame_of([Line(start="0:00:05", end="0:00:02", text="a", was=0)])
        st.session_state[Key.CAPTIONS_EDITED] = caption_editor.Editing("1", "key", cues)
        caption_editor.show(LessonCaptions(lesson_id="1", asset_id="a", lines=(), duration_s=60.0))

    test = AppTest.from_function(page).run()
    assert "Line 1: it ends before it starts." in test.error[0].value
    assert next(one for one in test.button if one.label == "Save changes").disabled


def test_a_file_with_very_many_cues_is_changed_elsewhere(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caption_editor, "MOST", 1)
    have(school, text_track(1))
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Edit")
    assert "Download them, change the file and upload it." in test.warning[0].value
