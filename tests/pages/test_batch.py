"""The batch page: its answer, its failures, its actions, one video and the report."""

import csv
import io
import re
from dataclasses import replace
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core import migrating
from core.access import Role
from core.batch import BatchState, ItemState
from core.errors import Unavailable
from core.migration import Options, Trouble
from core.records import ChangeRow, Job
from dashboard import formats
from dashboard.batches import actions, figures, history, live, report
from dashboard.components.player import Video
from tests.fakes import EPOCH, FakePace
from tests.pages import fakes
from tests.pages.conftest import Opened, behind, person_with, words_of
from tests.pages.fakes import School
from tests.pages.school import item_in

ADMIN = (Role.ADMIN, Role.OPS)
ITEMS = len(ItemState) - 1 + len(Trouble)
"""One in each state, and one that failed for each cause."""


def test_the_answer_comes_first(open_page: Opened) -> None:
    text = words_of(open_page("batch.py", *ADMIN, id="1"))
    # done: on Mux, tested, waiting for the schema; of 27 items one was skipped
    assert f"**3 of {len(Trouble) + 9} on Mux** · {len(Trouble)} failed · about 6 s left" in text
    assert "Sends videos at 0.00/s of 1.00/s allowed" in text


def test_failures_stand_by_cause_with_what_to_do(open_page: Opened) -> None:
    text = words_of(open_page("batch.py", *ADMIN, id="1"))
    assert "**Changed since the scan.**" in text
    assert "Scan again, then retry" in text
    assert f"Retry {len(Trouble)} videos" in text


def test_the_list_can_be_narrowed_by_state_and_cause(open_page: Opened) -> None:
    assert len(_table(open_page("batch.py", *ADMIN, id="1", state="failed"))) == len(Trouble)
    assert len(_table(open_page("batch.py", *ADMIN, id="1", trouble="file_damaged"))) == 1
    assert len(_table(open_page("batch.py", *ADMIN, id="1", state="hovering"))) == ITEMS


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
    _button(test, f"Retry {len(Trouble)} videos").click().run()
    assert not [item for item in school.items.values() if item.state is ItemState.FAILED]
    assert f"{len(Trouble)} videos queued again." in [toast.value for toast in test.toast]


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


def test_the_page_is_live_until_the_last_rollback_has_ended(open_page: Opened, school: School) -> None:
    school.items = {i: one for i, one in school.items.items() if one.state is ItemState.DONE}
    school.batches[1] = replace(school.batches[1], state=BatchState.DONE)
    status = migrating.status(1, services=fakes.services(school))
    assert not live.is_live(status)
    under_way = replace(status, rolling_back=1)
    assert live.is_live(under_way)
    assert "1 video being rolled back" in live.sentence(under_way)
    assert not actions.can_roll_back(under_way)


def test_a_paused_batch_is_looked_at_again_for_somebody_else_may_resume_it(school: School) -> None:
    school.items.clear()
    now = migrating.status(1, services=fakes.services(school))

    def in_state(state: BatchState) -> str | None:
        return live._every(replace(now, batch=replace(now.batch, state=state)))

    assert in_state(BatchState.RUNNING) == live.EVERY
    assert in_state(BatchState.PAUSED) == live.EVERY_PAUSED
    assert in_state(BatchState.DONE) is None


def test_one_video_is_rolled_back_alone(open_page: Opened, school: School) -> None:
    done = item_in(school, ItemState.DONE)
    test = open_page("batch.py", *ADMIN, id="1", item=str(done))
    _button(test, "Roll back one …").click().run()
    test.checkbox[0].check()
    _button(test, "Roll back 1 video").click().run()
    assert school.wanted_back == {done}
    assert school.jobs[0][1]["asked"]["delete_asset"] is True


def test_one_failed_video_is_retried_alone(open_page: Opened, school: School) -> None:
    failed = item_in(school, ItemState.FAILED)
    test = open_page("batch.py", *ADMIN, id="1", item=str(failed))
    _button(test, "Retry this video").click().run()
    assert school.items[failed].state is ItemState.QUEUED
    assert sum(item.state is ItemState.FAILED for item in school.items.values()) == len(Trouble) - 1


@pytest.mark.parametrize(("roles", "plays"), [(ADMIN, True), ((Role.ADMIN,), True), ((Role.OPS,), False)])
def test_a_finished_video_shows_its_facts_to_everybody_who_sees_the_batch(
    roles: tuple[Role, ...], plays: bool, open_page: Opened, school: School
) -> None:
    test = open_page("batch.py", *roles, id="1", item=str(item_in(school, ItemState.DONE)))
    assert not test.warning
    assert "asset asset-" in " ".join(code.value for code in test.code)
    assert _button(test, "Close")
    assert ("player" in {part.key for part in test.get("bidi_component")}) is plays


