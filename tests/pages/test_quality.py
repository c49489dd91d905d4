"""How well videos play, on the page of a lesson and on that of all."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core import quality_looking, retention_looking, viewing
from core.access import SYSTEM, Role
from core.audience import Group, Side
from core.errors import NotAllowed
from core.people import HostUser
from core.period import Period
from core.quality import Quality
from core.quality_failure import FailedView
from dashboard.analytics import export, quality_sheets
from dashboard.analytics.address import Place
from tests.fakes import EPOCH
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_heatmaps import ASSET
from tests.pages.fake_viewing import LAST
from tests.pages.fakes import School, services
from tests.pages.test_lesson_analytics import at_mux, opened

USUAL = Quality(
    views=4_000,
    viewers=310.0,
    startup_ms=900.0,
    slow_startup_ms=2_400.0,
    waiting=0.004,
    stops_per_min=0.1,
    not_started=0.008,
    failed=0.011,
    score=0.91,
)
OWN = replace(
    USUAL, views=120, viewers=84.0, startup_ms=812.0, not_started=2 / 120, failed=3 / 120, score=0.87
)


def played(school: School, own: Quality | None = OWN, usual: Quality | None = USUAL) -> School:
    at_mux(school)
    school.quality.school = usual
    school.quality.assets = {ASSET: own} if own else {}
    return school


def failed(number: int, **facts: str) -> FailedView:
    return FailedView(id=f"v{number}", at=EPOCH - timedelta(days=2, minutes=number), **facts)


def test_a_lesson_says_in_words_how_well_it_plays(open_page: Opened, school: School) -> None:
    played(school)
    said = words_of(opened(open_page))
    assert "It plays as well as the school's videos do" in said
    assert "**Starts after 0.8 s.** Half of the views start sooner, 19 of 20 within 2.4 s." in said
    assert "The school's videos: 0.9 s." in said
    assert "**Stops to load once in 10 min.** Waiting takes 0.4 % of the time." in said
    assert (
        "**2 of 120 views could not start**, and 1 broke off later. Of the school's views 1.1 % fail." in said
    )
    assert "**87 of 100** is Mux's own score of it; the school's videos have 91." in said
    assert "120 views by 84 viewers that ended from 8 Dec 2025 to 4 Jan 2026, as of 5 Jan" in said


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (
            replace(OWN, failed=0.1),
            "It fails more often than the school's videos do: 10 % of the views, against",
        ),
        (replace(OWN, waiting=0.021), "more than the school's videos do: 2.1 % of the time, against 0.4 %"),
        (
            replace(OWN, startup_ms=2_400.0),
            "It starts later than the school's videos do: after 2.4 s, against",
        ),
        (replace(OWN, views=19, failed=0.5), "From 20 views on it is compared with the school's videos"),
        (replace(OWN, failed=0.0, not_started=0.0), "**None of 120 views failed.**"),
        (replace(OWN, not_started=0.0), "**3 of 120 views broke off with an error.**"),
        (
            replace(OWN, stops_per_min=0.0, waiting=0.0),
            "**Never stops to load.** Waiting takes 0 % of the time.",
        ),
        (replace(OWN, viewers=5.0), "120 views by 5 viewers"),
    ],
)
def test_what_is_worse_than_usual_is_said_first(
    own: Quality, said: str, open_page: Opened, school: School
) -> None:
    played(school, own)
    assert said in words_of(opened(open_page))


@pytest.mark.parametrize(
    ("own", "usual", "said"),
    [
        (None, None, "was not fetched from Mux yet"),
        (None, USUAL, "is asked of Mux for the 200 with most views. Try a longer period."),
        (replace(OWN, views=4), USUAL, "Fewer than 5 views ended in this period, or"),
        (replace(OWN, viewers=4.0), USUAL, "or fewer than 5 people watched."),
    ],
)
def test_where_nothing_is_told_the_page_says_why(
    own: Quality | None, usual: Quality | None, said: str, open_page: Opened, school: School
) -> None:
    played(school, own, usual)
    words = words_of(opened(open_page))
    assert said in words
    assert "Starts after" not in words


def test_a_lesson_that_plays_from_s3_has_no_quality(open_page: Opened, school: School) -> None:
    played(school)
    school.videos.playables["1"] = replace(
        school.videos.playables["1"], playback_id=None, video_url="https://v/a"
    )
    assert "How well it plays" not in [one.value for one in opened(open_page).subheader]


def test_what_went_wrong_is_told_by_its_kind_and_few_are_not_told_apart(
    open_page: Opened, school: School
) -> None:
    played(school, replace(OWN, failed=0.1))
    school.quality.failed = [
        *(failed(n, code="3", browser="Safari", system="iOS", country="DE") for n in range(6)),
        failed(6, code="3", browser="Chrome", system="Android", country="PL"),
        failed(7, code="2", browser="Edge", country="FR"),
        failed(8, code="keySystem", message="No key for *this* device"),
        replace(failed(9, code="1"), at=EPOCH - timedelta(days=90)),
    ]
    said = words_of(opened(open_page))
    # One more than six would tell who the seventh is: all of them are together, and nothing is told of where.
    assert "**The browser could not decode the video.** 7 views, last on Sat 3 Jan." in said
    assert "The connection gave out while the video was fetched.** Fewer than 5 views, last on" in said
    assert r"The player said: “No key for \*this\* device”.** Fewer than 5 views" in said
    assert not any(word in said for word in ("Safari", "Edge", "Poland", "broke off by itself"))
    school.quality.failed += [failed(n, code="3", browser="Chrome", system="Android") for n in range(10, 15)]
    said = words_of(opened(open_page))
    assert (
        "12 views, last on Sat 3 Jan. With Safari on iOS 6, Chrome on Android 6. In Germany 6, others 6."
        in said
    )


def test_failures_that_were_not_looked_at_say_so(open_page: Opened, school: School) -> None:
    played(school)
    assert "Which errors these were is not known" in words_of(opened(open_page))


def test_the_overview_has_the_schools_figures_with_their_days(open_page: Opened, school: School) -> None:
    school.quality.school = USUAL
    days = [*school.quality.kept_days]
    school.quality.of_days = {
        days[0]: Quality(views=100, startup_ms=800.0, waiting=0.002, failed=0.01),
        days[1]: Quality(views=4, startup_ms=700.0, waiting=0.1, failed=0.25),
        days[2]: Quality(views=100, startup_ms=1_000.0, waiting=0.004, failed=0.02),
    }
    test = open_page("analytics.py", Role.ADMIN)
    shown = {one.label: one for one in test.metric}
    assert {
        name: shown[name].value for name in ("Viewers", "Start after (median)", "Waiting to load", "Fail")
    } == {
        "Viewers": "310",
        "Start after (median)": "0.9 s",
        "Waiting to load": "0.4 %",
        "Fail": "1.1 %",
    }
    assert shown["Fail"].help == "44 of 4,000 views"
    assert list(shown["Start after (median)"].proto.chart_data) == [0.8, 1.0]
    assert "All of the school: 4,000 views at Mux that ended from 8 Dec 2025 to 4 Jan 2026" in words_of(test)


def test_the_overview_says_where_nothing_was_fetched_and_a_course_has_no_figures_of_the_school(
    open_page: Opened, school: School
) -> None:
    assert "was not fetched from Mux yet" in words_of(open_page("analytics.py", Role.ADMIN))
    school.quality.school = USUAL
    test = open_page("analytics.py", Role.ADMIN, course="c1")
    assert "How well videos play" not in [one.value for one in test.subheader]


def test_a_lesson_that_often_does_not_start_needs_a_look(open_page: Opened, school: School) -> None:
    school.quality.lessons = {
        "1": replace(USUAL, views=112, not_started=9 / 112),
        "2": replace(USUAL, views=100, not_started=4 / 100),
        "3": replace(USUAL, views=19, not_started=6 / 19),
    }
    said = words_of(open_page("analytics.py", Role.ADMIN))
    assert "**Lesson 1** often does not start: 9 of 112 views at Mux failed before the first picture." in said
    assert said.count("often does not start") == 1


def test_a_teacher_is_told_of_their_own_lessons_alone(open_page: Opened, school: School) -> None:
    school.users = [HostUser(id="tess", email="tess@school.test", role="teacher")]
    school.quality.school = USUAL
    lines = {one.lesson_id: one for one in school.shelf.lines}
    own, other = (
        next(i for i, one in lines.items() if (one.owner == "tess") is mine) for mine in (True, False)
    )
    failing = replace(USUAL, views=10_000, not_started=0.5)
    school.quality.lessons = {own: failing, other: failing}
    test = open_page("analytics.py", Role.ADMIN)
    assert words_of(test).count("often does not start") == 2
    test.session_state["as"] = "tess"
    test.run()
    assert words_of(test).count("often does not start") == 1
    assert f"**{lines[own].title}** often does not start" in words_of(test)
    assert "How well videos play" not in [one.value for one in test.subheader]


def test_the_schools_figures_are_for_those_who_see_all_of_it(school: School) -> None:
    tess = replace(SYSTEM, roles=frozenset({Role.TEACHER}), host_user_id="tess")
    with pytest.raises(NotAllowed):
        quality_looking.of_school(school.quality.kept_days, by=tess, services=services(school))


def test_who_watches_is_told_of_the_whole_school_to_those_who_see_it(
    open_page: Opened, school: School
) -> None:
    watched = {
        Side.DEVICE: {"phone": 60, "desktop": 40},
        Side.BROWSER: {"Safari": 75, "Chrome": 21, "Opera": 4},
    }
    school.quality.school = USUAL
    school.quality.audience = tuple(
        Group(side=side, name=name, viewers=count)
        for side, of in watched.items()
        for name, count in of.items()
    )
    said = words_of(open_page("analytics.py", Role.ADMIN, days="7"))
    assert "**60 % of the viewers watch on a phone**" in said
    assert "**75 % of the viewers watch with Safari**" in said
    assert "Viewers: Safari 75, others 25. Who watches from two browsers counts in both" in said
    assert "All of the school at Mux, 8 Dec 2025 to 4 Jan 2026 whatever the period above" in said
    assert "Who watches" not in words_of(open_page("analytics.py", Role.ADMIN, course="Algebra"))
    (sheet,) = quality_sheets.viewers(quality_looking.audience(by=SYSTEM, services=services(school)))
    first = school.quality.kept_days.first
    assert [*sheet.rows][2:] == [
        ("browser", "Safari", 75, first, LAST),
        ("browser", "others", 25, first, LAST),
    ]
    tess = replace(SYSTEM, roles=frozenset({Role.TEACHER}), host_user_id="tess")
    with pytest.raises(NotAllowed):
        quality_looking.audience(by=tess, services=services(school))


def test_how_a_lesson_plays_can_be_taken_along(school: School) -> None:
    played(school)
    school.quality.failed = [
        failed(n, code="9", message="=1+1", browser="Edge", country="DE") for n in range(5)
    ]
    seen = retention_looking.look("1", Period.FOUR_WEEKS, by=SYSTEM, services=services(school))
    figures = {row[0]: row[1:] for row in quality_sheets.of_video(seen.quality).rows}
    assert figures["viewers"] == ("84", "310")
    assert figures["start after, median (s)"] == (0.81, 0.9)
    assert figures["could not start (views)"] == (2, 32)
    assert figures["to"] == (LAST, LAST)
    (row,) = quality_sheets.failures(seen.quality).rows
    assert row == ("The player said: “=1+1”.", "5", date(2026, 1, 3), "Edge 5", "Germany 5")
    played(school, replace(OWN, views=4))
    seen = retention_looking.look("1", Period.FOUR_WEEKS, by=SYSTEM, services=services(school))
    assert quality_sheets.of_video(seen.quality).rows == quality_sheets.failures(seen.quality).rows == []


def test_the_schools_quality_is_in_the_excel_file_of_who_sees_it(school: School) -> None:
    school.quality.school = USUAL
    a_day = Quality(views=100, startup_ms=800.0, waiting=0.002, failed=0.01)
    few = replace(a_day, views=4, startup_ms=700.0)
    school.quality.of_days = {LAST: a_day, LAST - timedelta(days=1): few}
    here = services(school)
    found = viewing.overview(Period.FOUR_WEEKS, by=SYSTEM, services=here)
    maker = export.Maker(found, Place(period=Period.FOUR_WEEKS), SYSTEM, here, ())
    with zipfile.ZipFile(io.BytesIO(maker.excel())) as file:
        book = file.read("xl/workbook.xml").decode()
        days = file.read("xl/worksheets/sheet4.xml").decode()
    assert re.findall(r'sheet name="(\w+)"', book) == ["Lessons", "Days", "Quality", "QualityDays", "About"]
    told = ["<v>0.8</v>" in days, "<v>0.7</v>" in days]  # of four views nothing is told
    assert (days.count("<row"), told) == (1 + 28, [True, False])
