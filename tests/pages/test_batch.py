"""The batch page: its answer, its failures, its actions, one video and the report."""

import csv
import io
import time
from dataclasses import replace
from uuid import UUID

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core import migrating
from core.access import Role
from core.batch import BatchState, ItemState
from core.migration import Trouble
from core.records import Job
from dashboard.batches import live, report
from dashboard.components.mux_player import Video
from tests.fakes import EPOCH
from tests.pages import fakes
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import School
from tests.pages.school import item_in

ADMIN = (Role.ADMIN, Role.OPS)


def test_the_answer_comes_first(open_page: Opened) -> None:
    text = words_of(open_page("batch.py", *ADMIN, id="1"))
    # done: on Mux, tested, waiting for the schema; of 26 items one was skipped
    assert "**3 of 25 on Mux** · 16 failed · about 6 s left" in text
    assert "0.00/s of 1.00/s allowed" in text


def test_failures_stand_by_cause_with_what_to_do(open_page: Opened) -> None:
    text = words_of(open_page("batch.py", *ADMIN, id="1"))
    assert "**Changed since the scan.**" in text
    assert "Scan again, then retry" in text
    assert "Retry 16 videos" in text


def test_the_list_can_be_narrowed_by_state_and_cause(open_page: Opened) -> None:
    assert len(_table(open_page("batch.py", *ADMIN, id="1", state="failed"))) == 16
    assert len(_table(open_page("batch.py", *ADMIN, id="1", trouble="file_damaged"))) == 1
    assert len(_table(open_page("batch.py", *ADMIN, id="1", state="hovering"))) == 26


def test_a_skipped_item_says_its_reason_in_words(open_page: Opened) -> None:
    rows = _table(open_page("batch.py", *ADMIN, id="1", state="skipped"))
    assert list(rows["reason"]) == ["The object has no bytes."]


@pytest.mark.parametrize("batch_id", ["", "x", "99", "9" * 40, "-1"])
def test_an_unknown_batch_is_a_sentence(open_page: Opened, batch_id: str) -> None:
    test = open_page("batch.py", *ADMIN, id=batch_id)
    assert not test.exception
    assert "batch" in test.error[0].value


def test_pausing_and_resuming_change_the_buttons_at_once(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    _button(test, "Pause").click().run()
    assert school.batches[1].state is BatchState.PAUSED
    assert "Paused by dana." in words_of(test)
    _button(test, "Resume").click().run()
    assert school.batches[1].state is BatchState.RUNNING


def test_retry_queues_what_failed(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    _button(test, "Retry 16 videos").click().run()
    assert not [item for item in school.items.values() if item.state is ItemState.FAILED]
    assert "16 videos queued again." in [toast.value for toast in test.toast]


def test_cancelling_asks_first_and_names_the_number(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    _button(test, "Cancel rest …").click().run()
    assert "1 video of “Autumn courses” that wait" in words_of(test)
    assert school.batches[1].state is BatchState.RUNNING
    _button(test, "Cancel 1 video").click().run()
    assert school.batches[1].state is BatchState.CANCELLED


def test_rolling_back_asks_first_and_leaves_the_copies_unless_told(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    _button(test, "Roll back …").click().run()
    assert "The copies stay at Mux" in words_of(test)
    _button(test, "Roll back 2 videos").click().run()
    assert [(job, args["asked"]["delete_asset"]) for job, args in school.jobs] == [(Job.UNDO, False)]
    assert len(school.wanted_back) == 2


def test_after_a_roll_back_the_page_stays_live_until_the_worker_has_done_it(
    open_page: Opened, school: School
) -> None:
    school.items = {i: one for i, one in school.items.items() if one.state is ItemState.DONE}
    school.batches[1] = replace(school.batches[1], state=BatchState.DONE)
    test = open_page("batch.py", *ADMIN, id="1")
    assert not live.is_live(migrating.status(1, services=fakes.services(school)))
    _button(test, "Roll back …").click().run()
    _button(test, "Roll back 1 video").click().run()
    assert test.session_state["watched_until"] > time.monotonic()


def test_one_video_is_rolled_back_alone(open_page: Opened, school: School) -> None:
    done = item_in(school, ItemState.DONE)
    test = open_page("batch.py", *ADMIN, id="1", item=str(done))
    _button(test, "Roll back this video …").click().run()
    test.checkbox[0].check()
    _button(test, "Roll back 1 video").click().run()
    assert school.wanted_back == {done}
    assert school.jobs[0][1]["asked"]["delete_asset"] is True


def test_one_failed_video_is_retried_alone(open_page: Opened, school: School) -> None:
    failed = item_in(school, ItemState.FAILED)
    test = open_page("batch.py", *ADMIN, id="1", item=str(failed))
    _button(test, "Retry this video").click().run()
    assert school.items[failed].state is ItemState.QUEUED
    assert sum(item.state is ItemState.FAILED for item in school.items.values()) == 15


def test_ops_see_why_they_cannot_act(open_page: Opened) -> None:
    test = open_page("batch.py", Role.OPS, id="1")
    assert _button(test, "Pause").disabled
    assert "role admin" in _button(test, "Pause").help


def test_a_done_video_plays(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1", item=str(item_in(school, ItemState.DONE)))
    assert "Checked; its lessons play from Mux." in words_of(test)
    assert len(test.get("bidi_component")) == 2  # the state bar and the player


def test_an_item_of_another_batch_is_not_shown(open_page: Opened) -> None:
    test = open_page("batch.py", *ADMIN, id="1", item=str(UUID(int=999)))
    assert not test.error
    assert len(test.get("bidi_component")) == 1


def test_the_addresses_of_a_video_stay_out_of_its_repr() -> None:
    video = Video(playback_id="p", title="t", src="s?token=x", poster="p?token=x", storyboard="b?token=x")
    assert "token" not in repr(video)


def test_the_report_has_every_item_and_no_formula(school: School) -> None:
    file = io.StringIO()
    row = next(iter(fakes.FakeBatches(school).all_items(1)))
    report.write(file, [row, *fakes.FakeBatches(school).all_items(1)])
    lines = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert len(lines) == 27
    assert lines[0]["since"] == EPOCH.isoformat()
    assert {line["state"] for line in lines} >= {"On Mux", "Failed", "Skipped"}


def test_a_key_that_a_spreadsheet_would_run_is_quoted() -> None:
    assert [report.harmless(text) for text in ("=1", "+1", "-1", "@a", "\ta", "a=1")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'\ta",
        "a=1",
    ]


def test_the_report_is_made_from_the_batch_when_asked_for(school: School) -> None:
    text = report.maker(1, fakes.services(school))().decode("utf-8-sig")
    assert text.startswith("key,title,state,since,what happened,asset id,tries,bytes,seconds")
    assert len(text.splitlines()) == 27


def test_every_cause_has_an_item_to_look_at(school: School) -> None:
    assert {item.trouble for item in school.items.values() if item.trouble} == set(Trouble)


def _button(test: AppTest, label: str) -> Button:
    return next(one for one in test.button if one.label == label)


def _table(test: AppTest) -> pd.DataFrame:
    return test.dataframe[0].value
