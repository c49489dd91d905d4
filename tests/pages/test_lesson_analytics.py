"""The page that shows how one lesson is watched."""

import doctest
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from core import audience_week, few, heatmap, retention, retention_band, retention_looking, script_reading
from core.access import SYSTEM, Person, Role
from core.asset import Asset, AssetStatus
from core.audience import Group, Side
from core.audience_week import WatchedHour, WeekHour, told_hours, week_of
from core.cue import Cue, CueFile
from core.figures import Freshness
from core.heatmap import Heatmap, Hotspot, Progress
from core.lesson_day import Joined
from core.period import Period
from core.playback import Provider
from core.records import Job
from core.retention import Curve
from core.retention_band import band
from core.script import Script, in_order
from core.source import Location
from core.tie import LessonTies
from dashboard import charts, countries
from dashboard.analytics import daily
from dashboard.analytics import terms as words
from dashboard.retention import audience, move, sheets, spot, terms, week
from dashboard.retention import curve as curves
from tests.fakes import EPOCH
from tests.pages import fakes
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_captions import text_track
from tests.pages.fake_heatmaps import ASSET
from tests.pages.fake_viewing import LAST, lesson_day
from tests.pages.fakes import School

PAGE = "lesson_analytics.py"
# 20 parts of 30 s: 20 % are gone after the first, half at the 12th, which begins at 330 s.
FALLING = (1.0, *(0.8 - 0.03 * place for place in range(19)))


def at_mux(school: School, *shares: float | None, views: int | None = 120, **facts: Any) -> School:
    """Lesson 1 plays from Mux, ten minutes long, and its parts were read."""
    school.videos.playables["1"] = replace(school.videos.playables["1"], asset_id=ASSET)
    school.heatmaps.keep(Heatmap(buckets=shares or FALLING, total_views=views), **facts)
    return school


def opened(open_page: Opened, **query: str) -> AppTest:
    test = open_page(PAGE, Role.ADMIN, lesson="1", **query)
    assert not test.exception
    return test


def chart_titles(test: AppTest) -> list[str]:
    return [one.value for one in test.markdown if one.value.startswith("**")]


def test_the_answer_stands_first_and_the_curve_says_when_half_have_left(
    open_page: Opened, school: School
) -> None:
    at_mux(school)
    test = opened(open_page)
    # Lesson 1 has 41 views of 5 minutes on each of 28 days: 1,148 views, 5,740 minutes.
    assert [(one.label, one.value) for one in test.metric] == [
        ("Views", "1,148"),
        ("Watch time", "96 h"),
        ("Watch to the end (estimate)", "26 %"),  # part 19 of 20, at 95 %: 0.8 - 18 * 0.03
    ]
    # 0.8 - 0.03 * place <= 0.5 at place 10, which is part 11 of 30 s.
    assert "**Half of the viewers have left by 5:30**" in chart_titles(test)
    text = words_of(test)
    assert "Of those who began, 68 % after a quarter, 53 % after half" in text
    assert "120 views counted, as of 5 Jan" in text
    assert "8 Dec 2025 to 4 Jan 2026 · as of 5 Jan" in text
    assert len(test.get("plotly_chart")) == 3
    assert len(test.get("bidi_component")) == 1
    assert school.jobs == []


def test_a_curve_that_was_never_read_is_asked_for_and_told_to_be_on_its_way(
    open_page: Opened, school: School
) -> None:
    school.videos.playables["1"] = replace(school.videos.playables["1"], asset_id=ASSET)
    test = opened(open_page)
    assert "is being fetched from Mux; it comes by itself" in words_of(test)
    (first, *_) = school.jobs
    days = {"first": str(LAST - timedelta(days=27)), "last": str(LAST)}
    assert first == (Job.HEATMAP, {"key": f"heatmap:{ASSET}:28", "asset_id": ASSET, **days})


def test_one_that_failed_says_why_and_the_last_that_came_stays(open_page: Opened, school: School) -> None:
    read_at = EPOCH - timedelta(hours=2)
    at_mux(school, error="Mux does not answer.", hint="Nothing is lost.", read_at=read_at)
    test = opened(open_page)
    assert [one.value for one in test.warning] == [
        "The curve could not be fetched: Mux does not answer. Nothing is lost. "
        "The curve below is the last that came."
    ]
    assert len(test.get("plotly_chart")) == 3
    assert school.jobs == []  # it rests a while


