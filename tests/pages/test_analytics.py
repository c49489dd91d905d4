"""Analytics: figures against the period before, whose they are, what needs a look, why there are none."""

import csv
import io
import json
import re
import tomllib
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import viewing
from core.access import SYSTEM, Role
from core.attention import Plays
from core.course_walk import Walk
from core.lesson_day import Joined
from core.people import HostUser
from core.period import Period
from dashboard.analytics import export, sheets
from dashboard.analytics.address import Place
from tests.fakes import EPOCH
from tests.pages import fakes
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_viewing import LAST, Viewing, lesson_day
from tests.pages.fakes import School

ROOT = Path(__file__).parents[2]


def figures(test: AppTest) -> dict[str, tuple[str, str]]:
    return {one.label: (one.value, one.delta) for one in test.metric}


def ranked(test: AppTest) -> pd.DataFrame:
    return next(one.value for one in test.dataframe if "watch" in one.value)


def two_weeks(school: School) -> None:
    """Lesson 1: 30 views in the last week, 20 before; lesson 2: 6, and 12 before."""
    school.viewing = replace(
        school.viewing,
        days=[
            lesson_day("1", LAST, views=10),
            lesson_day("1", LAST - timedelta(days=6), views=20),
            lesson_day("1", LAST - timedelta(days=7), views=20),
            lesson_day("2", LAST, views=6, mux_playing_ms=6 * 60_000),
            lesson_day("2", LAST - timedelta(days=13), views=12),
            lesson_day("2", LAST - timedelta(days=14), views=500),
        ],
    )


def test_the_answer_comes_first_against_the_period_before(school: School, open_page: Opened) -> None:
    two_weeks(school)
    test = open_page("analytics.py", Role.ADMIN, days="7")
    # 36 views against 32; five minutes each: 180 min against 160
    assert figures(test) == {
        "Views": ("36", "+12 %"),
        "Watch time": ("3 h", "+12 %"),
        "A view lasts": ("5 min", ""),
        "Lessons watched": ("2", ""),
    }
    said = words_of(test)
    assert "29 Dec 2025 to 4 Jan 2026" in said
    assert "compared with the 7 days before · as of 5 Jan, 09:00, final up to Thu 1 Jan" in said
    assert "Needs a look" in said  # the two lessons that nobody watched


def test_lessons_are_ranked_as_is_chosen_with_their_change(school: School, open_page: Opened) -> None:
    two_weeks(school)
    test = open_page("analytics.py", Role.ADMIN, days="7")
    table = ranked(test)
    assert list(table["title"]) == ["Lesson 1", "Lesson 2"]
    assert list(table["views"]) == [30, 6]
    assert list(table["change"]) == ["+50 %", "−50 %"]
    assert list(table["watch"]) == ["2 h 30 min", "30 min"]
    assert list(table["completion"].round(3)) == [48.333, 10.0]  # 290 of 600 s, 60 of 600 s
    assert "finished" in table
    test.selectbox(key="viewing_order").set_value("drop_off").run()
    assert list(ranked(test)["title"]) == ["Lesson 2", "Lesson 1"]
    assert test.query_params["order"] in ("drop_off", ["drop_off"])


def test_period_course_and_page_are_in_the_address(school: School, open_page: Opened) -> None:
    test = open_page("analytics.py", Role.ADMIN, page="2")
    assert "16 to 30 of 39" in words_of(test)
    test.button_group(key="viewing_period").set_value("90").run()
    assert test.query_params["days"] in ("90", ["90"])
    assert "page" not in test.query_params
    assert "1 to 15 of 40" in words_of(test)
    test.selectbox(key="viewing_course").set_value("Algebra").run()
    assert "1 to 15 of 20" in words_of(test)
    assert test.query_params["course"] in ("Algebra", ["Algebra"])


@pytest.mark.parametrize("value", ["hovering", "'", "-1"])
def test_words_that_are_none_do_not_narrow(value: str, school: School, open_page: Opened) -> None:
    test = open_page("analytics.py", Role.ADMIN, days=value, order=value, page=value)
    assert "1 to 15 of 39" in words_of(test)


