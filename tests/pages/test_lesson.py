"""The lesson page: one form for a new lesson and one that is there, and nobody's words are lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core import bulk_starting, lesson_picking
from core.access import Role
from core.asset import Asset, AssetStatus, Policy
from core.batch import BatchKind, ItemState
from core.bulk import Picked
from core.filekind import FileKind
from core.host_video import Course
from core.lesson_form import Field
from core.lesson_former import Former, Plays, Why
from core.people import HostUser
from core.playback import Provider
from core.settings import Secret
from core.tie import LessonTies
from core.upload import UploadState
from dashboard import navigation
from dashboard.lesson import deleting
from tests.fakes import EPOCH
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fake_lessons import AUDIT
from tests.pages.fake_uploads import resource, upload
from tests.pages.fakes import School

AWKWARD = "<b>Sets</b> 🎓 **bold** :red[x] " * 5
COURSES = [Course(id="1", title="Algebra II", teacher_id="tess"), Course(id="2", title="Logic")]


@pytest.fixture(autouse=True)
def _courses(school: School) -> None:
    school.videos.courses = list(COURSES)


def press(test: AppTest, label: str) -> AppTest:
    return button(test, label).click().run()


def button(test: AppTest, label: str):
    return next(one for one in test.button if one.label == label)


def labels(test: AppTest) -> list[str]:
    return [one.label for one in test.button]


def type_(test: AppTest, name: Field, text: str, lesson_id: str = "1") -> AppTest:
    kind = test.text_area if name is Field.DESCRIPTION else test.text_input
    return kind(key=f"lesson-{name}-{lesson_id}").set_value(text).run()


def title(test: AppTest, lesson_id: str = "1") -> str:
    return str(test.text_input(key=f"lesson-title-{lesson_id}").value)


def test_a_lesson_opens_with_all_that_its_row_says(school: School, open_page: Opened) -> None:
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert test.title[0].value == "Sets · 1"
    assert "Algebra II · Published · id 1" in words_of(test)
    assert title(test) == "Sets · 1"
    assert test.text_area(key="lesson-description-1").value == "What a set is."
    assert test.selectbox(key="lesson-course_id-1").value == "1"
    assert test.number_input(key="lesson-position-1").value == 1
    assert test.toggle(key="lesson-status-1").value


def test_what_was_changed_is_saved_and_said(school: School, open_page: Opened) -> None:
    test = type_(open_page("lesson.py", Role.ADMIN, lesson="1"), Field.TITLE, AWKWARD)
    assert "Not saved yet] Title." in words_of(test)
    test.toggle(key="lesson-status-1").set_value(False).run()
    test.number_input(key="lesson-position-1").set_value(7).run()
    test.selectbox(key="lesson-course_id-1").set_value("2").run()
    press(test, "Save changes")
    row = school.lessons.rows["1"]
    assert (row[Field.TITLE], row[Field.STATUS]) == (AWKWARD.strip(), "draft")
    assert (row[Field.POSITION], row[Field.COURSE], row[Field.DESCRIPTION]) == ("7", "2", "What a set is.")
    assert test.toast[0].value == "Saved."
    assert school.audited == [("ada", "edit lesson", "lesson 1")]
    assert "Not saved yet" not in words_of(test)
    assert "bold" in test.title[0].value
    assert "**bold**" not in test.title[0].value


def test_a_new_lesson_has_the_same_form_and_gets_its_address(school: School, open_page: Opened) -> None:
    test = open_page("lesson.py", Role.ADMIN)
    assert test.title[0].value == "New lesson"
    type_(test, Field.TITLE, "Maps", "")
    press(test, "Make this lesson")
    assert school.lessons.rows["2"][Field.TITLE] == "Maps"
    assert school.lessons.rows["2"][Field.STATUS] == "draft"
    assert test.query_params["lesson"] in ("2", ["2"])


def test_a_new_lesson_blames_nobody_before_they_tried(school: School, open_page: Opened) -> None:
    test = open_page("lesson.py", Role.ADMIN)
    assert "has no title" not in words_of(test)
    press(test, "Make this lesson")
    assert "The lesson has no title. Give it one." in words_of(test)
    assert "2" not in school.lessons.rows


@pytest.mark.parametrize(("text", "said"), [("", "has no title"), ("x" * 256, "At most 255 characters")])
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_saved(
    school: School, open_page: Opened, text: str, said: str
) -> None:
    test = type_(open_page("lesson.py", Role.ADMIN, lesson="1"), Field.TITLE, text)
    assert any(said in one.value and ":red[" in one.value for one in test.markdown)
    press(test, "Save changes")
    assert school.lessons.rows["1"][Field.TITLE] == "Sets · 1"
    assert title(test) == text


def test_a_school_that_wants_a_course_is_told_beside_the_field(school: School, open_page: Opened) -> None:
    school.videos.needs_course = True
    test = type_(open_page("lesson.py", Role.ADMIN), Field.TITLE, "Maps", "")
    press(test, "Make this lesson")
    assert any("belongs to a course" in one.value for one in test.markdown)
    test.selectbox(key="lesson-course_id-").set_value("2").run()
    press(test, "Make this lesson")
    assert school.lessons.rows["2"][Field.COURSE] == "2"


def test_what_is_not_saved_survives_a_rerun_another_page_and_the_way_back(
    school: School, open_page: Opened
) -> None:
    test = type_(open_page("lesson.py", Role.ADMIN, lesson="1"), Field.TITLE, "Half a tit").run()
    test.switch_page(str(navigation.PAGES / "library.py")).run()
    test.switch_page(str(navigation.PAGES / "lesson.py"))
    test.query_params["lesson"] = "1"
    test.run()
    assert title(test) == "Half a tit"
    press(test, "Discard changes")
    assert title(test) == "Sets · 1"
    assert "Discard changes" not in labels(test)


def test_what_one_person_typed_is_not_shown_to_another(school: School, open_page: Opened) -> None:
    test = type_(open_page("lesson.py", Role.ADMIN, lesson="1"), Field.TITLE, "Ada's")
    test.session_state["as"] = "dana"
    test.run()
    assert title(test) == "Sets · 1"


def test_two_changes_of_one_field_are_shown_side_by_side_and_the_person_chooses(
    school: School, open_page: Opened
) -> None:
    test = type_(open_page("lesson.py", Role.ADMIN, lesson="1"), Field.TITLE, "Mine")
    type_(test, Field.DESCRIPTION, "My words")
    school.lessons.by_another("1", "ben", title="Theirs", position="3")
    press(test, "Save changes")
    said = words_of(test)
    assert "ben changed this lesson" in said
    assert "Nothing was overwritten." in said
    assert "**Order** is now “3”, which stays." in said
    assert school.lessons.rows["1"][Field.TITLE] == "Theirs"
    [choice] = test.radio
    assert (choice.label, choice.options) == ("Title: which stays?", ["Theirs", "Yours"])
    assert button(test, "Save changes").disabled
    assert button(test, "Go on with these values").disabled
    choice.set_value("Yours").run()
    press(test, "Go on with these values")
    assert (title(test), test.number_input(key="lesson-position-1").value) == ("Mine", 3)
    press(test, "Save changes")
    row = school.lessons.rows["1"]
    assert (row[Field.TITLE], row[Field.DESCRIPTION], row[Field.POSITION]) == ("Mine", "My words", "3")


def test_theirs_can_stay(school: School, open_page: Opened) -> None:
    test = type_(open_page("lesson.py", Role.ADMIN, lesson="1"), Field.TITLE, "Mine")
    school.lessons.by_another("1", "", title="Theirs")
    press(test, "Save changes")
    assert "Somebody changed this lesson, outside of Lectern" in words_of(test)
    test.radio[0].set_value("Theirs").run()
    press(test, "Go on with these values")
    assert title(test) == "Theirs"
    assert "Not saved yet" not in words_of(test)


def test_a_page_without_changes_of_ones_own_shows_what_is_there_now(
    school: School, open_page: Opened
) -> None:
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    school.lessons.by_another("1", "ben", title="Theirs")
    test.run()
    assert title(test) == "Theirs"
    assert "changed this lesson" not in words_of(test)


@pytest.mark.parametrize("role", [Role.OPS, Role.TEACHER])
def test_whoever_may_only_see_it_reads_who_can_change_it(
    role: Role, school: School, open_page: Opened
) -> None:
    test = open_page("lesson.py", role, lesson="1")
    assert test.text_input(key="lesson-title-1").disabled
    assert "Save changes" not in labels(test)
    assert "Only an admin, or the teacher who made this lesson, can change it." in words_of(test)


def test_a_teacher_changes_a_lesson_of_their_own(school: School, open_page: Opened) -> None:
    school.users = [HostUser(id="tess", email="tess@school.test", role="teacher")]
    school.videos.playables["1"] = replace(
        school.videos.playables["1"], ties=LessonTies(lesson_id="1", creator_id="tess")
    )
    test = open_page("lesson.py", Role.TEACHER, lesson="1")
    type_(test, Field.TITLE, "Mine")
    assert test.selectbox(key="lesson-course_id-1").options == ["No course", "Algebra II"]
    press(test, "Save changes")
    assert school.lessons.rows["1"][Field.TITLE] == "Mine"


def test_finance_has_no_business_here(open_page: Opened) -> None:
    assert "Your roles do not allow" in open_page("lesson.py", Role.FINANCE, lesson="1").warning[0].value


def test_whoever_may_not_make_lessons_is_told_who_may(open_page: Opened) -> None:
    test = open_page("lesson.py", Role.OPS)
    assert "edit a lesson" in test.warning[0].value
    assert "admin" in test.warning[0].value


def test_a_lesson_that_is_not_there_says_so_and_leads_back(open_page: Opened) -> None:
    test = open_page("lesson.py", Role.ADMIN, lesson="999")
    assert "There is no lesson 999." in test.error[0].value
    assert [link.label for link in test.get("page_link")] == ["Back to Today"]


def test_fields_that_the_school_lacks_are_left_out(school: School, open_page: Opened) -> None:
    school.lessons.lacks = frozenset({Field.COURSE, Field.POSITION, Field.STATUS, Field.DESCRIPTION})
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert [one.label for one in test.text_input if one.key.startswith("lesson")] == ["Title"]
    assert not test.number_input
    assert not test.text_area


def test_many_courses_are_searched(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch)
    school.videos.courses = [Course(id=str(n), title=f"Course {n}") for n in range(1, 151)]
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    test.text_input(key="lesson_course_search").set_value("Course 14").run()
    assert "Course 149" in test.selectbox(key="lesson-course_id-1").options
    assert "Course 150" not in test.selectbox(key="lesson-course_id-1").options
    assert test.selectbox(key="lesson-course_id-1").value == "1"


def on_mux(school: School, **facts: object) -> Asset:
    """Lesson 1 plays from Mux."""
    usual = Asset(
        id="asset-1",
        status=AssetStatus.READY,
        created_at=EPOCH,
        ready_at=EPOCH + timedelta(minutes=1),
        playback_id="play-1",
        policy=Policy.PUBLIC,
        resolution_tier="720p",
        video_quality="plus",
        tracks=(
            {"id": "t1", "type": "video", "max_width": 1280, "max_height": 720, "max_frame_rate": 30.0},
            {"id": "t2", "type": "audio", "max_channels": 2},
            {"id": "t3", "type": "text", "name": "English", "status": "preparing"},
        ),
    )
    asset = replace(usual, **facts)  # type: ignore[arg-type]
    school.assets["asset-1"] = asset
    school.lessons.added["1"] = {"mux_asset_id": "asset-1", "mux_upload_id": "up-1"}
    school.videos.uploads = []
    return asset


def test_the_video_plays_and_says_what_became_of_it_and_what_it_holds(
    school: School, open_page: Opened
) -> None:
    on_mux(school)
    before = {"processing_status": "ready", "video_provider": "s3"}
    switched = replace(AUDIT, at=EPOCH + timedelta(minutes=2), action="switch to Mux", subject="lessons 1")
    school.lessons.audits.append(replace(switched, before=before))
    school.lessons.reasons = {"video_codec": "vp9", "unheard_of": "x"}
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    said = words_of(test)
    assert next(one.key for one in test.get("bidi_component")) == "lesson"
    assert "Plays from Mux." in said
    assert "at Mux 5 Jan, 09:00 · ready 09:01 · switched from S3 09:02" in said
    assert "10:00 · 720p · plus quality · public playback · 1280 × 720, 30 frames/s · stereo" in said
    assert "English captions (preparing)" in said
    assert "its picture is vp9, not H.264, unheard of: x" in said
    assert [code.value for code in test.code] == ["asset-1", "play-1", "up-1"]


def test_its_sound_is_evened_out_by_a_batch_of_one_that_is_told_until_it_is_over(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, mux_token_id="id", mux_token_secret=Secret("secret"))
    on_mux(school)
    lines = school.shelf.lines
    school.shelf.lines = [replace(one, provider=Provider.MUX) for one in lines if one.lesson_id == "1"]
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    press(test, "Even out the sound …")
    said = words_of(test)
    assert "**Even out the sound of 1 lesson**; asking Mux takes about 1 s." in said
    assert "a month for the new copy" in said
    press(test, "Even out the sound")
    [item] = [one for one in school.items.values() if one.lesson_id]
    assert (item.lesson_id, school.batches[item.batch_id].kind) == ("1", BatchKind.NORMALISE)
    assert "Its sound is being evened out" in words_of(test)
    assert "Even out the sound …" not in labels(test)
    school.items[item.id] = replace(item, state=ItemState.FAILED, reason="Mux said no.")
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "Sound not evened out] Mux said no." in words_of(test)
    assert "Even out the sound …" in labels(test)


def test_a_copy_with_even_sound_says_so_and_offers_it_no_more(school: School, open_page: Opened) -> None:
    on_mux(school, normalized=True)
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "public playback · even sound" in words_of(test)
    assert "Even out the sound …" not in labels(test)


def test_who_may_not_change_the_lesson_is_not_offered_even_sound(school: School, open_page: Opened) -> None:
    on_mux(school)
    assert "Even out the sound …" not in labels(open_page("lesson.py", Role.OPS, lesson="1"))


def test_a_lesson_without_a_video_leads_to_the_upload_for_it(school: School, open_page: Opened) -> None:
    school.videos.uploads = []
    school.videos.playables["1"] = replace(school.videos.playables["1"], playback_id=None)
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "No video] Nothing was uploaded yet." in words_of(test)
    link = next(one for one in test.get("page_link") if one.label == "Upload or record a video")
    assert "lesson=1" in link.proto.query_string
    assert not test.get("bidi_component")


def test_a_copy_that_was_deleted_elsewhere_is_shown_as_such(school: School, open_page: Opened) -> None:
    on_mux(school, status=AssetStatus.DELETED, deleted_at=EPOCH + timedelta(days=1))
    school.videos.playables["1"] = replace(school.videos.playables["1"], asset_status=AssetStatus.DELETED)
    said = words_of(open_page("lesson.py", Role.ADMIN, lesson="1"))
    assert "Deleted at Mux]" in said
    assert "Its copy at Mux was deleted on 6 Jan, 09:00. Upload it again." in said


def test_a_lesson_that_fell_back_to_s3_says_that_its_copy_is_gone(school: School, open_page: Opened) -> None:
    on_mux(school, status=AssetStatus.DELETED, deleted_at=EPOCH + timedelta(days=1))
    school.lessons.added.clear()
    switched = replace(AUDIT, action="switch to Mux", subject="lessons 1", after={"mux_asset_id": "asset-1"})
    school.lessons.audits.append(switched)
    playable = school.videos.playables["1"]
    school.videos.playables["1"] = replace(playable, playback_id=None, video_url="s3://school-videos/a.mp4")
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "Plays the file in S3. Its copy at Mux was deleted on 6 Jan, 09:00." in words_of(test)
    assert "Delete the copy at Mux …" not in labels(test)


def test_another_video_on_its_way_is_said(school: School, open_page: Opened) -> None:
    school.videos.uploads = [upload(1, UploadState.PREPARING)]
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "Preparing] take-1.mp4, by dana" in words_of(test)
    ways = [one.label for one in test.get("page_link")]
    assert "Look at its upload" in ways
    assert "Upload or record another" not in ways


def test_whoever_may_not_change_the_lesson_is_not_led_to_an_upload(school: School, open_page: Opened) -> None:
    on_mux(school)
    own = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "Upload or record another" in [one.label for one in own.get("page_link")]
    ties = LessonTies(lesson_id="1", creator_id="somebody", is_published=True)
    school.videos.playables["1"] = replace(school.videos.playables["1"], ties=ties)
    test = open_page("lesson.py", Role.TEACHER, lesson="1")
    assert not [one.label for one in test.get("page_link") if one.label.startswith("Upload")]


def test_whoever_may_not_play_it_still_reads_how_it_stands(school: School, open_page: Opened) -> None:
    on_mux(school)
    ties = LessonTies(lesson_id="1", is_published=True)
    school.videos.playables["1"] = replace(school.videos.playables["1"], ties=ties)
    test = open_page("lesson.py", Role.OPS, lesson="1")
    assert "cannot play its video" in words_of(test)
    assert not test.get("bidi_component")
    assert "Plays from Mux." in words_of(test)


def test_what_keeps_it_from_playing_is_said_and_all_that_is_known_of_it_as_well(
    school: School, open_page: Opened
) -> None:
    on_mux(school)
    school.videos.playables["1"] = replace(school.videos.playables["1"], policy=Policy.SIGNED)
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "no signing key is set" in test.error[0].value
    assert "Plays from Mux." in words_of(test)
    assert "Save changes" in labels(test)


def test_the_way_to_mux_is_there_at_the_real_one_alone(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_mux(school)
    found = links(open_page("lesson.py", Role.ADMIN, lesson="1"))
    assert found["Open at Mux"] == "https://dashboard.mux.com/environments/env-1/video/assets/asset-1"
    behind(school, monkeypatch, mux_base_url="http://127.0.0.1:8510")
    assert "Open at Mux" not in links(open_page("lesson.py", Role.ADMIN, lesson="1"))


def links(test: AppTest) -> dict[str, str]:
    return {one.proto.label: one.proto.url for one in test.get("link_button")}


def test_history_is_read_once_it_is_opened_and_page_by_page(school: School, open_page: Opened) -> None:
    on_mux(school)
    school.lessons.audits = [
        replace(AUDIT, subject="lesson 1", before={"title": "A"}, after={"title": f"B{n}"}) for n in range(25)
    ]
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert not test.dataframe
    test.session_state["lesson_history"] = True
    test.query_params["changes"] = "3"
    test.run()
    assert list(test.dataframe[0].value["What changed"])[-1] == "title: A → B24"
    assert "21 to 25 of 25" in words_of(test)
    assert "events are forgotten in time" in words_of(test)


def test_history_is_not_offered_to_whoever_only_sees_the_lesson(school: School, open_page: Opened) -> None:
    assert "History" not in [box.label for box in open_page("lesson.py", Role.TEACHER, lesson="1").expander]


def resource_names(test: AppTest) -> list[str]:
    said = (one.value for one in test.markdown if ":small[:gray[" in one.value)
    return [one.split("**")[1] for one in said]


def test_what_lies_beside_is_listed_put_in_order_and_opened(school: School, open_page: Opened) -> None:
    school.videos.resources = [resource(1, "a.pdf"), resource(2, "x.chapters.vtt", FileKind.SUBTITLE)]
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert resource_names(test) == ["a.pdf", "x.chapters.vtt"]
    assert "Chapters · 2.0 MB · tess, just now" in words_of(test)
    assert "X-Amz-Signature" in links(test)["Open"]
    assert "X-Amz-Signature" not in words_of(test)
    assert [one.disabled for one in test.button if one.label in ("Up", "Down")] == [True, False, False, True]
    press(test, "Down")
    assert resource_names(test) == ["x.chapters.vtt", "a.pdf"]


def test_a_resource_is_renamed_and_what_is_wrong_with_the_name_is_said(
    school: School, open_page: Opened
) -> None:
    school.videos.resources = [resource(1, "a.pdf")]
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Rename …")
    assert test.text_input(key="resource_name").value == "a.pdf"
    test.text_input(key="resource_name").set_value(" ")
    press(test, "Rename")
    assert "has no name" in test.error[0].value
    press(test, "Rename …")
    test.text_input(key="resource_name").set_value("Notes")
    press(test, "Rename")
    assert resource_names(test) == ["Notes.pdf"]


def test_a_resource_is_removed_after_the_page_said_what_stays(school: School, open_page: Opened) -> None:
    school.videos.resources = [resource(1, "a.pdf")]
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Remove …")
    assert "The file stays in S3" in words_of(test)
    assert school.videos.resources
    press(test, "Remove 1 resource")
    assert not school.videos.resources
    assert "Nothing lies beside this lesson" in words_of(test)


def test_whoever_only_sees_the_lesson_arranges_nothing(school: School, open_page: Opened) -> None:
    school.videos.resources = [resource(1, "a.pdf"), resource(2, "b.pdf")]
    test = open_page("lesson.py", Role.OPS, lesson="1")
    assert resource_names(test) == ["a.pdf", "b.pdf"]
    assert not {"Up", "Down", "Rename …", "Remove …"} & set(labels(test))


def test_a_file_in_s3_is_searched_and_becomes_the_lessons_video(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    picked: list[tuple[str, int]] = []
    monkeypatch.setattr(lesson_picking, "pick", lambda *names, **_: picked.append(names))
    school.videos.uploads = []
    school.videos.playables["1"] = replace(school.videos.playables["1"], playback_id=None)
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    test.session_state["lesson_pick"] = True
    test.run()
    test.text_input(key="lesson_pick_search").set_value("lesson-077").run()
    choice = test.selectbox(key="lesson_picked")
    assert choice.options == ["courses/1/lesson-077.mp4 · 84 MB · 10:00 · used by 2 rows"]
    assert button(test, "Use this file").disabled
    choice.set_value(77).run()
    press(test, "Use this file")
    assert picked == [("1", 77)]
    assert test.toast[0].value == "The lesson plays this file from S3."


@pytest.mark.parametrize("role", [Role.OPS, Role.TEACHER])
def test_no_file_in_s3_is_offered_to_others(role: Role, school: School, open_page: Opened) -> None:
    school.videos.uploads = []
    school.videos.playables["1"] = replace(school.videos.playables["1"], playback_id=None)
    test = open_page("lesson.py", role, lesson="1")
    assert "Take a file that is in S3" not in [box.label for box in test.expander]


def test_the_copy_at_mux_is_deleted_after_a_typed_word_and_the_page_says_what_goes_and_what_stays(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[BatchKind, Picked]] = []
    monkeypatch.setattr(bulk_starting, "start", lambda kind, *, picked, **_: started.append((kind, picked)))
    on_mux(school)
    school.lessons.rows["2"] = {**school.lessons.rows["1"], Field.TITLE: "Sets <b>again</b>"}
    school.lessons.added["2"] = {"mux_asset_id": "asset-1"}
    playable = school.videos.playables["1"]
    school.videos.playables["1"] = replace(playable, video_url="s3://school-videos/courses/1/lesson-001.mp4")
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Delete the copy at Mux …")
    said = words_of(test)
    assert "plays its file in S3 again, which stays" in said
    assert "“Sets \\<b\\>again\\</b\\>”" in said
    assert button(test, "Delete 1 copy").disabled
    monkeypatch.setattr(deleting, "WORD", "")  # as if it were typed: AppTest closes a dialog at each run
    press(press(test, "Delete the copy at Mux …"), "Delete 1 copy")
    assert started == [(BatchKind.DELETE, Picked("some", frozenset({"1"})))]
    assert "Its copy at Mux is being deleted." in words_of(test)
    assert "Delete the copy at Mux …" not in labels(test)


def test_a_lesson_without_a_file_in_s3_is_said_to_play_nothing_afterwards(
    school: School, open_page: Opened
) -> None:
    on_mux(school)
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Delete the copy at Mux …")
    assert "plays nothing afterwards" in words_of(test)


def test_other_lessons_that_keep_the_copy_as_an_earlier_version_are_counted(
    school: School, open_page: Opened
) -> None:
    on_mux(school)
    kept = {
        "plays": Plays(asset_id="asset-1"),
        "rows": (),
        "at": EPOCH,
        "person": "dana",
        "why": Why.UPLOADED,
    }
    school.lessons.formers = [Former(lesson_id=one, **kept) for one in ("8", "9")]
    test = press(open_page("lesson.py", Role.ADMIN, lesson="1"), "Delete the copy at Mux …")
    assert "It is an earlier version of 2 other lessons, too, and cannot be played again there." in words_of(
        test
    )


@pytest.mark.parametrize("facts", [{"status": AssetStatus.DELETED, "deleted_at": EPOCH}, None])
def test_what_is_not_at_mux_is_not_offered_to_be_deleted(
    school: School, open_page: Opened, facts: dict[str, object] | None
) -> None:
    if facts:
        on_mux(school, **facts)
    assert "Delete the copy at Mux …" not in labels(open_page("lesson.py", Role.ADMIN, lesson="1"))


@pytest.mark.parametrize("role", [Role.OPS, Role.TEACHER])
def test_whoever_may_not_change_the_lesson_deletes_nothing(
    role: Role, school: School, open_page: Opened
) -> None:
    on_mux(school)
    assert "Delete the copy at Mux …" not in labels(open_page("lesson.py", role, lesson="1"))


def test_a_title_of_500_characters_stands_whole_in_the_form_and_leaves_room_above_it(
    school: School, open_page: Opened
) -> None:
    whole = ("<script>alert(1)</script> **Sets** 🎬 " * 20)[:500]
    school.lessons.rows["1"] |= {Field.TITLE: whole}
    test = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert len(test.title[0].value) < 200
    assert "\\<script\\>" in test.title[0].value
    assert next(one for one in test.text_input if one.label == "Title").value == whole