def test_a_part_beside_the_curve_that_failed_is_told_and_the_curve_is_the_newest(
    open_page: Opened, school: School
) -> None:
    at_mux(school, error="Mux does not answer.", hint="Nothing is lost.")
    assert [one.value for one in opened(open_page).warning] == [
        "Not all that belongs to the curve came: Mux does not answer. Nothing is lost."
    ]


@pytest.mark.parametrize(
    ("shares", "views", "said"),
    [
        ((0.0,), 0, "Nobody watched it from Mux in this period."),
        ((1.0, 0.5), 4, "Fewer than 5 views in this period."),
        ((None,), 30, "does not say which parts were played"),
        ((0.0, 0.5), 30, "no figure for the start"),
    ],
)
def test_an_empty_curve_says_why(
    shares: tuple[float, ...], views: int, said: str, open_page: Opened, school: School
) -> None:
    at_mux(school, *shares, views=views)
    test = opened(open_page)
    assert said in words_of(test)
    assert len(test.get("plotly_chart")) == 2  # the days are there all the same


def test_a_lesson_that_plays_from_s3_says_that_nobody_measures_its_parts(
    open_page: Opened, school: School
) -> None:
    playable = replace(school.videos.playables["1"], playback_id=None, video_url="https://video.test/a.mp4")
    school.videos.playables["1"] = playable
    school.viewing.days = [
        lesson_day("1", LAST, views=3, mux_views=0, own_learners=3, joined=Joined.OWN, mux_whole_ms=None)
    ]
    school.heatmaps.learners = Progress(learners=8, finished=6)
    test = opened(open_page)
    text = words_of(test)
    assert "It plays from S3, where nobody measures which parts are watched." in text
    assert "It has not played from Mux: views and watch time are the school's own" in text
    assert test.metric[2].value == "75 %"
    assert test.metric[2].help == terms.BASIS[terms.Basis.PROGRESS]
    assert school.jobs == []


def test_a_lesson_without_a_video_and_without_figures_says_so(open_page: Opened, school: School) -> None:
    school.videos.playables["1"] = replace(school.videos.playables["1"], playback_id=None)
    school.viewing.days, school.viewing.fresh = [], Freshness()
    test = opened(open_page)
    text = words_of(test)
    assert "This lesson has no video yet." in text
    assert "nothing fetched from Mux yet" in text
    assert test.metric[2].value == "–"
    assert not test.get("bidi_component")
    assert not test.get("plotly_chart")


def test_a_period_without_a_day_says_why(open_page: Opened, school: School) -> None:
    at_mux(school)
    school.viewing.days = []
    assert "None of these views counts for this lesson." in words_of(opened(open_page))
    at_mux(school, 1.0, 0.5, views=4)
    assert "No view was counted from 8 Dec 2025 to 4 Jan 2026." in words_of(opened(open_page))
    school.viewing.fresh = Freshness(tried_at=EPOCH, error="Mux does not answer.", hint="Nothing is lost.")
    test = opened(open_page)
    assert "Views and watch time were not fetched from Mux yet." in words_of(test)
    assert "Newer figures could not be fetched" in test.warning[0].value
    school.viewing.fresh = replace(school.viewing.fresh, read_at=EPOCH, is_partly=True)
    said = opened(open_page).warning[0].value
    assert "Not all could be fetched on 5 Jan, 09:00: Mux does not answer." in said
    assert "those of before" not in said


def test_below_the_player_stands_what_is_said_at_the_moment(open_page: Opened, school: School) -> None:
    at_mux(school, *([1.0] * 10), *([0.4] * 10))
    school.assets[ASSET] = Asset(id=ASSET, status=AssetStatus.READY, duration_s=600.0)
    school.lessons.added["1"] = {"mux_asset_id": ASSET}
    track = text_track(1)
    school.captions.add(track)
    assert track.location is not None
    vtt = b"WEBVTT\n\n04:58.000 --> 05:01.000\n<b>Now</b> the _hard_ part\n"
    school.store.put(track.location.bucket, track.location.key, vtt)
    chapters = b"WEBVTT\n\n00:00.000 --> 05:00.000\nSets\n\n05:00.000 --> 10:00.000\nMaps <c>&amp;</c> more\n"
    school.store.put("school-videos", "x.chapters.vtt", chapters)
    where = Location(bucket="school-videos", key="x.chapters.vtt")
    school.videos.playables["1"] = replace(school.videos.playables["1"], chapters=where)
    test = opened(open_page)
    points = json.loads(test.get("plotly_chart")[0].proto.spec)["data"][0]["customdata"]
    assert points[10] == ["5:00", "<br><b>Maps &amp; more</b><br>“Now the _hard_ part”"]
    assert points[9] == ["4:30", "<br><b>Sets</b>"]
    test.session_state["retention_spot"] = spot.Spot("1", 300.0, 1)
    assert "At 5:00, in “Maps \\& more”: “Now the \\_hard\\_ part”" in words_of(test.run())
    assert "Thin lines: where chapters begin." in words_of(test)