def test_a_page_beyond_the_last_is_the_last(school: School, open_page: Opened) -> None:
    assert "31 to 39 of 39" in words_of(open_page("analytics.py", Role.ADMIN, page="99"))


def test_a_teacher_sees_their_own_whatever_the_address_says(school: School, open_page: Opened) -> None:
    school.users = [HostUser(id="tess", email="tess@school.test", role="teacher")]
    test = open_page("analytics.py", Role.ADMIN, course="Algebra")
    test.session_state["as"] = "tess"
    test.run()
    theirs = {one.title for one in school.shelf.lines if one.owner == "tess"}
    assert set(ranked(test)["title"]) <= theirs
    assert "1 to 13 of 13" in words_of(test)  # the odd ones up to 40, without every third
    school.shelf.lines = [replace(one, owner="ben") for one in school.shelf.lines]
    test.query_params["days"] = "7"  # not what was kept for a minute
    test.run()
    assert "no published lesson of yours" in words_of(test)
    assert not test.metric
    assert not test.dataframe


def test_what_needs_a_look_is_said_with_its_figure(school: School, open_page: Opened) -> None:
    school.viewing.plays = {"1": Plays(views=1148, viewers=410, most_viewers=20)}
    said = words_of(open_page("analytics.py", Role.ADMIN))
    assert "**Lesson 1** is much rewatched: whoever watches it on a day has 2.8 views that day." in said
    assert "**Lesson 6** had 0 views, after 252 in the 28 days before." in said
    assert "**Lesson 9** is left early: a view plays 10 % of it on average" in said
    labels = [one.label for one in open_page("analytics.py", Role.ADMIN).expander]
    assert "2 published lessons on Mux have never been watched" in labels


def test_few_learners_are_told_as_few(school: School, open_page: Opened) -> None:
    school.viewing.days = [lesson_day("1", LAST, own_finished=3), lesson_day("2", LAST, own_finished=5)]
    assert list(ranked(open_page("analytics.py", Role.ADMIN))["finished"]) == ["fewer than 5", "5"]


def test_the_chart_says_in_words_what_it_shows(school: School, open_page: Opened) -> None:
    two_weeks(school)
    said = words_of(open_page("analytics.py", Role.ADMIN, days="7"))
    assert "**25 min 43 s a day, most on Mon 29 Dec: 1 h 40 min**" in said
    assert "3 h in all, 2 h 40 min before; most on Mon 29 Dec. Nothing was watched on 5 of 7 days." in said


def test_views_of_each_day_have_a_chart_with_its_words_beside_that_of_the_time(
    school: School, open_page: Opened
) -> None:
    two_weeks(school)
    test = open_page("analytics.py", Role.ADMIN, days="7")
    said = words_of(test)
    assert r"**5\.1 views a day, most on Mon 29 Dec: 20 views**" in said  # 36 on seven days
    assert "Views per day, 29 Dec 2025 to 4 Jan 2026; weekends are lighter, the line is the 7 days" in said
    assert "36 views in all, 32 views before; most on Mon 29 Dec." in said
    [bars, line] = charts(test)["Views"]["data"]
    assert list(bars["y"]) == [20, 0, 0, 0, 0, 0, 16]
    assert list(line["y"]) == [12, 0, 0, 0, 0, 0, 20]


def test_a_failed_fetch_is_said_and_the_figures_of_before_stay(school: School, open_page: Opened) -> None:
    school.viewing.fresh = replace(
        school.viewing.fresh,
        tried_at=EPOCH + timedelta(hours=1),
        error="Mux refused.",
        hint="Renew the token.",
    )
    test = open_page("analytics.py", Role.ADMIN)
    assert "could not be fetched on 5 Jan, 10:00: Mux refused. Renew the token." in test.warning[0].value
    assert "figures below are those of before" in test.warning[0].value
    assert test.metric


