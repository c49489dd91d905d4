"""The page that plays one lesson."""

from dataclasses import replace

import pytest

from core.access import Role
from core.asset import Policy
from core.diagnosis import failed, ok, skipped
from core.playback import Provider
from core.player import Playback, Track
from core.tie import LessonTies
from dashboard.components.player import addresses, video_of
from dashboard.watch import doctor, screen
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import School


def test_the_page_says_what_plays_the_lesson_and_why(open_page: Opened) -> None:
    test = open_page("watch.py", Role.ADMIN, lesson="1")
    text = words_of(test)
    assert "Sets · 1" in text
    assert "Algebra II · Plays from Mux. The lesson has a Mux playback id." in text
    assert len(test.get("bidi_component")) == 1


def test_why_it_plays_from_there_is_for_whoever_looks_after_playback(open_page: Opened) -> None:
    text = words_of(open_page("watch.py", Role.TEACHER, lesson="1"))
    assert "Algebra II · Plays from Mux" in text
    assert "playback id" not in text


def test_original_and_copy_side_by_side_are_offered_for_what_plays_from_mux_alone(
    open_page: Opened, school: School
) -> None:
    side_by_side = "Original and copy side by side"
    assert side_by_side in [box.label for box in open_page("watch.py", Role.ADMIN, lesson="1").expander]
    school.videos.playables["1"] = replace(school.videos.playables["1"], playback_id=None)
    boxes = open_page("watch.py", Role.ADMIN, lesson="1").expander
    assert side_by_side not in [box.label for box in boxes]


def test_a_lesson_without_a_video_says_so_and_leads_to_the_upload(open_page: Opened, school: School) -> None:
    school.videos.playables["1"] = replace(school.videos.playables["1"], playback_id=None)
    test = open_page("watch.py", Role.ADMIN, lesson="1")
    assert "This lesson has no video yet." in words_of(test)
    assert not test.get("bidi_component")


def test_a_lesson_that_one_may_not_play_is_not_there(open_page: Opened, school: School) -> None:
    private = replace(school.videos.playables["1"], ties=LessonTies(lesson_id="1"))
    school.videos.playables["1"] = private
    test = open_page("watch.py", Role.FINANCE, lesson="1")
    assert "There is no lesson 1." in test.error[0].value
    assert test.title[0].value == "Watch"
    assert [link.label for link in test.get("page_link")] == ["Back to Today"]
    assert not test.get("bidi_component")


def test_the_doctor_is_offered_to_whoever_looks_after_playback_also_where_nothing_can_be_played(
    open_page: Opened, school: School
) -> None:
    def offered(*roles: Role) -> bool:
        boxes = open_page("watch.py", *roles, lesson="1").expander
        return "Playback doctor" in [box.label for box in boxes]

    assert offered(Role.OPS)
    assert not offered(Role.TEACHER)
    school.videos.playables["1"] = replace(school.videos.playables["1"], policy=Policy.SIGNED)
    test = open_page("watch.py", Role.ADMIN, lesson="1")
    assert "no signing key is set" in test.error[0].value
    assert "Playback doctor" in [box.label for box in test.expander]


def test_the_doctors_answer_names_the_broken_link() -> None:
    fine = [ok("row", "It is there."), ok("asset", "Ready.")]
    assert doctor.answer(fine) == "**All 2 links hold: it plays.**"
    broken = [
        *fine,
        failed("token", "It has run out.", "Set the clock."),
        skipped("manifest", "Not looked at."),
    ]
    assert doctor.answer(broken) == "**The token is broken.**"


def test_an_address_without_a_lesson_says_what_to_do(open_page: Opened) -> None:
    assert "names no lesson" in open_page("watch.py", Role.ADMIN).error[0].value


@pytest.mark.parametrize(
    ("asked", "at_s"), [("130", 130.0), ("", None), ("x", None), ("-3", None), ("9" * 9, None)]
)
def test_a_link_jumps_to_a_second_and_nonsense_to_none(
    asked: str, at_s: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen.st, "query_params", {"t": asked})
    seek = screen.seek_asked()
    assert (seek.at_s if seek else None) == at_s


def playback(**facts: object) -> Playback:
    usual = {"lesson_id": "1", "title": "Sets", "provider": Provider.S3, "why": "", "src": "https://s3/x?sig"}
    return Playback(**{**usual, **facts})  # type: ignore[arg-type]


def test_mux_data_is_told_the_video_its_series_and_a_viewer_without_a_name() -> None:
    video = video_of(playback(series="Algebra II", viewer="f00"))
    assert video.metadata == {
        "video_id": "1",
        "video_title": "Sets",
        "video_series": "Algebra II",
        "viewer_user_id": "f00",
    }


def test_nobody_is_brought_back_to_the_first_moments() -> None:
    assert video_of(playback(resume_at_s=4.0)).resume_at_s == 0.0
    assert video_of(playback(resume_at_s=130.0)).resume_at_s == 130.0


def test_captions_that_come_with_the_stream_are_not_added_again() -> None:
    own = Track(kind="captions", language="en", name="English", src="https://s3/en.vtt")
    inside = Track(kind="captions", language="de", name="German")
    assert [one["language"] for one in video_of(playback(tracks=(own, inside))).tracks] == ["en"]


def test_chapters_go_to_the_player_and_come_anew_when_their_address_ran_out() -> None:
    chapters = Track(kind="chapters", language="en", name="Chapters", src="https://s3/c.vtt?sig")
    given = {"kind": "chapters", "src": "https://s3/c.vtt?sig", "label": "Chapters", "language": "en"}
    video = video_of(playback(tracks=(chapters,)))
    assert video.tracks == (given,)
    assert addresses(video)["tracks"] == [given]


def test_an_address_that_opens_something_is_not_printed() -> None:
    assert "sig" not in repr(video_of(playback()))