def test_what_cannot_be_read_is_said_and_the_curve_stays(open_page: Opened, school: School) -> None:
    at_mux(school)
    school.store.put("school-videos", "x.chapters.vtt", b"\xff no text")
    where = Location(bucket="school-videos", key="x.chapters.vtt")
    school.videos.playables["1"] = replace(school.videos.playables["1"], chapters=where)
    test = opened(open_page)
    assert len(test.get("plotly_chart")) == 3
    test.session_state["retention_spot"] = spot.Spot("1", 300.0, 1)
    assert "At 5:00. What is said could not be read. Line 1: these bytes are no UTF-8." in words_of(
        test.run()
    )


def test_who_may_not_play_the_lesson_is_not_told_what_is_said_in_it(school: School) -> None:
    chapters = b"WEBVTT\n\n00:00.000 --> 05:00.000\nSets\n"
    school.store.put("school-videos", "x.chapters.vtt", chapters)
    where = Location(bucket="school-videos", key="x.chapters.vtt")
    private = replace(school.videos.playables["1"], chapters=where, ties=LessonTies(lesson_id="1"))
    school.videos.playables["1"] = private
    ops = Person(subject="o", email="", roles=frozenset({Role.OPS}))
    services = fakes.services(school)
    assert script_reading.script("1", by=ops, services=services) == Script()
    assert script_reading.script("1", by=SYSTEM, services=services).chapter_at(1.0) == "Sets"


def test_a_line_lingers_a_little_and_the_last_one_counts() -> None:
    cues = (Cue(start_ms=3_000, end_ms=4_000, text="Two"), Cue(start_ms=0, end_ms=2_000, text="One"))
    script = Script(cues=in_order(CueFile(cues=cues)))
    said = [script.line_at(at_s) for at_s in (0.0, 2.5, 3.0, 7.9, 8.0)]
    assert said == ["One", "One", "Two", "Two", ""]
    assert Script(chapters=cues[1:]).chapter_at(2.5) == ""  # a chapter does not linger


def test_what_stands_out_is_a_sentence_with_a_way_there(open_page: Opened, school: School) -> None:
    shares = [0.8] * 100
    shares[0] = 1.0
    shares[30:35] = [1.1] * 5
    at_mux(school, *shares, hotspots=(Hotspot(start_s=180.0, end_s=210.0, score=1.0),))
    test = opened(open_page)
    assert "**3:00 to 3:30** is played again: 30 % more than around it." in words_of(test)
    ways = [one for one in test.button if one.label == "Go there"]
    assert len(ways) == 3  # what the intro loses, who stays from then on, what is played again
    ways[2].click().run()
    found = test.session_state["retention_spot"]
    assert (found.lesson_id, found.at_s, found.seek.id) == ("1", 180.0, "1")
    assert "At 3:00." in words_of(test)
    next(one for one in test.button if one.label == "3:00 to 3:30").click().run()
    assert test.session_state["retention_spot"].seek.id == "2"  # the same place, and another command


def test_of_few_views_nothing_is_said_to_stand_out(open_page: Opened, school: School) -> None:
    at_mux(school, 1.0, *[0.5] * 19, views=19)
    test = opened(open_page)
    assert "From 20 views on, what stands out is told here." in words_of(test)
    assert "Go there" not in [one.label for one in test.button]