def test_a_school_that_was_never_asked_about_says_so(school: School, open_page: Opened) -> None:
    school.viewing = Viewing(unwatched=["58"])
    said = words_of(open_page("analytics.py", Role.ADMIN))
    assert "Nothing was fetched from Mux yet." in said
    assert "Needs a look" not in said


def test_a_school_without_a_lesson_on_mux_says_so(school: School, open_page: Opened) -> None:
    school.viewing.days = []
    test = open_page("analytics.py", Role.ADMIN, course="Algebra")
    assert "can be watched at Mux" in words_of(test)
    school.shelf.lines = [one for one in school.shelf.lines if one.provider != "mux"]
    test = open_page("analytics.py", Role.ADMIN)
    assert "plays from Mux, and the school's own progress tells of no view." in words_of(test)


def test_whom_the_school_does_not_know_is_told_so(school: School, open_page: Opened) -> None:
    assert "The school does not know you" in words_of(open_page("analytics.py", Role.TEACHER))


def test_a_lesson_that_is_gone_keeps_its_figures(school: School, open_page: Opened) -> None:
    school.viewing.days.append(lesson_day("gone", LAST, views=9000))
    assert ranked(open_page("analytics.py", Role.ADMIN))["title"][0] == "A lesson that is gone"


def test_the_button_of_a_row_leads_to_the_lesson(school: School, open_page: Opened) -> None:
    test = open_page("analytics.py", Role.ADMIN, days="90")
    test.session_state["viewing_opened"] = "1"
    test.run()
    assert [one.value for one in test.title] == ["Sets · 1"]
    assert test.query_params["lesson"] in ("1", ["1"])
    assert test.query_params["days"] in ("90", ["90"])  # the days that were looked at


def test_what_needs_a_look_leads_to_the_lesson_over_the_same_days(school: School, open_page: Opened) -> None:
    two_weeks(school)
    school.viewing.plays = {"1": Plays(views=90, viewers=30, most_viewers=20)}
    links = open_page("analytics.py", Role.ADMIN, days="7").get("page_link")
    assert [one.proto.query_string for one in links if one.label == "Look at it"] == ["lesson=1&days=7"]


def charts(test: AppTest) -> dict[str, dict[str, Any]]:
    """The figures of the page by the title of their upward axis, as the browser gets them."""
    drawn = [json.loads(one.proto.spec) for one in test.get("plotly_chart")]
    return {one["layout"]["yaxis"]["title"].get("text", ""): one for one in drawn}


def test_a_course_says_where_learners_stop_and_how_long_it_takes_to_finish(
    school: School, open_page: Opened
) -> None:
    """Algebra has 30 lessons, all of them published."""
    school.viewing.walk = Walk(furthest={0: 23, 2: 4, 4: 7, 5: 2, 29: 9}, finished=5, days=12)
    test = open_page("analytics.py", Role.ADMIN, course="Algebra")
    said = words_of(test)
    assert "**23 of 45 learners come no further than “Lesson 1”**" in said
    assert "9 came to the last of 30 published lessons. By the lesson's number: 1: 23; 5: 7." in said
    assert "Others stop at lessons that are not told one by one: 6." in said
    told = "Time to finish: 12 days from the first lesson to the last, the median of those who finished all"
    assert told in said
    assert "began before Lectern first read the school's progress it may have been longer" in said
    assert charts(test)["Learners who stop"]["data"][0]["y"][:6] == [23, None, None, None, 7, None]
    school.viewing.walk = Walk(furthest={0: 3, 29: 4}, finished=4, days=2)
    said = words_of(open_page("analytics.py", Role.OPS, course="Algebra"))
    assert "7 learners by the school's own progress" in said
    assert "not told one by one or came to the last: 7." in said
    assert "Fewer than five learners finished all 30 lessons" in said
    assert "2 days" not in said
    school.viewing.walk = Walk(furthest={})
    said = words_of(open_page("analytics.py", Role.OPS, Role.ADMIN, course="Algebra"))
    assert "has nobody in this course yet" in said


