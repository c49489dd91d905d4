"""Lessons beside each other: whose they are, their figures, curves and days, and what is taken along."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import lesson_comparing
from core.access import SYSTEM, Role
from core.heatmap import Heatmap
from core.lesson_day import Joined
from core.people import HostUser
from core.period import Period
from core.retention import thinned
from core.tie import LessonTies
from dashboard import charts
from dashboard.compare import curves, sheets, terms
from tests.pages import fakes
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_heatmaps import ASSET
from tests.pages.fake_viewing import LAST, lesson_day
from tests.pages.fakes import School

PAGE = "compare.py"


def two(school: School) -> None:
    """Lesson 1, ten minutes, with a curve; lesson 2 plays from S3. 30 and 6 views in the last week."""
    whole = school.videos.playables["1"]
    school.videos.playables["1"] = replace(whole, asset_id=ASSET, title="Sets")
    school.videos.playables["2"] = replace(
        whole,
        ties=LessonTies(lesson_id="2", creator_id="ben"),
        title="Functions",
        playback_id=None,
        video_url="https://video.test/b.mp4",
    )
    school.heatmaps.keep(Heatmap(buckets=(1.0, 0.8, 0.4, 0.4), total_views=40), period_d=7)
    school.viewing.days = [
        lesson_day("1", LAST, views=10, own_finished=3),
        lesson_day("1", LAST - timedelta(days=6), views=20),
        lesson_day("1", LAST - timedelta(days=7), views=500),
        lesson_day("2", LAST, views=6),
    ]


def drawn(test: AppTest) -> list[dict[str, Any]]:
    return [json.loads(one.proto.spec) for one in test.get("plotly_chart")]


def opened(open_page: Opened, lessons: str = "1,2", *roles: Role) -> AppTest:
    test = open_page(PAGE, *(roles or (Role.ADMIN,)), lessons=lessons, days="7")
    assert not test.exception
    return test


def test_the_figures_of_each_lesson_stand_in_one_table(school: School, open_page: Opened) -> None:
    two(school)
    test = opened(open_page)
    (table,) = [one.value for one in test.dataframe]
    assert "worked out in more than one way here" in words_of(test)
    assert "in more than one way" not in words_of(opened(open_page, "1"))
    # five minutes each; 0.4 at 95 % of the video; half have left at the third of four parts of 2:30
    assert table.to_dict("records") == [
        {
            "": 1,
            "Lesson": "Sets",
            "Length": "10:00",
            "Views": 30,
            "Watch time": "2 h 30 min",
            "A view lasts": "5 min",
            "To the end": "40 %",
            "From": "audience",
            "Half have left by": "5:00",
            "Finished": "fewer than 5",
        },
        {
            "": 2,
            "Lesson": "Functions",
            "Length": "10:00",
            "Views": 6,
            "Watch time": "30 min",
            "A view lasts": "5 min",
            "To the end": "48 %",  # 290 of 600 s were played
            "From": "time played",
            "Half have left by": "–",
            "Finished": "0",
        },
    ]


def test_curves_lie_over_each_other_by_share_of_the_length(school: School, open_page: Opened) -> None:
    two(school)
    test = opened(open_page)
    curve, days = drawn(test)
    assert curve["data"][0]["x"] == [0, 25, 50, 75]
    assert curve["data"][0]["y"] == [100, 80, 40, 40]
    assert [one["showlegend"] for one in curve["data"]] == [True, False]
    assert [one["name"] for one in days["data"]] == ["1 Sets", "2 Functions"]
    assert days["data"][0]["y"] == [20, 0, 0, 0, 0, 0, 10]
    said = words_of(test)
    assert "**“Sets” keeps 40 % of its viewers to the end**" in said
    assert "No curve of 2 “Functions”: It plays from S3" in said
    assert "**“Sets” has 30 views, “Functions” 6**" in said
    assert "2 “Functions” 6, most on Sun 4 Jan: 6." in said


def test_a_day_that_was_never_read_is_a_gap(school: School, open_page: Opened) -> None:
    two(school)
    school.viewing.read_since = LAST - timedelta(days=3)
    test = opened(open_page)
    assert drawn(test)[1]["data"][1]["y"] == [None, None, None, 0, 0, 0, 6]
    assert "Of 2 of 7 days there are no figures." in words_of(test)


def test_a_day_that_only_another_lesson_has_figures_of_is_a_gap(school: School, open_page: Opened) -> None:
    """Lesson 2 is told by the school's own progress before Mux was ever read; four learners are few."""
    two(school)
    school.viewing.read_since = LAST
    early, facts = LAST - timedelta(days=2), {"mux_views": 0, "joined": Joined.OWN}
    school.viewing.days = [
        lesson_day("1", LAST, views=10),
        lesson_day("2", early, views=7, own_learners=7, **facts),
        lesson_day("2", LAST, views=4, own_learners=4, **facts),
    ]
    test = opened(open_page)
    # of eleven views seven would tell the four
    assert [one["y"][4:] for one in drawn(test)[1]["data"]] == [[None, None, 10], [None, None, None]]
    said = words_of(test)
    assert "1 “Sets” 10, most on Sun 4 Jan: 10 (of 1 more day there are no figures);" in said
    assert "Of 5 of 7 days there are no figures. Days of few views are left out: fewer than 5 views" in said
    found = lesson_comparing.compare("12", Period.WEEK, by=SYSTEM, services=fakes.services(school))
    rows = sheets.days(terms.lines(found)).rows
    assert [row[1:] for row in rows[4:]] == [(None, "few"), (None, None), (10, "few")]