def test_a_click_on_the_curve_is_a_moment_and_taking_it_back_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {"chart": {"selection": {"points": [{"x": 130.0, "y": 60.0}]}}}
    monkeypatch.setattr(spot, "st", SimpleNamespace(session_state=state))
    spot.clicked("1", "chart")
    found = spot.chosen("1")
    assert found is not None
    assert (found.at_s, found.seek.at_s) == (130.0, 130.0)
    assert spot.chosen("2") is None
    state["chart"] = {"selection": {"points": []}}
    spot.clicked("1", "chart")
    assert spot.chosen("1") == found


def test_the_days_tell_both_sources_and_how_they_were_joined(open_page: Opened, school: School) -> None:
    moved = LAST - timedelta(days=1)
    school.viewing.moved = {"1": moved}
    school.viewing.days = [
        lesson_day("1", LAST, views=9, own_learners=3, own_watch_ms=60_000),
        lesson_day(
            "1", moved, views=12, mux_views=4, own_learners=12, own_watch_ms=600_000, joined=Joined.BOTH
        ),
    ]
    at_mux(school)
    test = opened(open_page)
    text = words_of(test)
    assert "It plays from Mux since Sat 3 Jan 2026." in text
    assert "The dashed line is Sat 3 Jan 2026, when it moved to Mux." in text
    assert "**21 views in 28 days**" in chart_titles(test)
    test.session_state["retention_days"] = True
    shown = test.run().dataframe[0].value
    assert list(shown["From"]) == ["Mux", "the larger of both"]
    assert list(shown["Views at Mux"]) == ["9", "few"]
    assert list(shown["Watched at Mux"]) == ["45 min", "–"]
    assert list(shown["Own learners"]) == ["fewer than 5", "12"]


def test_what_changed_with_the_move_is_said_and_a_replaced_copy_is_marked(
    open_page: Opened, school: School
) -> None:
    moved, replaced = LAST - timedelta(days=3), LAST - timedelta(days=1)
    school.viewing.moved, school.viewing.replaced = {"1": moved}, {"1": [replaced]}
    school.viewing.days = [
        lesson_day("1", LAST - timedelta(days=back), views=20 if back < 3 else 12) for back in range(7)
    ]
    at_mux(school)
    test = open_page("lesson_analytics.py", Role.ADMIN, lesson="1", days="7")
    text = words_of(test)
    # Five minutes each; the day of the move belongs to neither.
    assert "it had 12 views before that day and 20 after it; 1 h and 1 h 40 min were watched." in text
    assert "Dotted: another copy at Mux from Sat 3 Jan 2026 on." in text
    drawn = next(one for one in test.get("plotly_chart") if one.key == "retention_views")
    lines = json.loads(drawn.proto.spec)["layout"]["shapes"]
    assert [(one["x0"], one["line"]["dash"]) for one in lines] == [
        ("2026-01-01", "dash"),
        ("2026-01-03", "dot"),
    ]


def test_days_of_few_views_are_told_by_their_date_alone(open_page: Opened, school: School) -> None:
    """Before a lesson plays from Mux, its views of a day are the school's own learners of that day."""
    facts = {"mux_views": 0, "joined": Joined.OWN, "own_watch_ms": 60_000}
    school.viewing.days = [
        lesson_day("1", LAST, views=4, own_learners=4, **facts),
        lesson_day("1", LAST - timedelta(days=1), views=3, own_learners=3, **facts),
        lesson_day("1", LAST - timedelta(days=2), views=5, own_learners=5, **facts),
        lesson_day("1", LAST - timedelta(days=3), views=2),
    ]
    at_mux(school, period_d=7)
    test = opened(open_page, days="7")
    joint, own = json.loads(test.get("plotly_chart")[1].proto.spec)["data"]
    assert joint["y"] == [0, 0, 0, None, 5, None, None]
    assert (own["name"], own["y"]) == ("the school's own", [0, 0, 0, None, 5, None, None])
    said = words_of(test)
    assert "**14 views in 7 days**" in chart_titles(test)  # of which the three tell none: 9 on three days
    assert "Most on Fri 2 Jan: 5 views. Nothing on 3 of 7 days. 3 days of few views are left out" in said
    test.session_state["retention_days"] = True
    shown = test.run().dataframe[0].value
    assert list(shown["Views"]) == ["few", "few", "5", "few"]
    assert list(shown["Watched"].fillna("")) == ["", "", "25 min", ""]
    seen = retention_looking.look("1", Period.WEEK, by=SYSTEM, services=fakes.services(school))
    assert [row[2:4] for row in sheets.days(seen).rows] == [
        ("few", None),
        (5, 25.0),
        ("few", None),
        ("few", None),
    ]