def test_a_course_is_told_lesson_by_lesson_and_week_by_week(school: School, open_page: Opened) -> None:
    """Algebra has the odd lessons: 1 with 41 views a day, 3 with 14, 5 with 9, …"""
    test = open_page("analytics.py", Role.ADMIN, course="Algebra")
    said = words_of(test)
    assert "**Most views are lost after “Lesson 1”: “Lesson 3” has 66 % fewer**" in said
    assert "“Lesson 1” with 1,148 views is followed by “Lesson 3” with 392 views." in said  # 28 × 41, 28 × 14
    funnel, matrix = charts(test)["Views"], charts(test)[""]
    assert list(funnel["data"][0]["y"])[:3] == [1148, 392, 252]
    weeks = ["8 Dec", "15 Dec", "22 Dec", "29 Dec"]
    assert matrix["data"][0]["x"] == weeks
    assert matrix["data"][0]["y"][0] == "1. Lesson 1"
    assert matrix["data"][0]["customdata"][0] == ["287 views"] * 4  # seven days of 41
    assert matrix["data"][0]["z"][-1] == [None] * 4  # lesson 59, which nobody watched


def test_without_a_course_there_is_no_course_to_tell(school: School, open_page: Opened) -> None:
    assert "lesson by lesson" not in words_of(open_page("analytics.py", Role.ADMIN))


@pytest.mark.parametrize("days", ["7", "365"])
def test_no_chart_has_more_marks_than_a_browser_draws_at_once(
    days: str, school: School, open_page: Opened
) -> None:
    lines = [replace(school.shelf.lines[0], lesson_id=f"c{n}", course="Long") for n in range(300)]
    school.shelf.lines = lines
    school.viewing.days = [lesson_day(f"c{n}", LAST) for n in range(300)]
    test = open_page("analytics.py", Role.ADMIN, course="Long", days=days)
    assert "The first 150 lessons are shown." in words_of(test)
    assert "The first 60 of 150 lessons are shown." in words_of(test)
    assert not test.exception


