"""The upload page: where files go, how, what they cost, and what became of them."""

import base64
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from core import uploading
from core.access import Role
from core.asset import Quality
from core.errors import NotAllowed, StaleState, Unavailable
from core.host_video import Course
from core.migration import PolicyRule
from core.settings import Secret
from core.upload import FileKind, LessonChoice, Opened, UploadOptions, UploadState, Via
from dashboard import courses, words
from dashboard.components.inbox import Inbox, safely
from dashboard.upload import desk, how, listing, where
from dashboard.upload.goal import Goal, Goals
from tests.pages.conftest import Opened as OpenPage
from tests.pages.conftest import behind, words_of
from tests.pages.fake_uploads import upload
from tests.pages.fakes import School

MP4 = base64.b64encode(b"\x00\x00\x00\x20ftypisom" + b"\x00" * 600).decode()
URL = "https://storage.example/upload?secret"


def ask(target: str, **facts: Any) -> dict[str, Any]:
    """What the uploader sends when a file is picked."""
    usual = {"seq": 1, "type": "ask", "file": "f1", "name": "Intro.mp4", "size": 84_000_000, "head": MP4}
    return {**usual, "mime": "video/mp4", "target": target, **facts}


@pytest.fixture
def desk_of(school: School, monkeypatch: pytest.MonkeyPatch) -> Goals:
    """The desk behind an admin's page, with the use cases answered in memory."""
    goals = Goals()
    monkeypatch.setattr(desk.goal, "_goals", lambda: goals)
    monkeypatch.setattr(desk.access, "require", lambda _action: None)
    monkeypatch.setattr(desk, "origin", lambda: "http://127.0.0.1:8501")
    return goals


def test_without_a_lesson_no_file_can_be_picked_and_the_page_says_why(open_page: OpenPage) -> None:
    test = open_page("upload.py", Role.ADMIN)
    [part] = test.get("bidi_component")
    assert "Choose the lesson first." in str(part.proto)