def test_days_of_few_views_are_told_by_their_weeks(open_page: Opened, school: School) -> None:
    """Four weeks, Monday to Sunday, of three views a day; in the last one nobody came on four days."""
    quiet = range(4)
    school.viewing.days = [
        lesson_day("1", LAST - timedelta(days=n), views=3) for n in range(28) if n not in quiet
    ]
    school.viewing.moved = {"1": LAST - timedelta(days=20)}
    at_mux(school)
    test = opened(open_page)
    [joint, mux] = json.loads(test.get("plotly_chart")[1].proto.spec)["data"]
    assert (joint["x"], joint["y"]) == (
        ["2025-12-08", "2025-12-15", "2025-12-22", "2025-12-29"],
        [21, 21, 21, 9],
    )
    assert (mux["x"][0], mux["y"]) == ("2025-12-15", [21, 21, 9])
    said = words_of(test)
    assert "**72 views in 28 days**" in chart_titles(test)
    assert "Most in the week from Mon 8 Dec: 21 views. By weeks, because most days have few views" in said
    test.session_state["retention_days"] = True
    shown = test.run().dataframe[0].value
    assert list(shown.columns[:2]) == ["Week from", "Views"]
    assert list(shown["Views"]) == ["9", "21", "21", "21"]
    seen = retention_looking.look("1", Period.FOUR_WEEKS, by=SYSTEM, services=fakes.services(school))
    found = sheets.days(seen)
    assert (found.name, found.head[1]) == ("Weeks", "week from")
    assert [row[2:4] for row in found.rows] == [(21, 105.0)] * 3 + [(9, 45.0)]


def test_a_lone_day_of_few_is_not_known_by_the_sum(open_page: Opened, school: School) -> None:
    school.viewing.days = [
        lesson_day("1", LAST - timedelta(days=back), views=views) for back, views in enumerate((30, 3, 7))
    ]
    at_mux(school, period_d=7)
    test = opened(open_page, days="7")
    assert "**40 views in 7 days**" in chart_titles(test)
    bars = json.loads(test.get("plotly_chart")[1].proto.spec)["data"][0]
    assert bars["y"] == [0, 0, 0, 0, None, None, 30]


def test_a_period_of_few_views_tells_neither_their_number_nor_their_time(
    open_page: Opened, school: School
) -> None:
    school.viewing.days = [lesson_day("1", LAST, views=3)]
    school.videos.playables["1"] = replace(school.videos.playables["1"], asset_id=ASSET)
    test = opened(open_page, days="7")
    assert [(one.label, one.value) for one in test.metric] == [
        ("Views", "few"),
        ("Watch time", "–"),
        ("Watch to the end (estimate)", "–"),
    ]
    assert "**few views in 7 days**" in chart_titles(test)
    seen = retention_looking.look("1", Period.WEEK, by=SYSTEM, services=fakes.services(school))
    told = {str(name): value for name, value in sheets._figures(seen)}
    assert (told["Views in the period"], told["Watch time in the period (min)"]) == ("few", None)


def test_a_day_of_which_nothing_is_known_is_a_gap_and_no_zero(open_page: Opened, school: School) -> None:
    at_mux(school)
    school.viewing.read_since = LAST - timedelta(days=2)
    school.viewing.days = [lesson_day("1", LAST, views=9)]
    test = opened(open_page, days="7")
    bars = json.loads(test.get("plotly_chart")[0].proto.spec)["data"][0]
    assert bars["y"] == [None, None, None, None, 0, 0, 9]
    assert "Nothing on 2 of 7 days. Of 4 of 7 days there are no figures." in words_of(test)


def test_a_teacher_sees_their_own_lesson_and_of_no_other_whether_it_is_there(
    open_page: Opened, school: School
) -> None:
    at_mux(school)
    private = replace(school.videos.playables["1"], ties=LessonTies(lesson_id="1"))
    school.videos.playables["1"] = private
    test = open_page(PAGE, Role.TEACHER, lesson="1")
    assert "There is no lesson 1." in test.error[0].value
    assert [one.value for one in test.title] == ["Lesson analytics"]
    assert not test.get("plotly_chart")


