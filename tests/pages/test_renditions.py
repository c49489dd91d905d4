"""MP4s, the picture and a part of the video on the lesson page."""

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.asset import Asset, AssetStatus, Policy
from core.records import Job
from core.rendition import RenditionState
from core.thumbnail import Thumbnail
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fake_renditions import rendition
from tests.pages.fakes import School

FILM = {"id": "film", "type": "video", "status": "ready", "max_width": 1280, "max_height": 720}
SOUND = {"id": "sound", "type": "audio", "status": "ready"}
FILE = {
    "id": "file-1",
    "name": "highest.mp4",
    "status": "ready",
    "resolution": "highest",
    "filesize": "84120000",
}
THEIRS = {"id": "file-9", "name": "audio.m4a", "status": "ready", "resolution": "audio-only"}
OLD = {"name": "capped-1080p.mp4"}


@pytest.fixture(autouse=True)
def _at_mux(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lesson 1 plays a film of twenty minutes that may be played by token alone."""
    behind(school, monkeypatch, mux_signing_key="key1", mux_private_key="pem")
    school.lessons.added["1"] = {"mux_asset_id": "asset-1"}
    have(school)


def have(school: School, *files: object) -> None:
    """The asset, with these files at Mux."""
    school.assets["asset-1"] = Asset(
        id="asset-1",
        status=AssetStatus.READY,
        playback_id="play-1",
        policy=Policy.SIGNED,
        duration_s=1200.0,
        resolution_tier="720p",
        tracks=(FILM, SOUND),
        static_renditions=tuple(files),  # type: ignore[arg-type]
    )


def press(test: AppTest, label: str) -> AppTest:
    return next(one for one in test.button if one.label == label).click().run()


def labels(test: AppTest) -> list[str]:
    return [one.label for one in test.button]


def test_what_it_costs_is_said_before_a_file_is_made(school: School, open_page: Opened) -> None:
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    said = words_of(test)
    assert "There is no file to download yet." in said
    assert "Estimate: free to make, about \\$0.01 a month to keep" in said  # 20 min × 0.0006
    test = press(test, "Make the file")
    assert not test.error
    (made,) = school.renditions.kept.values()
    assert (made.resolution, made.state, made.person) == ("highest", RenditionState.WAITING, "ada")
    assert [job for job, _ in school.jobs] == [Job.RENDITION]
    assert "Mux is asked in a moment." in words_of(test)


def test_each_file_is_listed_with_its_state_and_how_long_it_stays(school: School, open_page: Opened) -> None:
    have(school, FILE, THEIRS, OLD)
    school.renditions.add(rendition(1))
    school.renditions.add(rendition(2, RenditionState.FAILED, resolution="720p", reason="It is damaged."))
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    said = words_of(test)
    assert "Ready] **highest.mp4** · 84 MB · made for tess" in said
    assert "Deleted on 4 Feb, unless somebody downloads it here before." in said  # 5 Jan + 30 days
    assert "Failed] **720p**" in said
    assert "It is damaged." in said
    assert "**audio.m4a** · made at Mux itself" in said
    assert "**capped-1080p.mp4**" in said
    assert labels(test).count("Download") == 3
    assert labels(test).count("Delete 1 file") == 2, "the older kind cannot be deleted by itself"


def test_a_click_hands_the_file_out_and_no_address_stands_on_the_page(
    school: School, open_page: Opened
) -> None:
    have(school, FILE)
    school.renditions.add(rendition(1))
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Download")
    assert not test.error
    assert ("ada", "download MP4", "lesson 1") in school.audited
    assert f"rendition-begin-{rendition(1).id}" in [one.key for one in test.get("bidi_component")]
    assert "token." not in words_of(test)
    press(test, "Use this moment")
    assert f"rendition-begin-{rendition(1).id}" not in [one.key for one in test.get("bidi_component")]


def test_deleting_says_what_stays(school: School, open_page: Opened) -> None:
    have(school, FILE)
    school.renditions.add(rendition(1))
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "The video stays." in words_of(test)
    press(test, "Delete 1 file")
    assert [one.state for one in school.renditions.kept.values()] == [RenditionState.DELETING]


def test_a_size_that_mux_does_not_make_beside_another_says_why(school: School, open_page: Opened) -> None:
    have(school, FILE)
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    sizes = next(one for one in test.selectbox if one.label == "Make an MP4 for download")
    assert sizes.value == "audio-only", "what is there is not offered again"
    assert "As good as the video is" not in sizes.options
    assert "720p (not at present)" in sizes.options
    sizes.set_value("720p").run()
    assert "Mux makes no exact size beside “highest”. Delete that first." in words_of(test)
    assert next(one for one in test.button if one.label == "Make the file").disabled


def test_whoever_may_not_edit_is_offered_no_change(school: School, open_page: Opened) -> None:
    have(school, FILE)
    test = open_page("lesson.py", Role.OPS, lesson="1")
    assert "**highest.mp4**" in words_of(test)
    assert not {"Make the file", "Delete 1 file", "Use this moment"} & set(labels(test))
    assert {"Download", "Play this part"} <= set(labels(test)), "anybody may play this lesson"


def test_the_moment_of_the_picture_is_chosen_and_left_to_mux_again(school: School, open_page: Opened) -> None:
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "Mux takes the middle of the video" in words_of(test)
    field = next(one for one in test.number_input if one.label == "Moment, in seconds")
    assert (field.min, field.max) == (0.0, 1200.0)
    field.set_value(72.5).run()
    test = press(test, "Use this moment")
    assert not test.error
    assert school.thumbnails == {"asset-1": Thumbnail(at_s=72.5, is_told=False)}
    assert "It shows the moment at 72.5 s (1:12)" in words_of(test)
    assert "Mux is told of it in a moment." in words_of(test)
    press(test, "Leave it to Mux")
    assert school.thumbnails["asset-1"].at_s is None


def test_a_part_that_the_video_does_not_have_says_so_beside_the_field(
    school: School, open_page: Opened
) -> None:
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    next(one for one in test.number_input if one.label == "To, in seconds").set_value(1300.0).run()
    assert "The video ends at 1200.0 seconds." in words_of(test)
    assert next(one for one in test.button if one.label == "Play this part").disabled


def test_a_lesson_that_plays_from_s3_shows_none_of_it(school: School, open_page: Opened) -> None:
    school.lessons.added.clear()
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert not {"Make the file", "Use this moment", "Play this part"} & set(labels(test))
