"""The schema page: what is missing, applying it, and what came of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.correction import Correction
from core.found import Found
from core.records import Job
from core.schema_live import Transaction, Waiter
from core.schema_run import Purpose, RunState, Step
from core.statement import Kind
from core.target import LESSONS, TARGET, VIDEO_ANALYTICS, VIDEOS
from tests.fakes import EPOCH
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_schema import FakeSchema, bare, complete
from tests.pages.fakes import School


def tables(*found) -> Found:
    return Found(schema="public", role="lectern", tables={table.name: table for table in found})


@pytest.fixture
def host(school: School) -> FakeSchema:
    return school.host_schema


@pytest.fixture
def opened(open_page: Opened) -> Callable[[], AppTest]:
    return lambda: open_page("schema.py", Role.OPS)


def press(test: AppTest, label: str) -> AppTest:
    return next(one for one in test.button if one.label == label).click().run()


def test_the_answer_comes_first_and_names_the_database(opened, school: School):
    school.pending_rows = 17
    text = words_of(opened())
    assert "**32 changes pending.** Uploads work meanwhile without Mux fields (17 rows wait" in text
    assert "school · PostgreSQL 16.4 at 10.0.0.7" in text


def test_each_table_says_what_it_lacks_and_how_large_it_is(opened):
    labels = [one.label for one in opened().expander]
    assert "**videos** · 18 columns, 3 indexes missing · about 1,200,000 rows, 890 MB" in labels
    assert "**video_analytics** · table missing" in labels


def test_the_sql_is_shown_as_it_will_be_sent(opened):
    code = opened().code[0].value
    assert "ALTER TABLE videos;" in code
    assert "-- Add 18 columns to videos. Locks it for milliseconds" in code


def test_no_sql_is_drawn_in_the_colours_of_a_syntax(opened):
    """Streamlit's have a contrast of down to 2.2 on their ground."""
    blocks = opened().code
    assert blocks
    assert {block.language for block in blocks} == {"plaintext"}


def test_the_catalog_and_the_runs_are_read_once_for_the_whole_page(opened, host: FakeSchema):
    opened()
    assert (host.reads.count("found"), host.reads.count("runs 1000")) == (1, 1)


def test_a_complete_school_is_up_to_date_and_offers_nothing(opened, host: FakeSchema):
    host.state = tables(*(complete(table) for table in TARGET))
    test = opened()
    assert "Everything that Mux needs is there." in words_of(test)
    assert not [one for one in test.button if one.label.startswith("Apply")]


def test_ops_apply_and_see_it_wait_for_the_worker(opened, host: FakeSchema, school: School):
    test = press(opened(), "Apply 32 changes")
    assert "9 statements on the database “school” at 10.0.0.7" in words_of(test)
    next(one for one in test.button if one.key == "apply_schema_now").click().run()
    assert school.jobs == [(Job.APPLY_SCHEMA, {"run_id": 1})]
    assert ("otto", "change the database schema", "schema public") in school.audited
    text = words_of(opened())
    assert "otto has asked for it; 32 changes still to come." in text
    assert host.history[0].state is RunState.WAITING


def test_on_production_nothing_is_applied_before_the_databases_name_is_typed(
    opened, school: School, monkeypatch: pytest.MonkeyPatch
):
    from dashboard.schema import confirm

    monkeypatch.setattr(confirm, "settings", lambda: replace(school_settings(), auth="oidc"))
    test = press(opened(), "Apply 32 changes")
    assert next(one for one in test.button if one.key == "apply_schema_now").disabled
    assert test.text_input(key="schema_typed").label == "Type school to go on"


def school_settings():
    from dashboard.services import settings

    return settings()


def test_a_creator_that_is_not_known_is_said_and_its_column_is_offered(opened, school: School):
    test = opened()
    assert "who made one is not known" in words_of(test)
    test = press(test, "Add creator_id …")
    next(one for one in test.button if one.key == "offer_now").click().run()
    assert school.jobs == [(Job.APPLY_SCHEMA, {"run_id": 1})]
    assert school.host_schema.history[0].about == "creator_id"


def test_a_failed_run_says_why_first(opened, host: FakeSchema):
    host.ask("olga")
    host.end(RunState.FAILED, "public.videos was in use all the time by web (process 7, 600 s).")
    said = opened().error[0].value
    assert "The last run failed. public.videos was in use all the time by web" in said
    assert said.endswith("0 changes were made, 32 still to come.")


def test_an_interrupted_run_is_offered_again(opened, host: FakeSchema):
    host.ask("olga")
    host.end(RunState.INTERRUPTED)
    test = opened()
    assert "Apply again: it goes on from there." in words_of(test)
    assert not next(one for one in test.button if one.label == "Apply 32 changes").disabled


def test_a_missing_grant_is_named_and_the_button_is_off(opened, host: FakeSchema):
    owned = replace(bare("videos"), owner="school_owner", may_change=False)
    host.state = tables(owned, bare("lessons"))
    test = opened()
    assert 'GRANT "school_owner" TO "lectern"' in test.error[0].value
    assert next(one for one in test.button if one.label.startswith("Apply")).disabled


def test_who_is_in_the_way_is_named(opened, host: FakeSchema):
    reader = Transaction(pid=7, who="nightly report", seconds=65, idle=True, tables=("videos",))
    waiter = Waiter(pid=9, who="web", seconds=2, blocked_by=(7,))
    host.now = replace(host.now, transactions=(reader,), waiters=(waiter,))
    text = words_of(opened())
    assert "nightly report (process 7) holds an idle transaction on videos for 1 min" in text
    assert "web (process 9) has waited 2 s for process 7." in text