def test_the_lesson_page_leads_here_and_back(open_page: Opened, school: School) -> None:
    there = open_page("lesson.py", Role.ADMIN, lesson="1")
    assert "How it is watched" in [one.label for one in there.get("page_link")]
    foreign = open_page("lesson.py", Role.TEACHER, lesson="1")
    assert "How it is watched" not in [one.label for one in foreign.get("page_link")]
    back = opened(open_page)
    assert [one.label for one in back.get("page_link")][:1] == ["The lesson"]


def test_a_year_is_told_with_the_days_that_mux_still_has(open_page: Opened, school: School) -> None:
    first = EPOCH.date() - timedelta(days=99)
    at_mux(school, period_d=99)
    text = words_of(opened(open_page, days="365"))
    assert f"The curve is of {first.day} {first:%b} 2025 to 4 Jan 2026: Mux keeps 100 days." in text


def test_the_chart_has_a_point_for_each_part_and_the_band_behind_it() -> None:
    usual = band([Heatmap(buckets=(1.0, 0.5), total_views=9)] * 5)
    shown = Curve(shares=(1.0, None, *[0.5] * 998), duration_s=600.0)
    drawn = curves.draw(shown, usual, spot.Spot("1", 130.0, 1))
    assert charts.points(drawn) == 1000 + 200
    assert drawn.data[0].y[1] is None
    assert drawn.layout.shapes[0].x0 == 130.0
    assert [*drawn.layout.xaxis.ticktext] == ["0:00", "2:00", "4:00", "6:00", "8:00", "10:00"]


@pytest.mark.parametrize("duration_s", [2.0, 59.0, 600.0, 5400.0, 80_000.0])
def test_the_axis_has_a_few_round_moments(duration_s: float) -> None:
    assert 2 <= len(curves.tick_places(duration_s)) <= 12


def test_those_who_leave_in_the_credits_have_watched_to_the_end() -> None:
    credits = Curve(shares=(*[1.0] * 20, *[0.7] * 76, *[0.2] * 4), duration_s=600.0)
    assert terms.answer(credits) == "70 % of the viewers watch to the end"
    assert terms.in_words(credits) == (
        "Of those who began, 70 % after a quarter, 70 % after half, 70 % after three quarters "
        "and 70 % at the end."
    )


def test_who_watches_is_told_by_device_and_country(open_page: Opened, school: School) -> None:
    viewers = {"desktop": 60, "phone": 30, "tablet": 6, "tv": 4}
    by_device = [Group(side=Side.DEVICE, name=name, viewers=count) for name, count in viewers.items()]
    by_country = [
        Group(side=Side.COUNTRY, name=name, viewers=count) for name, count in (("DE", 2), (None, 98))
    ]
    at_mux(school, audience=(*by_device, *by_country))
    test = opened(open_page)
    # 60 of 100; the 4 are too few to be told, and go with the 6.
    assert "**60 % of the viewers watch on a computer**" in chart_titles(test)
    assert "Viewers: computer 60, phone 30, others 10." in words_of(test)
    assert "DE" not in words_of(test)
    assert len(test.get("plotly_chart")) == 4


def test_countries_are_told_by_their_names_and_few_viewers_of_none(open_page: Opened, school: School) -> None:
    viewers = {"DE": 20, "US": 10, "XX": 8, "FR": 2}
    at_mux(school, audience=[Group(side=Side.COUNTRY, name=name, viewers=n) for name, n in viewers.items()])
    test = opened(open_page)
    # 20 of 40; the 2 of France are too few to be told, and go with the 8.
    assert "**The country with most viewers: Germany, 50 %**" in chart_titles(test)
    assert "Viewers: Germany 20, United States 10, others 10." in words_of(test)