def test_every_state_and_every_failure_is_in_the_list_in_words(
    open_page: OpenPage, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SHOWN", 100)
    text = words_of(open_page("upload.py", Role.ADMIN))
    for state in UploadState:
        assert words.UPLOAD[state].word in text
    for step in listing.NEXT.values():
        assert f"It broke. {step}" in text
    assert "resource (pdf)" in text


def test_a_file_of_chapters_is_called_so(open_page: OpenPage, school: School) -> None:
    name = "Sets.chapters.vtt"
    school.videos.uploads = [upload(1, UploadState.READY, kind=FileKind.SUBTITLE, filename=name)]
    text = words_of(open_page("upload.py", Role.ADMIN))
    assert "· chapters ·" in text
    assert "resource" not in text


def test_a_teacher_sees_own_uploads_alone(open_page: OpenPage, school: School) -> None:
    school.videos.uploads = [
        upload(1, UploadState.READY, subject="tess", filename="mine.mp4"),
        upload(2, UploadState.READY, subject="dana", filename="hers.mp4"),
    ]
    text = words_of(open_page("upload.py", Role.TEACHER))
    assert "mine.mp4" in text
    assert "hers.mp4" not in text


def test_a_file_name_is_shown_as_it_is_and_never_as_a_link(open_page: OpenPage, school: School) -> None:
    school.videos.uploads = [upload(1, UploadState.READY, filename="[x](https://evil.example).mp4")]
    assert "[x](https" not in words_of(open_page("upload.py", Role.ADMIN))


def test_a_link_to_the_page_can_name_the_lesson(open_page: OpenPage, school: School) -> None:
    school.videos.lessons = [LessonChoice(id="7", title="Sets")]
    test = open_page("upload.py", Role.ADMIN, lesson="7")
    assert test.selectbox[1].value == "7" or "7" in [box.value for box in test.selectbox]


def test_a_new_lesson_may_be_put_into_a_course(
    open_page: OpenPage, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, mux_signing_key="key-1", mux_private_key=Secret("private"))
    school.videos.courses = [Course(id="1", title="Algebra II"), Course(id="2", title="Sets")]
    test = new_lesson_of(open_page, Role.ADMIN)
    [box] = [one for one in test.selectbox if one.label == "Course"]
    assert (box.options, box.value) == (["Algebra II", "Sets"], None)
    assert goals_of(test) == {(None, None)}
    box.select("2").run()
    assert goals_of(test) == {(None, None), (None, "2")}


def test_where_the_school_wants_a_course_none_can_be_left_out(open_page: OpenPage, school: School) -> None:
    school.videos.courses, school.videos.needs_course = [Course(id="1", title="Sets")], True
    test = new_lesson_of(open_page, Role.ADMIN)
    assert "Choose the course first." in str(test.get("bidi_component")[0].proto)
    next(one for one in test.selectbox if one.label == "Course").select("1").run()
    assert "Choose the course first." not in str(test.get("bidi_component")[0].proto)
    school.videos.courses = []
    test = new_lesson_of(open_page, Role.ADMIN)
    assert where.NO_COURSE_TO_CHOOSE in words_of(test)
    assert where.NO_COURSE in str(test.get("bidi_component")[0].proto)


def test_of_very_many_courses_one_searches(open_page: OpenPage, school: School) -> None:
    school.videos.courses = [Course(id=str(n), title=f"Course no {n}") for n in range(courses.MANY + 20)]
    test = new_lesson_of(open_page, Role.ADMIN)
    next(one for one in test.text_input if one.label == "Find a course").set_value("no 119").run()
    assert next(one for one in test.selectbox if one.label == "Course").options == ["Course no 119"]


def test_lessons_and_courses_of_the_same_name_can_be_told_apart() -> None:
    labels = {"1": "Intro", "2": "Intro", "3": "Sets", "4": ""}
    assert list(where.distinct(labels, "lesson").values()) == [
        *("Intro · lesson 1", "Intro · lesson 2", "Sets", "Lesson 4")
    ]


def goals_of(test: AppTest) -> set[tuple[str | None, str | None]]:
    """Lesson and course of what files were for."""
    return {(one.lesson_id, one.course_id) for one in test.session_state["upload_goals"].by_word.values()}


def new_lesson_of(open_page: OpenPage, role: Role) -> AppTest:
    """The upload page of somebody who wants a new lesson."""
    test = open_page("upload.py", role)
    test.button_group[0].select(where.NEW).run()
    return test


@pytest.mark.parametrize(
    ("quality", "said"),
    # 60 min × $0, $0.03125, $0.046875 once; × $0.003, $0.003, $0.0045 a month
    [
        (Quality.BASIC, "$0.00 once and $0.18 a month"),
        (Quality.PLUS, "$1.88 once and $0.18 a month"),
        (Quality.PREMIUM, "$2.81 once and $0.27 a month"),
    ],
)
@pytest.mark.usefixtures("school")
def test_an_hour_of_video_is_priced_in_one_line(quality: Quality, said: str) -> None:
    assert said in how.per_hour(quality, test=False)


def test_a_video_is_priced_by_its_own_length(desk_of: Goals) -> None:
    # 12 min 4 s plus: 724 / 60 × $0.03125 = $0.377, 724 / 60 × $0.003 = $0.036
    said = desk.cost({"length_s": 724}, UploadOptions(quality=Quality.PLUS))
    assert said == "12:04 long · about $0.38 once, $0.04 a month"
    assert desk.cost({"length_s": 724}, UploadOptions(test=True)) == "Test copies cost nothing."
    assert desk.cost({"length_s": "x"}, UploadOptions()) == ""
    assert desk.cost({"length_s": 10**9}, UploadOptions()) == ""


def test_an_upload_is_opened_for_the_lesson_and_options_that_were_chosen_with_the_file(
    desk_of: Goals, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []

    def open_upload(lesson_id: str, file: Any, **asked: Any) -> Opened:
        opened.append((lesson_id, file.name, asked["options"].policy, asked["cors_origin"]))
        return Opened(upload=upload(1, UploadState.WAITING), via=Via.MUX, url=URL)

    monkeypatch.setattr(uploading, "open_upload", open_upload)
    word = desk.goal.remember(Goal(lesson_id="7", options=UploadOptions(policy=PolicyRule.SIGNED)))
    answer = desk.respond(ask(word))
    assert opened == [("7", "Intro.mp4", PolicyRule.SIGNED, "http://127.0.0.1:8501")]
    assert answer is not None
    assert (answer["via"], answer["url"], answer["arrived"]) == ("mux", URL, False)


def test_a_cancel_is_answered_once_it_is_done_and_asked_again_while_it_cannot_be(
    desk_of: Goals, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[UUID] = []

    def cancel(upload_id: UUID, **_: Any) -> None:
        heard.append(upload_id)
        if len(heard) == 1:
            raise Unavailable("The database does not answer.")

    monkeypatch.setattr(uploading, "cancel", cancel)
    message = {"type": "cancelled", "upload": str(UUID(int=7))}
    first, second = safely(desk.respond, message), safely(desk.respond, message)
    assert first is not None
    assert first["again"]
    assert second == {}
    assert heard == [UUID(int=7), UUID(int=7)]


def test_a_new_lesson_is_made_once_however_often_its_file_is_tried(
    desk_of: Goals, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def new_lesson(title: str, **_: Any) -> str:
        made.append(title)
        return f"new-{len(made)}"

    def refuse(*_: Any, **__: Any) -> Opened:
        raise StaleState("Mux is away.")

    monkeypatch.setattr(uploading, "new_lesson", new_lesson)
    monkeypatch.setattr(uploading, "open_upload", refuse)
    untitled = desk.goal.remember(Goal(lesson_id=None))
    for file, name in (("f1", "Intro to sets.mp4"), ("f1", "Intro to sets.mp4"), ("f2", "Union.mp4")):
        safely(desk.respond, ask(untitled, file=file, name=name))
    titled = desk.goal.remember(Goal(lesson_id=None, title="Logic"))
    for file in ("f3", "f4"):
        safely(desk.respond, ask(titled, file=file))
    assert made == ["Intro to sets", "Union", "Logic"]


def test_the_course_of_a_new_lesson_is_asked_for_once_more_when_it_is_made(
    desk_of: Goals, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def new_lesson(_title: str, **of: Any) -> str:
        asked.append(of["course_id"])
        raise NotAllowed("This course is somebody else's.", hint="Ask an admin.")

    monkeypatch.setattr(uploading, "new_lesson", new_lesson)
    word = desk.goal.remember(Goal(lesson_id=None, course_id="2"))
    answer = safely(desk.respond, ask(word))
    assert asked == ["2"]
    assert answer is not None
    assert answer["error"] == "This course is somebody else's."
    assert "final" not in answer


def test_a_file_that_is_not_taken_makes_no_lesson_and_is_answered_with_the_reason(
    desk_of: Goals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "new_lesson", lambda *_, **__: pytest.fail("a lesson was made"))
    word = desk.goal.remember(Goal(lesson_id=None))
    program = base64.b64encode(b"MZ" + b"\x00" * 600).decode()
    answer = safely(desk.respond, ask(word, head=program))
    assert answer is not None
    assert "may do harm" in answer["error"]
    assert answer["hint"]
    assert answer["final"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "ask", "target": "nobody's"},
        {"type": "finished", "upload": "no id"},
        {"type": "parts"},
        {"type": "fallback", "upload": None},
    ],
)
def test_a_message_that_makes_no_sense_is_answered_and_ends_nothing(
    desk_of: Goals, message: dict[str, Any]
) -> None:
    answer = safely(desk.respond, message)
    assert answer is not None
    assert answer["error"]


def test_an_unforeseen_error_is_answered_with_an_id_and_no_detail(caplog: pytest.LogCaptureFixture) -> None:
    def burst(_message: Any) -> None:
        raise RuntimeError("secret detail")

    inbox = Inbox()
    inbox.take({"box": "a", "messages": [{"seq": 1}]}, lambda one: safely(burst, one))
    assert "quote" in inbox.answers[1]["error"]
    assert "secret detail" not in str(inbox.answers)