@pytest.mark.parametrize("name", ["chartCategoricalColors", "chartSequentialColors"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_have_ten_colours_of_ours(theme: str, name: str) -> None:
    """Streamlit puts ten into plotly's template; where one is missing, plotly takes none of them."""
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
    assert len(config["theme"][theme][name]) == 10


def made(school: School, *, course: str = "") -> export.Maker:
    """What the page's buttons would hand out."""
    at = Place(period=Period.WEEK, course=course)
    here = fakes.services(school)
    found = viewing.overview(at.period, course=course, by=SYSTEM, services=here)
    of_course = viewing.course_lessons(course, found.days, by=SYSTEM, services=here) if course else ()
    return export.Maker(found, at, SYSTEM, here, of_course)


def test_the_lessons_can_be_taken_along_with_units_and_period(school: School) -> None:
    two_weeks(school)
    school.shelf.lines[1] = replace(school.shelf.lines[1], title="=1+1")
    head, first, second = csv.reader(io.StringIO(made(school).csv().decode("utf-8-sig")))
    assert head[4:8] == ["views", "views before", "watch time (min)", "watch time before (min)"]
    assert first == ["1", "Lesson 1", "2025-12-29", "2026-01-04", "30", "20", "150.0", "100.0", "48.3", "0"]
    assert second[:2] == ["2", "'=1+1"]


def test_everything_is_in_one_excel_file(school: School) -> None:
    two_weeks(school)
    school.viewing.days.append(lesson_day("1", LAST, views=0, own_finished=3))
    school.viewing.walk = Walk(furthest={0: 23, 1: 3, 29: 9}, finished=5, days=12)
    with zipfile.ZipFile(io.BytesIO(made(school, course="Algebra").excel())) as file:
        book, texts = (file.read(f"xl/{name}.xml").decode() for name in ("workbook", "sharedStrings"))
        pages = [file.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2, 3, 4)]
    lessons, days, course, learners = pages
    assert re.findall(r'sheet name="(\w+)"', book) == ["Lessons", "Days", "Course", "Learners", "About"]
    assert {"fewer than 5", "watch time (min)", "Algebra", "views, week from 2025-12-29"} <= set(
        re.findall(r"<t>(.*?)</t>", texts)
    )
    assert lessons.count("<row") == 2  # the head, and the one lesson of the course that was watched
    assert days.count("<row") == 1 + 14
    assert "<v>30</v>" in course
    # 30 lessons and three lines of all; who is one of three goes with the nine of the last lesson
    told = ['"D2"' in learners, '"D3"' in learners, '"D31"' in learners, "<v>12</v>" in learners]
    assert (learners.count("<row"), told) == (34, [True, False, False, True])


def test_what_is_on_the_page_can_be_taken_along(school: School, open_page: Opened) -> None:
    labels = [one.label for one in open_page("analytics.py", Role.ADMIN).get("download_button")]
    assert labels == ["Lessons (CSV)", "Everything (Excel)"]


def test_a_course_is_a_page_to_print_in_which_no_title_is_obeyed(school: School) -> None:
    two_weeks(school)
    school.shelf.lines[0] = replace(school.shelf.lines[0], title="<script>alert(1)</script>")
    text = made(school, course="Algebra").page().decode()
    assert "<script" not in text
    assert "http" not in text  # fetches nothing
    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt;<span class=bar" in text
    assert "29 Dec 2025 to 4 Jan 2026, compared with the 7 days before" in text
    assert "<td>30</td><td>+50 %</td><td>2 h 30 min</td><td>48 %</td><td>0</td>" in text


def test_a_long_course_is_printed_on_one_page_with_its_other_lessons_as_a_sum(school: School) -> None:
    line = school.shelf.lines[0]
    school.shelf.lines = [replace(line, lesson_id=f"c{n}", course="Long") for n in range(40)]
    school.viewing.days = [lesson_day(f"c{n}", LAST, views=8) for n in range(40)]
    text = made(school, course="Long").page().decode()
    assert text.count("<tr>") == 1 + 20
    assert "21 more lessons: the Excel file has them<span" in text
    assert "<td>168</td>" in text  # eight each


def test_what_is_taken_along_says_that_a_period_is_not_compared(school: School) -> None:
    two_weeks(school)
    school.viewing.read_since = LAST - timedelta(days=4)
    school.viewing.days = [one for one in school.viewing.days if one.day == LAST]
    not_compared = "not compared: figures begin on Wed 31 Dec 2025"
    text = made(school, course="Algebra").page().decode()
    assert f"29 Dec 2025 to 4 Jan 2026, {not_compared}</p>" in text
    with zipfile.ZipFile(io.BytesIO(made(school).excel())) as file:
        assert f"<t>{not_compared}</t>" in file.read("xl/sharedStrings.xml").decode()


def test_a_course_can_be_printed_and_the_school_cannot(school: School, open_page: Opened) -> None:
    page = open_page("analytics.py", Role.ADMIN, course="Algebra")
    assert "To print (HTML)" in [one.label for one in page.get("download_button")]


def test_days_without_figures_are_a_gap_and_not_compared_with(school: School, open_page: Opened) -> None:
    """Mux was first read on the third of the seven days."""
    two_weeks(school)
    school.viewing.days = [one for one in school.viewing.days if one.day == LAST]
    school.viewing.read_since = LAST - timedelta(days=4)
    test = open_page("analytics.py", Role.ADMIN, days="7")
    said = words_of(test)
    assert "not compared: figures begin on Wed 31 Dec 2025" in said
    assert {delta for _, delta in figures(test).values()} == {""}
    assert "change" not in next(one for one in test.dataframe).proto.column_order
    assert "Nothing was watched on 4 of 7 days. Of 2 of 7 days there are no figures." in said
    assert "**16 min a day, most on Sun 4 Jan: 1 h 20 min**" in said  # 80 minutes on five days
    [bars, _line] = charts(test)["Watch time (minutes)"]["data"]
    assert list(bars["y"]) == [None, None, 0, 0, 0, 0, 80]


def few_views(school: School) -> None:
    """Lesson 1 by the school's own progress: 30, 3 and 7 learners on three days."""
    own = {"mux_views": 0, "joined": Joined.OWN}
    school.viewing.days = [
        lesson_day("1", LAST - timedelta(days=2), views=30, own_learners=30, **own),
        lesson_day("1", LAST - timedelta(days=1), views=3, own_learners=3, **own),
        lesson_day("1", LAST, views=7, own_learners=7, **own),
    ]


def test_a_day_of_few_learners_is_told_nowhere_and_not_known_by_the_sum(
    school: School, open_page: Opened
) -> None:
    few_views(school)
    test = open_page("analytics.py", Role.ADMIN, days="7")
    assert figures(test)["Views"][0] == "40"
    said = words_of(test)
    assert r"**5\.7 views a day, most on Fri 2 Jan: 30 views**" in said  # 40 on seven days
    assert "2 days of few views are left out: fewer than 5 views, and the next larger figure" in said
    for drawn in charts(test).values():
        assert list(drawn["data"][0]["y"])[-3:] in ([30, None, None], [150, None, None], [2.5, None, None])
    assert [
        json.loads(one.proto.spec) for one in test.get("plotly_chart") if "3 views" in one.proto.spec
    ] == []
    found = viewing.overview(Period.WEEK, by=SYSTEM, services=fakes.services(school))
    assert [row[1:] for row in sheets.days(found).rows][-3:] == [(30, 150.0), ("few", None), ("few", None)]


def test_a_period_of_few_learners_says_that_they_are_few(school: School, open_page: Opened) -> None:
    few_views(school)
    school.viewing.days = school.viewing.days[1:2]
    test = open_page("analytics.py", Role.ADMIN, days="7")
    assert figures(test) == {
        "Views": ("few", ""),
        "Watch time": ("–", ""),
        "A view lasts": ("–", ""),
        "Lessons watched": ("1", ""),
    }
    assert ranked(test)[["views", "watch", "completion"]].isna().iloc[0].tolist() == [True, False, True]
    assert list(ranked(test)["watch"]) == ["–"]
    assert "Without figures: lessons of few views, which are fewer than 5 views" in words_of(test)
    assert "No day is told. 1 day of few views is left out" in words_of(test)
    assert not test.get("plotly_chart")
    row = next(csv.reader(io.StringIO(made(school).csv().decode("utf-8-sig").splitlines()[1])))
    assert row[4:] == ["few", "0", "", "0.0", "", ""]


def test_a_course_tells_neither_lessons_nor_weeks_of_few(school: School, open_page: Opened) -> None:
    """Algebra has the odd lessons. Lesson 1 has 40 views, of which 3 in one week; lesson 3 has 4."""
    school.viewing.days = [
        lesson_day("1", LAST, views=30),
        lesson_day("1", LAST - timedelta(days=7), views=7),
        lesson_day("1", LAST - timedelta(days=14), views=3),
        lesson_day("3", LAST, views=4),
        lesson_day("5", LAST, views=6),
    ]
    test = open_page("analytics.py", Role.ADMIN, course="Algebra")
    said = words_of(test)
    assert "**Most views are lost after “Lesson 1”: “Lesson 3” has few views**" in said
    assert "“Lesson 1” with 40 views is followed by “Lesson 3” with few views." in said
    assert "No bar of 2 lessons of few views: fewer than 5 views" in said
    funnel, matrix = charts(test)["Views"], charts(test)[""]
    assert list(funnel["data"][0]["y"])[:4] == [40, None, None, 0]
    assert matrix["data"][0]["customdata"][0] == ["0 views", "few views", "few views", "30 views"]
    assert matrix["data"][0]["customdata"][1] == ["0 views"] * 3 + ["few views"]
    page = made(school, course="Algebra").page().decode()
    assert "<td>few</td><td>–</td><td>–</td><td>–</td><td>–</td>" in page
