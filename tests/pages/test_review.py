"""The review: what the plan says, what is asked, and that a start happens once."""

from dataclasses import replace

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException

from core import migrating
from core.access import Role
from core.asset import Quality
from core.batch import BatchState
from core.errors import InvalidInput
from core.migration import Mode, PolicyRule
from core.records import Job
from core.selection import Standing
from core.settings import Secret
from dashboard import navigation, state
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fakes import School

SIGNING = {"mux_signing_key": "key", "mux_private_key": Secret("pem")}


def test_the_plan_says_what_is_created_and_what_is_skipped_and_why(open_page: Opened) -> None:
    text = words_of(open_page("review.py", Role.ADMIN, ticked="1-5.200.202"))
    assert "Mux makes a copy of 6 videos." in text  # 1–5 and the unreferenced 200
    assert "1 skipped: **not a video**" in text
    assert "12 rows of the school's tables switch to Mux" in text
    assert "The files in S3 stay as they are." in text


def test_where_nothing_can_move_it_says_why_and_no_noughts(open_page: Opened) -> None:
    test = open_page("review.py", Role.ADMIN, ticked="202")
    text = words_of(test)
    assert "Nothing of it can move" in text
    assert "1 skipped: **not a video**" in text
    assert "0 " not in text.replace("Migrate 0 videos", "")
    assert not test.metric


def test_nothing_ticked_sends_back_to_the_list(open_page: Opened) -> None:
    test = open_page("review.py", Role.ADMIN)
    assert "Nothing is selected." in words_of(test)
    assert not test.button


def test_only_what_can_work_is_offered(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, s3_endpoint_url="http://127.0.0.1:8511")
    test = open_page("review.py", Role.ADMIN, ticked="1")
    assert test.selectbox(key="option_mode").options == ["Push: this machine sends each file"]
    assert [o.split(":")[0] for o in test.selectbox(key="option_policy").options] == ["Public"]


def test_without_a_signing_key_public_playback_is_chosen_by_the_person_not_for_them(
    school: School, open_page: Opened
) -> None:
    school.private = 3
    test = open_page("review.py", Role.ADMIN, ticked="1-5")
    assert test.selectbox(key="option_policy").value is None
    assert test.button[-1].disabled
    assert "Choose first who may play" in test.button[-1].help
    test.selectbox(key="option_policy").set_value(PolicyRule.PUBLIC).run()
    assert "3 private videos become playable by anyone with the address." in words_of(test)
    assert not test.button[-1].disabled


def test_signed_playback_opens_nothing(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, **SIGNING)
    school.private = 3
    test = open_page("review.py", Role.ADMIN, ticked="1-5")
    assert "playable by anyone" not in words_of(test)
    assert not test.button[-1].disabled


def test_a_way_back_to_the_list_keeps_what_was_chosen(open_page: Opened) -> None:
    test = open_page("review.py", Role.ADMIN, ticked="1-5")
    test.selectbox(key="option_quality").set_value(Quality.BASIC).run()
    test.switch_page(str(navigation.PAGES / "migrate.py")).run()
    test.switch_page(str(navigation.PAGES / "review.py")).run()
    assert test.selectbox(key="option_quality").value is Quality.BASIC


def test_the_cost_follows_the_quality(open_page: Opened) -> None:
    test = open_page("review.py", Role.ADMIN, ticked="1-5")
    assert "Cost once $1.60" in words_of(test)
    test.selectbox(key="option_quality").set_value(Quality.BASIC).run()
    assert "Cost once $0.04" in words_of(test)  # basic has no input price: 0.42 GB × $0.09


def test_a_start_freezes_the_choice_and_lands_on_the_batch(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, **SIGNING)
    test = open_page("review.py", Role.ADMIN, ticked="1-3")
    test.selectbox(key="option_policy").set_value(PolicyRule.SIGNED)
    test.text_input(key="option_name").set_value("First three")
    test.number_input(key="option_budget_least").set_value(2)
    test.run()
    test.button[-1].click().run()
    batch = school.batches[2]
    assert (batch.name, batch.state, batch.total, batch.created_by) == (
        "First three",
        BatchState.RUNNING,
        3,
        "ada",
    )
    assert (batch.options.policy, batch.options.mode) == (PolicyRule.SIGNED, Mode.PULL)
    assert batch.options.budget.least == 2
    assert school.jobs == [(Job.FEED, {"batch_id": 2})]
    assert test.title[0].value == "First three"


def test_after_a_start_nothing_is_ticked_so_that_a_second_click_starts_nothing(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, **SIGNING)
    test = open_page("review.py", Role.ADMIN, ticked="1-3")
    test.button[-1].click().run()
    test.switch_page(str(navigation.PAGES / "review.py")).run()
    assert len(school.batches) == 2
    assert test.title[0].value == school.batches[2].name  # the review leads to the batch
    test.switch_page(str(navigation.PAGES / "migrate.py")).run()
    assert "0 of 120 selected" in words_of(test)


def test_a_second_click_that_breaks_off_the_first_ones_way_to_the_batch_lands_there(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, **SIGNING)
    test = open_page("review.py", Role.ADMIN, ticked="1-3")

    def cut_in(*_: object, **__: object) -> None:
        raise RerunException(RerunData(widget_states=None))

    with monkeypatch.context() as patch:
        patch.setattr(state, "say_next", cut_in)
        test.button[-1].click().run()
    test.run()
    assert len(school.batches) == 2
    assert test.title[0].value == school.batches[2].name


def test_a_refused_start_says_why_and_keeps_the_ticks(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, **SIGNING)
    test = open_page("review.py", Role.ADMIN, ticked="1-3")

    def refused(*_: object, **__: object) -> None:
        raise InvalidInput("Signed playback needs a signing key, and none is set.")

    monkeypatch.setattr(migrating, "start", refused)
    test.button[-1].click().run()
    assert "Signed playback needs a signing key" in test.error[0].value
    assert "Migrate 3 videos" in words_of(test)
    assert len(school.batches) == 1


def test_what_was_changed_last_counts_even_when_the_start_is_pressed_in_the_same_moment(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A switch and the button can reach the server in one run: a test must not become a migration."""
    behind(school, monkeypatch, **SIGNING)
    test = open_page("review.py", Role.ADMIN, ticked="1-3")
    next(toggle for toggle in test.toggle if toggle.label == "Test only").set_value(True)
    test.button[-1].click().run()
    assert school.batches[max(school.batches)].options.test is True


def test_what_came_to_match_since_the_page_was_drawn_is_not_moved_unseen(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch, **SIGNING)
    test = open_page("review.py", Role.ADMIN, ticked="1-3")
    school.sources[3] = replace(school.sources[3], standing=Standing.ON_MUX)
    test.button[-1].click().run()
    assert "It is 2 now, not the 3 that you reviewed." in test.error[0].value
    assert len(school.batches) == 1
    test.button[-1].click().run()
    assert school.batches[2].movable == 2


def test_a_second_click_of_the_same_review_lands_on_the_same_batch(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run may end after the start and before its page is drawn."""
    behind(school, monkeypatch, **SIGNING)
    test = open_page("review.py", Role.ADMIN, ticked="1-3")
    begun = migrating.start

    def cut_off(*args: object, **named: object) -> None:
        begun(*args, **named)  # type: ignore[arg-type]
        raise InvalidInput("The run ended here.")

    with monkeypatch.context() as patch:
        patch.setattr(migrating, "start", cut_off)
        test.button[-1].click().run()
    test.button[-1].click().run()
    assert len(school.batches) == 2
    assert test.title[0].value == school.batches[2].name
