"""The first page: what each role sees."""

from dataclasses import replace

import pytest

from core.access import Person, Role
from core.batch import BatchState, ItemState
from core.migration import Trouble
from core.own_videos import OwnTrouble, OwnVideos
from core.scanrun import ScanRun
from core.selection import Standing
from core.source import Finding
from dashboard import access
from dashboard.today import notes
from tests.fakes import EPOCH
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import FakeBatches, School, add_item


def test_failures_come_before_decisions(open_page: Opened, school: School) -> None:
    school.batches[1] = replace(school.batches[1], state=BatchState.PAUSED, pause_reason="5 videos failed.")
    said = words_of(open_page("home.py", Role.ADMIN, Role.OPS))
    order = [
        f"{len(Trouble)} videos of “Autumn courses” failed",
        "1 event from Mux could not be ingested",
        "“Autumn courses” is paused with 4 videos to go. 5 videos failed.",
        "17 rows of the school's tables wait",
        "7 sources cannot move",
    ]
    places = [said.index(sentence) for sentence in order]
    assert places == sorted(places)


def test_with_nothing_wrong_it_says_so(open_page: Opened, school: School) -> None:
    school.batches.clear()
    school.events.clear()
    school.pending_rows = 0
    for number in range(200, 210):
        school.sources.pop(number, None)
    assert "Nothing needs you today" in words_of(open_page("home.py", Role.ADMIN))


def test_finance_sees_this_month_first_then_what_is_left_to_pay(open_page: Opened) -> None:
    text = words_of(open_page("home.py", Role.FINANCE))
    assert "**\\$67.96 so far · about" in text  # tests/pages/test_costs.py has the sum
    assert "Delivery came to \\$60.00" in text
    assert "What is left to move" in text
    # 120 videos of 10 min: 1,200 min × $0.03125 + 10.08 GB × $0.09 = 37.50 + 0.9072
    assert "Cost once $38.41" in text
    assert "failed" not in text


def own(person_id: str, **facts: object) -> dict[str, OwnVideos]:
    usual = {"videos": 12, "on_mux": 4, "in_trouble": 0, "troubled": []}
    return {person_id: OwnVideos(**(usual | facts))}  # type: ignore[arg-type]


def known_as(host_user_id: str, monkeypatch: pytest.MonkeyPatch, *roles: Role) -> None:
    """Whoever looks has these roles, and the school knows them under this id."""
    tess = Person(
        subject="tess", email="tess@school.example", roles=frozenset(roles), host_user_id=host_user_id
    )
    monkeypatch.setattr(access, "current_person", lambda: tess)


def test_a_teacher_sees_their_own_lessons_in_trouble_and_nothing_of_the_work(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = OwnTrouble(title="Sets *one*", key="a/b.mp4", finding=Finding.MISSING, trouble=None)
    cut = OwnTrouble(title=None, key="a/c.mp4", finding=None, trouble=Trouble.FILE_DAMAGED)
    school.own = own("7", in_trouble=5, troubled=[gone, cut])
    known_as("7", monkeypatch, Role.TEACHER)
    test = open_page("home.py", Role.TEACHER)
    text = words_of(test)
    assert [link.label for link in test.get("page_link")] == ["Upload"]  # for the one whose file is missing
    assert "**4 of your 12 videos on Mux.** The others play as before, but for these:" in text
    assert r"**Sets \*one\***: Its file is not where the lesson says" in text
    assert "**c.mp4**: The file is damaged, so it did not move to Mux. It plays as before" in text
    assert "And 3 more." in text
    assert "Autumn courses" not in text


def test_figures_of_the_whole_school_are_for_those_who_move_it(open_page: Opened) -> None:
    assert [one.label for one in open_page("home.py", Role.OPS).metric] == [
        "On Mux",
        "Moving",
        "Ready to move",
        "Needs a look",
    ]
    assert not open_page("home.py", Role.TEACHER).metric


def test_a_scan_that_did_not_reach_everything_needs_somebody(open_page: Opened, school: School) -> None:
    school.run = ScanRun(
        id=1,
        asked_by="dana",
        asked_at=EPOCH,
        finished_at=EPOCH,
        buckets=1,
        error="S3 refuses.",
        hint="Allow it.",
    )
    test = open_page("home.py", Role.ADMIN)
    assert "did not reach everything. S3 refuses. Allow it." in words_of(test)
    assert "Scan again" in [link.label for link in test.get("page_link")]


def test_a_teacher_without_trouble_is_told_so(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.own = own("7")
    known_as("7", monkeypatch, Role.TEACHER)
    assert "Nothing needs you today" in words_of(open_page("home.py", Role.TEACHER))


def test_a_teacher_whom_the_school_does_not_know_is_told_whom_to_ask(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_as("", monkeypatch, Role.TEACHER)
    text = words_of(open_page("home.py", Role.TEACHER))
    assert "does not have you" in text
    assert "Nothing needs you" not in text


def test_a_teacher_who_pays_sees_lessons_and_costs(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.own = own("7")
    known_as("7", monkeypatch, Role.TEACHER, Role.FINANCE)
    text = words_of(open_page("home.py", Role.TEACHER))
    assert "4 of your 12 videos" in text
    assert "Cost once $38.41" in text


def test_with_nothing_left_to_move_finance_is_told_that_nothing_is_due(
    open_page: Opened, school: School
) -> None:
    for number, one in school.sources.items():
        school.sources[number] = replace(one, standing=Standing.ON_MUX)
    assert "nothing more is due" in words_of(open_page("home.py", Role.FINANCE))


def test_ops_are_offered_what_they_may_do_alone(open_page: Opened, school: School) -> None:
    school.batches[1] = replace(school.batches[1], state=BatchState.PAUSED)
    test = open_page("home.py", Role.OPS)
    text, links = words_of(test), [link.label for link in test.get("page_link")]
    assert "An admin resumes or cancels it." in text
    assert "cli.py" not in text
    assert "Resume or cancel" not in links
    assert {"See the batch", "See why", "Add the columns"} <= set(links)


def test_failures_of_old_batches_are_a_number_with_a_link(open_page: Opened, school: School) -> None:
    for number in range(2, 15):
        school.batches[number] = replace(school.batches[1], id=number, name=f"Batch {number}")
        add_item(school, school.batches[number], school.sources[1], ItemState.FAILED)
    text = words_of(open_page("home.py", Role.ADMIN))
    # of 14 batches with failures ten are named; four are left, the first of them with every cause
    assert "“Batch 5” failed" in text
    assert f"{len(Trouble) + 3} videos of 4 earlier batches failed, too." in text


@pytest.mark.parametrize("school", ["empty"], indirect=True)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.OPS])
def test_before_the_first_scan_it_says_what_to_do_and_no_figure(
    role: Role, school: School, open_page: Opened
) -> None:
    test = open_page("home.py", role)
    assert not test.metric
    assert "Scan the buckets on the Migrate page." in words_of(test)
    assert "Go to Migrate" in [link.label for link in test.get("page_link")]


@pytest.mark.parametrize("school", ["empty"], indirect=True)
def test_before_the_first_scan_finance_is_told_no_figure(school: School, open_page: Opened) -> None:
    text = words_of(open_page("home.py", Role.FINANCE))
    assert "No cost can be told yet." in text
    assert "nothing more is due" not in text


def test_a_batch_with_failures_leads_to_its_failures(school: School) -> None:
    first = notes._failed(FakeBatches(school).still_failed()[0])
    assert (first.page, first.query) == ("batch.py", {"id": "1", "state": "failed"})