def test_the_hours_of_the_week_are_told_where_five_viewers_came_in_one(
    open_page: Opened, school: School
) -> None:
    week = (
        WeekHour(weekday=0, hour=20, views=45, most_viewers=9),
        WeekHour(weekday=2, hour=8, views=30, most_viewers=5),
        WeekHour(weekday=2, hour=9, views=31, most_viewers=4),
    )
    at_mux(school, week=week)
    test = opened(open_page)
    text = words_of(test)
    assert "**Most is watched on Mondays from 20:00 to 21:00: 45 views**" in text
    assert "(UTC): most Mon 20:00 45, Wed 8:00 30. Blank: 31 views in hours that are not told" in text
    drawn = json.loads(test.get("plotly_chart")[-1].proto.spec)["data"][0]["z"]
    told = {(day, hour): n for day, row in enumerate(drawn) for hour, n in enumerate(row) if n is not None}
    assert told == {(0, 20): 45, (2, 8): 30}
    at_mux(school, week=week[2:])
    test = opened(open_page)
    assert "No hour of the week is told: fewer than five viewers came" in words_of(test)
    assert len(test.get("plotly_chart")) == 3


@pytest.mark.parametrize(
    ("zone", "at", "place"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 0, tzinfo=UTC), (6, 1)),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC), (6, 3)),  # 2 o'clock was left out
        ("Europe/Berlin", datetime(2026, 7, 5, 22, tzinfo=UTC), (0, 0)),  # Sunday there is Monday here
        ("Asia/Kolkata", datetime(2026, 7, 6, 18, tzinfo=UTC), (0, 23)),  # it begins at 23:30
        ("America/New_York", datetime(2026, 11, 2, 3, tzinfo=UTC), (6, 22)),
    ],
)
def test_an_hour_counts_where_the_schools_clocks_stand(
    zone: str, at: datetime, place: tuple[int, int]
) -> None:
    (found,) = week_of([WatchedHour(start_at=at, views=2, viewers=1)], ZoneInfo(zone))
    assert (found.weekday, found.hour) == place


def test_hours_of_several_weeks_add_views_and_keep_the_fullest() -> None:
    monday = datetime(2026, 11, 2, 20, tzinfo=UTC)
    hours = [
        WatchedHour(start_at=monday + timedelta(weeks=n), views=6, viewers=viewers)
        for n, viewers in enumerate((4, 3, 2, 4))
    ]
    nobody = WatchedHour(start_at=monday + timedelta(hours=1), views=0, viewers=0)
    (found,) = week_of([*hours, nobody], ZoneInfo("UTC"))
    assert (found.views, found.most_viewers) == (24, 4)
    assert told_hours([found]) == []  # four who come each week are four


def test_all_of_the_page_goes_along_with_units_and_period(school: School) -> None:
    phones = Group(side=Side.DEVICE, name="phone", viewers=9)
    hours = [WeekHour(weekday=0, hour=20, views=45, most_viewers=viewers) for viewers in (9, 4)]
    at_mux(school, 1.0, None, 0.5, period_d=7, audience=(phones,), week=tuple(hours))
    school.viewing.days = [lesson_day("1", LAST, own_learners=3, own_watch_ms=90_000)]
    services = fakes.services(school)
    seen = retention_looking.look("1", Period.WEEK, by=SYSTEM, services=services)
    header, row = sheets.as_csv(seen).decode("utf-8-sig").splitlines()
    assert header.startswith("lesson id,day,views,watch time (min),from,")
    assert row == "1,2026-01-04,10,50.0,Mux,10,50.0,fewer than 5,"
    assert sheets.curve(seen).rows == [(0.0, 100.0), (200.0, None), (400.0, 50.0)]
    assert sheets.viewers(seen).rows == [("device", "phone", 9)]
    found = sheets.hours(seen, "Europe/Berlin")
    assert (found.head[1], found.rows) == ("hour (Europe/Berlin)", [("Mon", 20, 45)])
    with zipfile.ZipFile(io.BytesIO(sheets.as_excel(seen, "UTC", services.clock))) as book:
        assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) == 7
        assert "Sets · 1" in book.read("xl/sharedStrings.xml").decode()


def test_every_reason_and_every_provider_has_words() -> None:
    assert set(terms.NO_CURVE) == set(terms.NoCurve)
    assert set(terms.ELSEWHERE) == set(Provider)
    assert set(terms.BASIS) == set(terms.Basis)
    assert set(terms.SOURCE) == set(Joined)


@pytest.mark.parametrize(
    "module",
    [
        audience,
        countries,
        audience_week,
        charts,
        curves,
        daily,
        few,
        move,
        terms,
        week,
        words,
        heatmap,
        retention,
        retention_band,
    ],
    ids=lambda one: one.__name__,
)
def test_the_examples_in_the_docstrings_are_true(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted
    assert not found.failed
