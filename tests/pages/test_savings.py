"""The savings page: pieces of advice with their amounts, and the table of what each is about."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import advising
from core.access import SYSTEM, Role
from core.advice import Kind
from core.advice_finds import StoredFile, StoredVideo
from core.errors import Refused
from core.source import Location
from core.usage import Month, Sku, StorageClass, What
from core.usage_records import UsageDay
from dashboard import services as door
from dashboard.costs import advice_table
from tests.fakes import EPOCH
from tests.pages import fakes
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_usage import FakeUsage
from tests.pages.fakes import School
from tests.price_lists import COLD, STANDARD, used

LAST, YESTERDAY = date(2026, 1, 3), date(2026, 1, 4)


def video(asset_id: str, minutes: int, *lessons: str, storage: StorageClass = STANDARD) -> StoredVideo:
    return StoredVideo(
        asset_id=asset_id,
        quality="plus",
        tier="1080p",
        storage=storage,
        minutes=Decimal(minutes),
        lessons=lessons,
    )


@pytest.fixture
def dear_school(school: School) -> School:
    """20,000 minutes are kept, half of them cold, and 100 GB in S3; deliveries of 90 days are known."""
    school.usage = FakeUsage()
    for storage in (STANDARD, COLD):
        kept = Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=storage)
        school.past.kept[kept] = Decimal(10_000)
    school.usage.days[Month(2026, 1)] = {
        YESTERDAY: [
            used(What.S3_STORAGE, str(Decimal(100) / 31), storage=STANDARD, first=YESTERDAY, last=YESTERDAY),
        ]
    }
    school.usage.read = {
        LAST - timedelta(days=back): UsageDay(tried_at=EPOCH, read_at=EPOCH, covers_to=EPOCH)
        for back in range(88)
    }
    school.advice.idle = [
        video("a-1", 3_000, "1", storage=COLD),
        video("a-2", 1_000, "1", "2", storage=COLD),
        video("a-3", 1_000, storage=COLD),
    ]
    school.advice.files = [StoredFile(place="school-videos/1.mp4", title="Sets", size_bytes=40_000_000_000)]
    return school


def pieces(test: AppTest) -> list[str]:
    return [one.value for one in test.markdown if "a month" in one.value or " · " in one.value]


def test_what_saves_most_comes_first_below_the_sum(dear_school: School, open_page: Opened) -> None:
    test = open_page("advice.py", Role.FINANCE)
    # 30 + 12 + 2.30 - 20 of credit is what a month costs; 5,000 cold minutes at 0.12 cents are $6,
    # 40 GB at 2.3 and then 1.25 cents 42 cents
    assert [one.value for one in test.subheader] == ["Save about \\$6.42 a month"]
    assert [one for one in pieces(test) if "a month" in one] == ["**\\$6.00 a month**", "**\\$0.42 a month**"]
    said = words_of(test)
    assert "**Not played for 90 days** · 3 videos" in said
    assert "**Originals in S3 Standard** · 1 file" in said
    assert "one by one" not in said


def test_a_piece_opens_a_cost_table_of_exactly_these_and_stays_open(
    dear_school: School, open_page: Opened
) -> None:
    test = open_page("advice.py", Role.FINANCE)
    test.button(key="advice_show_unplayed").click().run()
    assert test.query_params["advice"] in ("unplayed", ["unplayed"])
    table = test.dataframe[0].value
    assert list(table["title"]) == ["Lesson 1", "Lesson 1, Lesson 2", "a-3"]
    assert list(table["usd"]) == ["$3.60", "$1.20", "$1.20"]  # of 3,000, 1,000 and 1,000 minutes
    assert list(table["now"]) == ["plus, 1080p, cold"] * 3
    assert "All 3 together: \\$6.00 a month." in words_of(test)
    assert not [one for one in test.button if "in the library" in one.label]  # finance has no library


def test_an_admin_goes_on_with_these_lessons_ticked_in_the_library(
    dear_school: School, open_page: Opened
) -> None:
    test = open_page("advice.py", Role.ADMIN, advice="unplayed")
    next(one for one in test.button if one.label == "Tick 2 lessons in the library").click().run()
    assert [one.value for one in test.title] == ["Library"]
    assert test.session_state["library_ticked"].picked.ids == {"1", "2"}


def test_originals_lead_to_the_moved_videos_of_migrate(dear_school: School, open_page: Opened) -> None:
    test = open_page("advice.py", Role.ADMIN, advice="originals")
    links = {one.label: one.proto.query_string for one in test.get("page_link")}
    assert links["See them on Migrate"] == "standing=on_mux&sort=largest"


def test_what_is_said_twice_counts_once(dear_school: School, open_page: Opened) -> None:
    dear_school.advice.equal = [video("a-1", 3_000, "1", storage=COLD)]
    test = open_page("advice.py", Role.FINANCE)
    # the copy's $3.60 is in the $6 already
    assert [one.value for one in test.subheader] == ["Save about \\$6.42 a month"]
    assert "The pieces one by one come to \\$3.60 more." in words_of(test)


def test_uploads_that_never_ended_are_found_in_the_bucket_for_uploads(
    dear_school: School, open_page: Opened
) -> None:
    location = Location("school-videos", "uploads/7/film.mp4")
    multipart_id = dear_school.store.begin_parts(location, mime="")
    dear_school.store.begun_at = EPOCH - timedelta(days=8)
    dear_school.store.parts[multipart_id] = (location, {1: b"x" * 1000})
    test = open_page("advice.py", Role.FINANCE, advice="parts")
    said = words_of(test)
    assert "**Uploads to S3 that never ended** · 1 upload" in said
    assert "together" not in said  # one is no sum
    assert list(test.dataframe[0].value["now"]) == ["parts since 28 Dec 2025"]
    dear_school.store.begun_at = EPOCH - timedelta(days=6)
    st.cache_resource.clear()
    assert "never ended" not in words_of(open_page("advice.py", Role.FINANCE))


def test_where_s3_does_not_answer_the_rest_is_told(dear_school: School, open_page: Opened) -> None:
    dear_school.store.errors = [Refused("S3 does not allow listing this.", status=403)]
    test = open_page("advice.py", Role.FINANCE)
    said = words_of(test)
    assert "Not known: Uploads to S3 that never ended. S3 does not allow listing this." in said
    assert "Not played for 90 days" in said
    dear_school.store.errors = []
    assert "Not known" not in words_of(open_page("advice.py", Role.FINANCE))  # S3 is asked at each look


def test_too_few_known_days_say_nothing_of_what_was_not_played(
    dear_school: School, open_page: Opened
) -> None:
    dear_school.usage.read = dict(list(dear_school.usage.read.items())[:80])
    said = words_of(open_page("advice.py", Role.FINANCE))
    assert (
        "Not known: Not played for 90 days, Stored larger than watched, MP4s that nobody fetches. "
        "Deliveries of 80 of the last 90 days are known; it takes 81." in said
    )
    assert "Originals in S3 Standard" in said


def test_where_nothing_is_to_be_saved_the_page_says_so(dear_school: School, open_page: Opened) -> None:
    dear_school.advice.idle, dear_school.advice.files = [], []
    assert "There is nothing to save that Lectern knows of." in words_of(open_page("advice.py", Role.ADMIN))


def test_less_than_a_cent_is_not_said_to_be_nothing(dear_school: School, open_page: Opened) -> None:
    dear_school.advice.idle = []
    dear_school.advice.files = [StoredFile(place="school-videos/1.mp4", title="Sets", size_bytes=400_000)]
    test = open_page("advice.py", Role.FINANCE)
    assert [one.value for one in test.subheader] == ["Save less than a cent a month"]
    assert "**less than a cent a month**" in pieces(test)


def test_what_the_credit_pays_saves_nothing(dear_school: School, open_page: Opened) -> None:
    dear_school.past.kept = {sku: Decimal(1_000) for sku in dear_school.past.kept}  # $4.20 of a credit of $20
    dear_school.advice.files = []
    test = open_page("advice.py", Role.FINANCE)
    assert [one.value for one in test.subheader] == [
        "Saves nothing now: free minutes or the plan's credit pay for it"
    ]
    assert "**nothing now**" in [one.value for one in test.markdown]


def test_where_too_little_is_known_nothing_found_is_no_promise(
    dear_school: School, open_page: Opened
) -> None:
    dear_school.advice.idle, dear_school.advice.files = [], []
    dear_school.usage.read = {}
    said = words_of(open_page("advice.py", Role.ADMIN))
    assert "Nothing to save was found in what is known." in said
    assert "There is nothing to save" not in said


def test_a_new_school_is_told_what_is_missing(school: School, open_page: Opened) -> None:
    school.usage = FakeUsage()
    said = words_of(open_page("advice.py", Role.ADMIN))
    assert "Nothing can be told yet." in said
    assert "at the prices of" not in said


def test_a_month_without_a_price_card_leads_to_the_page_of_cards(
    dear_school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(fakes.services(dear_school), built_in_cards=())
    monkeypatch.setattr(door, "_services", lambda: bare)
    test = open_page("advice.py", Role.FINANCE)
    assert "No price card of Mux covers February 2026." in test.warning[0].value
    assert "Go to Price cards" in [one.label for one in test.get("page_link")]


def test_the_file_has_every_thing_with_its_amount_and_no_formula(dear_school: School) -> None:
    dear_school.advice.idle = [video("=cmd()", 3_000, storage=COLD)]
    services = fakes.services(dear_school)
    found = advising.advised(by=SYSTEM, services=services)
    advice = next(one for one in found.saving.advice if one.kind is Kind.UNPLAYED)
    rows = advising.rows(advice, found.cards, by=SYSTEM, services=services)
    [_, line] = csv.reader(io.StringIO(advice_table.as_csv(rows).decode("utf-8-sig")))
    assert line == ["'=cmd()", "'=cmd()", "3000.000000", "min-months", "plus, 1080p, cold", "gone", "3.60"]