def test_all_are_told_by_weeks_where_one_has_few_views_a_day(school: School, open_page: Opened) -> None:
    """Lesson 1 has ten views a day, lesson 2 three: of four weeks 70 and 21 each."""
    two(school)
    days = [LAST - timedelta(days=back) for back in range(28)]
    school.viewing.days = [lesson_day(one, day, views=n) for day in days for one, n in (("1", 10), ("2", 3))]
    test = open_page(PAGE, Role.ADMIN, lessons="1,2", days="28")
    chart = drawn(test)[-1]
    assert [(one["x"][0], one["y"]) for one in chart["data"]] == [
        ("2025-12-08", [70] * 4),
        ("2025-12-08", [21] * 4),
    ]
    said = words_of(test)
    assert (
        "Views per week, 8 Dec 2025 to 4 Jan 2026: 1 “Sets” 280, most in the week from Mon 8 Dec: 70;" in said
    )
    assert "By weeks, because most days have few views" in said
    found = lesson_comparing.compare("12", Period.FOUR_WEEKS, by=SYSTEM, services=fakes.services(school))
    sheet = sheets.days(terms.lines(found))
    assert (sheet.name, sheet.head[0], [row[1:] for row in sheet.rows]) == (
        "Weeks",
        "week from",
        [(70, 21)] * 4,
    )


def test_a_teacher_sees_only_their_own_whatever_the_address_says(school: School, open_page: Opened) -> None:
    two(school)
    mine = replace(school.videos.playables["1"], ties=LessonTies(lesson_id="1", creator_id="tess"))
    school.videos.playables["1"] = mine
    school.users = [HostUser(id="tess", email="tess@school.test", role="teacher")]
    test = open_page(PAGE, Role.ADMIN, lessons="1,2,nobody", days="7")
    test.session_state["as"] = "tess"
    test.run()
    assert list(test.dataframe[0].value["Lesson"]) == ["Sets"]
    assert "2 lessons of the address cannot be shown: gone, or not yours." in words_of(test)
    assert "Functions" not in words_of(test)
    offered = test.multiselect(key="compare_lessons").options
    theirs = {one.title for one in school.shelf.lines if one.owner == "tess"}
    assert set(offered) <= theirs | {"Sets"}


def test_no_more_than_five_are_read(school: School) -> None:
    services = fakes.services(school)
    school.videos.playables |= {
        str(n): replace(school.videos.playables["1"], ties=LessonTies(lesson_id=str(n))) for n in range(1, 9)
    }
    found = lesson_comparing.compare("12345678", Period.WEEK, by=SYSTEM, services=services)
    assert [one.lesson_id for one in found.lessons] == ["1", "2", "3", "4", "5"]


def test_what_is_chosen_goes_to_the_address(school: School, open_page: Opened) -> None:
    two(school)
    test = opened(open_page, "1")
    test.text_input(key="compare_search").input("Lesson 2").run()
    chooser = test.multiselect(key="compare_lessons")
    assert "Lesson 20" in chooser.options
    chooser.set_value(["1", "2"]).run()
    assert test.query_params["lessons"] in ("1,2", ["1,2"])
    assert len(test.dataframe[0].value) == 2
    test.button_group(key="compare_period").set_value("28").run()
    assert test.query_params["days"] in ("28", ["28"])


def test_without_a_lesson_it_says_where_they_are_chosen(school: School, open_page: Opened) -> None:
    test = open_page(PAGE, Role.ADMIN)
    assert "No lesson is chosen yet." in words_of(test)
    assert not test.get("plotly_chart")