def test_the_tick_for_deleting_is_forgotten_when_the_question_is_asked_anew(
    open_page: Opened, school: School
) -> None:
    done = item_in(school, ItemState.DONE)
    test = open_page("batch.py", *ADMIN, id="1", item=str(done))
    _button(test, "Roll back one …").click().run()
    test.checkbox[0].check().run()
    _button(test, "Roll back …").click().run()
    assert not test.checkbox[0].value
    _button(test, "Roll back one …").click().run()
    assert not test.checkbox[0].value


def _question() -> None:
    """A page that asks at every run: AppTest closes a dialog with each."""
    from core import migrating
    from dashboard.batches import dialogs
    from dashboard.services import services

    dialogs._roll_back_dialog(migrating.status(1, services=services()), None, "")


def test_deleting_at_the_real_mux_takes_a_typed_word(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    behind(school, monkeypatch, mux_base_url="https://api.mux.com")
    test = AppTest.from_function(_question, default_timeout=20).run()
    assert not _button(test, "Roll back 2 videos").disabled
    test.checkbox[0].check().run()
    assert _button(test, "Roll back 2 videos and delete").disabled
    test.text_input[0].set_value("delete 3").run()
    assert _button(test, "Roll back 2 videos and delete").disabled
    test.text_input[0].set_value("delete 2").run()
    _button(test, "Roll back 2 videos and delete").click().run()
    assert [args["asked"]["delete_asset"] for _, args in school.jobs] == [True]


@pytest.mark.parametrize("opener", ["Cancel rest …", "Roll back …"])
def test_a_question_while_the_database_is_away_is_a_sentence(
    opener: str, open_page: Opened, school: School
) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    _button(test, opener).click().run()
    school.broken = Unavailable("The database does not answer.")
    test.run()
    assert not test.exception
    assert test.error


def test_each_cause_narrows_the_list_to_its_videos(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    test.button(key="see_failed_file_damaged").click().run()
    assert len(_table(test)) == 1
    assert test.query_params["trouble"] == "file_damaged"
    assert list(_table(test)["remedy"]) == ["Look at the file"]


def test_each_cause_has_the_action_that_helps(open_page: Opened) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    keys = {one.key for one in test.button if one.key}
    assert {"scan_failed_source_changed", "retry_failed_source_changed", "retry_failed_not_playable"} <= keys
    assert "retry_failed_file_damaged" not in keys  # the same file would fail the same way
    assert "Look at this file" in [one.label for one in test.button]
    assert "Check the settings" in [link.label for link in test.get("page_link")]


def test_one_cause_is_retried_alone(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    test.button(key="retry_failed_not_playable").click().run()
    left = {item.trouble for item in school.items.values() if item.state is ItemState.FAILED}
    assert left == set(Trouble) - {Trouble.NOT_PLAYABLE}


def test_refused_rollbacks_are_a_group_of_their_own(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = item_in(school, ItemState.DONE)
    school.items[done] = replace(school.items[done], trouble=Trouble.ROW_CHANGED, reason="Changed.")
    status = migrating.status
    monkeypatch.setattr(
        migrating,
        "status",
        lambda *args, **named: replace(status(*args, **named), not_rolled_back={Trouble.ROW_CHANGED: 1}),
    )
    test = open_page("batch.py", Role.OPS, id="1")
    assert "**Not rolled back: 1**" in words_of(test)
    test.button(key="see_kept_row_changed").click().run()
    assert len(_table(test)) == 2  # with the one that failed by it


def test_a_skipped_video_says_why_in_words(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1", item=str(item_in(school, ItemState.SKIPPED)))
    assert "The object has no bytes." in words_of(test)


def test_a_batch_that_stands_still_says_since_when_and_why(school: School) -> None:
    status = migrating.status(1, services=fakes.services(school))
    assert live.stalled(status) == ""
    still = replace(status, stalled_since=EPOCH, stall_reason="No worker is running: start worker.py.")
    assert live.stalled(still).startswith("**Nothing has moved since 5 Jan, 09:00.** No worker is running")
    assert "left" not in live.sentence(still)


def test_a_batch_that_waits_for_long_work_of_muxs_says_so_without_alarm(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = migrating.status
    waits = lambda *args, **named: replace(status(*args, **named), awaits="Mux prepares it.", eta_s=None)  # noqa: E731
    monkeypatch.setattr(migrating, "status", waits)
    test = open_page("batch.py", *ADMIN, id="1")
    assert [one.value for one in test.info] == [
        "Mux prepares it. That may take as long as the video does; it goes on by itself."
    ]


def test_a_batch_whose_posts_mux_does_not_answer_says_so_and_promises_no_end(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = migrating.status

    def silent(*args: Any, **named: Any) -> Any:
        now = status(*args, **named)
        unanswered = replace(now.progress, unanswered=4, unanswered_since=EPOCH)
        return replace(now, eta_s=None, mux_silent_since=EPOCH, progress=unanswered)

    monkeypatch.setattr(migrating, "status", silent)
    said = words_of(open_page("batch.py", *ADMIN, id="1"))
    assert "Mux has not answered since 5 Jan, 09:00" in said
    assert "4 videos sent without an answer" in said
    assert not re.search(r"about [^·]* left", said)
    assert "refused by Mux" not in said


def test_refusals_of_the_last_minute_are_counted(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakePace, "refusals", lambda *_: 7)
    assert "7 refused by Mux in the last minute" in words_of(open_page("batch.py", *ADMIN, id="1"))


def test_history_is_read_when_it_is_opened_and_speaks_the_pages_words(
    open_page: Opened, school: School
) -> None:
    school.history.append(
        ChangeRow(at=EPOCH, item_id=UUID(int=1), what="ingesting", reason=None, title="Sets", key="a/b.mp4")
    )
    assert len(open_page("batch.py", *ADMIN, id="1").dataframe) == 1
    table = history.table(school.history)
    assert list(table["what"]) == ["Running", "Waiting for Mux"]
    assert list(table["video"]) == ["The batch", "Sets"]


def test_skipped_videos_count_on_no_page(school: School) -> None:
    batch, progress = fakes.FakeBatches(school).newest()[0]
    videos = len(school.items) - 1
    assert figures.far(batch, progress) == f"3 of {videos} on Mux"
    test_batch = replace(batch, options=Options(test=True))
    assert figures.far(test_batch, progress) == f"3 of {videos} tested"


def test_a_title_with_markdown_is_shown_as_it_is(open_page: Opened, school: School) -> None:
    name = "[x](https://evil) $a$ :red[b] <b>"
    school.batches[1] = replace(school.batches[1], name=name)
    done = school.items[item_in(school, ItemState.DONE)]
    school.sources[done.source_id] = replace(school.sources[done.source_id], title=name)
    said = words_of(open_page("batch.py", *ADMIN, id="1", item=str(done.id)))
    said += words_of(open_page("home.py", *ADMIN))
    links = [link.label for link in open_page("batches.py", *ADMIN).get("page_link")]
    shown = formats.literal(name)
    assert said.count(shown) == 3  # the batch's title, the video's, and what failed
    assert f"**{shown}**" in links
    assert name not in said.replace(shown, "")


def test_ops_see_why_they_cannot_act(open_page: Opened) -> None:
    test = open_page("batch.py", Role.OPS, id="1")
    assert _button(test, "Pause").disabled
    assert "role admin" in _button(test, "Pause").help


def test_a_done_video_plays(open_page: Opened, school: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1", item=str(item_in(school, ItemState.DONE)))
    assert "Checked; its lessons play from Mux." in words_of(test)
    assert "player" in {part.key for part in test.get("bidi_component")}


@pytest.mark.parametrize(
    ("role", "who", "way"),
    [(Role.OPS, "you add", "Add the columns"), (Role.ADMIN, "ops adds", "See what is missing")],
)
def test_videos_that_wait_for_columns_say_who_adds_them_and_where(
    role: Role, who: str, way: str, open_page: Opened
) -> None:
    test = open_page("batch.py", role, id="1")
    assert f"1 video at Mux waits for Mux's columns. Until {who} them" in words_of(test)
    assert way in [link.label for link in test.get("page_link")]


def test_an_item_of_another_batch_is_not_shown(open_page: Opened) -> None:
    test = open_page("batch.py", *ADMIN, id="1", item=str(UUID(int=999)))
    assert not test.error
    assert len(test.get("bidi_component")) == 1


def test_the_addresses_of_a_video_stay_out_of_its_repr() -> None:
    video = Video(title="t", src="s?token=x", poster="p?token=x", storyboard="b?token=x")
    assert "token" not in repr(video)


def test_the_report_has_every_item_and_no_formula(school: School) -> None:
    file = io.StringIO()
    row = next(iter(fakes.FakeBatches(school).all_items(1)))
    report.write(file, [row, *fakes.FakeBatches(school).all_items(1)])
    lines = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert len(lines) == ITEMS + 1
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
    text = report.maker(1, fakes.services(school), by=person_with(Role.OPS))().decode("utf-8-sig")
    assert text.startswith("key,title,state,since,what happened,asset id,tries,bytes,seconds")
    assert len(text.splitlines()) == ITEMS + 1


def test_every_cause_has_an_item_to_look_at(school: School) -> None:
    assert {item.trouble for item in school.items.values() if item.trouble} == set(Trouble)


def _button(test: AppTest, label: str) -> Button:
    return next(one for one in test.button if one.label == label)


def _table(test: AppTest) -> pd.DataFrame:
    return test.dataframe[0].value


def test_a_batch_that_waits_for_credentials_says_so(open_page: Opened, school: School) -> None:
    reason = "S3 refuses the credentials in use (ExpiredToken)."
    school.batches[1] = replace(school.batches[1], hold_reason=reason)
    text = words_of(open_page("batch.py", *ADMIN, id="1"))
    assert "**Waiting, and trying again by itself.** S3 refuses the credentials in use" in text