def test_what_the_database_hides_from_our_role_is_said(opened, host: FakeSchema):
    waiter = Waiter(pid=9, who="web", seconds=None, blocked_by=(7,))
    host.now = replace(host.now, waiters=(waiter,), sees_all=False)
    test = opened()
    assert "web (process 9) waits for process 7." in words_of(test)
    assert any("pg_read_all_stats" in caption.value for caption in test.caption)


def test_a_table_that_the_school_lacks_is_said_with_what_will_not_work(opened, host: FakeSchema):
    host.state = tables(bare("lessons"))
    assert "The school has no table videos" in words_of(opened())


@pytest.mark.parametrize(
    ("walk", "said"),
    [
        (Correction(started_at=EPOCH, corrected=1200), "set to “pending”: 1,200 lessons so far."),
        (
            Correction(started_at=EPOCH, finished_at=EPOCH, corrected=1, left=2),
            "1 lesson without a video set to “pending”. 2 rows that somebody held",
        ),
    ],
)
def test_how_many_lessons_have_no_video_is_counted(opened, host: FakeSchema, walk: Correction, said: str):
    host.correction = walk
    host.state = tables(complete(LESSONS))
    assert said in words_of(opened())


def ran(host: FakeSchema) -> None:
    """A run that added one column."""
    step = Step(
        table="videos",
        kind=Kind.ADD_COLUMNS,
        name="videos",
        columns=("mux_status",),
        sql="",
        seconds=0.1,
        tries=1,
    )
    host.ask("olga")
    host.history[0] = replace(host.history[0], state=RunState.DONE, steps=(step,))


def test_what_somebody_removed_later_is_a_finding(opened, host: FakeSchema):
    ran(host)
    test = opened()
    table = next(one for one in test.dataframe if "mux_status" in list(one.value["name"])).value
    assert (table["name"][0], table["state"][0]) == ("mux_status", ["Removed since"])
    assert "Removed by somebody since a run added it: videos.mux_status." in test.warning[0].value
    runs, statements = (one.value for one in test.dataframe[-2:])
    assert "1 column" in runs["added"][0]
    assert list(statements.iloc[0]) == ["videos", "add columns", "mux_status", "100 ms", 1]


def test_a_default_that_somebody_changed_is_a_finding_with_what_an_apply_does(opened, host: FakeSchema):
    ran(host)
    lessons, videos = complete(LESSONS), complete(VIDEOS)
    told = replace(videos.columns["mux_status"], default_told=True)
    videos = replace(videos, columns={**videos.columns, "mux_status": told})
    analytics = complete(VIDEO_ANALYTICS)
    host.state = replace(tables(videos, lessons, analytics), added=frozenset({("videos", "mux_status")}))
    test = opened()
    assert "1 change pending: what new rows get by themselves." in words_of(test)
    assert (
        "Given another default by somebody since a run added it: videos.mux_status." in test.warning[0].value
    )
    row = next(one for one in test.dataframe if "mux_status" in list(one.value["name"])).value.iloc[0]
    assert (row["state"], row["expected"], row["found"]) == (
        ["Other default"],
        "default pending",
        "default none",
    )


def applied(host: FakeSchema) -> None:
    ran(host)
    host.state = tables(complete(VIDEOS), bare("lessons"))


def test_a_school_without_tables_is_not_called_up_to_date(opened, host: FakeSchema):
    host.state = tables()
    text = words_of(opened())
    assert "has no tables of the school's" in text
    assert "Up to date" not in text
    assert "into lessons alone" not in text


def test_a_run_that_set_defaults_again_did_something(opened, host: FakeSchema):
    ran(host)
    step = replace(host.history[0].steps[0], kind=Kind.SET_DEFAULTS, columns=())
    host.history[0] = replace(host.history[0], steps=(step,))
    assert opened().dataframe[-2].value["added"][0] == "1 statement"


def test_what_was_added_can_be_taken_away_by_its_names(opened, host: FakeSchema, school: School):
    applied(host)
    assert next(one for one in opened().button if one.label == "Undo …").disabled  # facts wait
    school.pending_rows = 0
    test = press(opened(), "Undo …")
    assert "1 column, index or table in the database" in words_of(test)
    assert "What holds a value" in words_of(test)
    assert test.code[-1].value == "videos.mux_status"
    refused = next(one for one in test.button if one.key == "undo_now").click().run()
    assert "A batch is under way and writes these columns." in refused.error[0].value
    school.batches.clear()
    test = press(opened(), "Undo …")
    next(one for one in test.button if one.key == "undo_now").click().run()
    assert school.jobs == [(Job.UNDO_SCHEMA, {"run_id": 2})]
    assert "otto has asked to take away what is empty." in words_of(opened())


def test_before_anything_was_added_there_is_nothing_to_undo(opened, host: FakeSchema):
    host.ask("olga")
    host.end(RunState.DONE)
    assert "Undo …" not in [one.label for one in opened().button]


def test_what_an_undo_left_is_said(opened, host: FakeSchema):
    host.ask("olga", purpose=Purpose.UNDO)
    host.end(RunState.DONE, "Stays: videos holds values.")
    assert opened().info[0].value == "Stays: videos holds values."