def test_no_title_is_obeyed(school: School, open_page: Opened) -> None:
    two(school)
    playables = school.videos.playables
    playables["1"] = replace(playables["1"], title="<b>_a_</b>")
    playables["2"] = replace(playables["2"], title="[x](y)")
    test = opened(open_page)
    assert drawn(test)[1]["data"][0]["name"] == "1 &lt;b&gt;_a_&lt;/b&gt;"
    assert "“\\<b\\>\\_a\\_\\</b\\>” keeps" in words_of(test)
    school.heatmaps.kept.clear()
    assert "No curve of 2 “\\[x\\](y)”" in words_of(opened(open_page))


def test_lessons_that_nobody_watched_say_so(school: School, open_page: Opened) -> None:
    two(school)
    school.viewing.days = []
    school.heatmaps.kept.clear()
    said = words_of(opened(open_page))
    assert "No view was counted from 29 Dec 2025 to 4 Jan 2026." in said
    assert "No curve of 1 “Sets”: it is being fetched from Mux, and comes by itself." in said


def test_a_lesson_leads_here_and_so_does_the_ranking(school: School, open_page: Opened) -> None:
    two(school)
    lesson = open_page("lesson_analytics.py", Role.ADMIN, lesson="1", days="7")
    (way,) = [one for one in lesson.get("page_link") if one.label == "Compare it"]
    assert "lessons=1&days=7" in way.proto.query_string
    ranking = open_page("analytics.py", Role.ADMIN, days="7", ticked="1,2")
    assert "**2 lessons ticked.**" in words_of(ranking)
    ranking.button(key="viewing_compare").click().run()
    assert [one.value for one in ranking.title] == ["Compare lessons"]
    assert ranking.query_params["lessons"] in ("1,2", ["1,2"])


@pytest.mark.parametrize(("ticked", "why"), [("1", "Tick at least two"), ("1,2,3,4,5,6", "At most 5")])
def test_one_lesson_or_six_are_not_compared(ticked: str, why: str, school: School, open_page: Opened) -> None:
    test = open_page("analytics.py", Role.ADMIN, ticked=ticked)
    button = test.button(key="viewing_compare")
    assert button.disabled
    assert why in button.help


def test_what_is_on_the_page_goes_along_with_units_and_period(school: School) -> None:
    two(school)
    services = fakes.services(school)
    school.videos.playables["2"] = replace(school.videos.playables["2"], title="=1+1")
    found = lesson_comparing.compare("12", Period.WEEK, by=SYSTEM, services=services)
    lines = terms.lines(found)
    rows = list(csv.reader(io.StringIO(sheets.as_csv(found, lines).decode("utf-8-sig"))))
    assert rows[0] == list(sheets.HEAD)
    week = ["2025-12-29", "2026-01-04"]
    assert rows[1] == [
        "1",
        "1",
        "Sets",
        *week,
        "600.0",
        "30",
        "150.0",
        "5.0",
        "40.0",
        "audience",
        "300.0",
        "fewer than 5",
    ]
    assert rows[2][2] == "'=1+1"
    assert [row[1:] for row in sheets.days(lines).rows] == [(20, 0), *[(0, 0)] * 5, (10, 6)]
    assert sheets.curves(lines).rows[50] == (50, 40.0)
    book = zipfile.ZipFile(io.BytesIO(sheets.as_excel(found, lines, services.clock)))
    assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) == 4


def test_five_long_videos_stay_within_what_a_browser_draws(school: School) -> None:
    two(school)
    many = Heatmap(buckets=tuple(1.0 - place / 2000 for place in range(1000)), total_views=99)
    school.heatmaps.keep(many, period_d=365)
    school.heatmaps.keep(many, period_d=99)
    school.heatmaps.others = [many] * 6
    found = lesson_comparing.compare("1", Period.YEAR, by=SYSTEM, services=fakes.services(school))
    five = [terms.Line(number=number, seen=found.lessons[0]) for number in range(1, 6)]
    chart = curves.draw(five, found.lessons[0].usual)
    assert charts.points(chart) == 5 * 300 + 200
    numbers = sorted(float(one.y) for one in chart.layout.annotations)
    assert min(b - a for a, b in pairwise(numbers)) >= 6.9  # none lies on another


def test_a_curve_is_thinned_by_the_mean_of_its_parts() -> None:
    assert thinned(tuple([1.0, 0.0] * 500), 300)[:2] == (2 / 3, 1 / 3)
    assert len(thinned(tuple([1.0] * 1000), 300)) == 300
