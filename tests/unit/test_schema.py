"""From what was found to what has to be done, without a database."""

import pytest

from core.found import Found, FoundColumn, FoundIndex, FoundTable
from core.schema import changes, plan, review
from core.schema_obstacle import obstacles
from core.statement import Kind
from core.target import LESSONS, TARGET, VIDEO_ANALYTICS, VIDEOS, Table, writable

ID = FoundColumn(name="id", type="uuid", base_type="uuid")


def bare(name: str, **facts) -> FoundTable:
    """A table as it is before us."""
    return FoundTable(name=name, columns={"id": ID}, owner="school", **facts)


def complete(table: Table) -> FoundTable:
    columns = {c.name: FoundColumn(name=c.name, type=c.type, base_type=c.type) for c in table.columns}
    indexes = tuple(FoundIndex(name=i.name, columns=i.columns, unique=i.unique) for i in table.indexes)
    return FoundTable(name=table.name, columns={"id": ID, **columns}, indexes=indexes)


def found(*tables: FoundTable, **facts) -> Found:
    return Found(schema="public", role="lectern", tables={table.name: table for table in tables}, **facts)


def test_a_complete_school_needs_nothing():
    state = found(*(complete(table) for table in TARGET))
    assert plan(state) == ()
    assert all(not r.missing_columns and not r.missing_indexes for r in review(state))


def test_columns_come_before_indexes_so_that_facts_can_land_early():
    kinds = [statement.kind for statement in plan(found(bare("videos"), bare("lessons")))]
    assert kinds[:3] == [Kind.ADD_COLUMNS, Kind.ADD_COLUMNS, Kind.CREATE_TABLE]
    assert set(kinds[3:]) == {Kind.CREATE_INDEX}


def test_each_table_is_altered_once():
    altered = [s.table for s in plan(found(bare("videos"), bare("lessons"))) if s.kind is Kind.ADD_COLUMNS]
    assert altered == ["videos", "lessons"]


def test_a_table_that_the_school_lacks_is_never_created():
    assert {s.table for s in plan(found(bare("videos")))} == {"videos", "video_analytics"}


def test_without_any_host_table_there_is_no_plan_but_a_sentence():
    assert plan(found()) == ()
    assert obstacles(found(), ()) == ("The schema public has neither videos nor lessons; check HOST_SCHEMA.",)


@pytest.mark.parametrize(("tables", "type"), [((bare("lessons"),), "uuid"), ((bare("videos"),), "text")])
def test_analytics_take_the_type_of_lesson_ids_or_text(tables, type):
    created = next(s for s in plan(found(*tables)) if s.kind is Kind.CREATE_TABLE)
    assert {column.name: column.type for column in created.columns}["lesson_id"] == type


@pytest.mark.parametrize(
    ("index", "serves"),
    [
        (FoundIndex(name="theirs", columns=("mux_asset_id",)), True),
        (FoundIndex(name="theirs", columns=("mux_asset_id", "id")), True),
        (FoundIndex(name="theirs", columns=("id", "mux_asset_id")), False),
        (FoundIndex(name="theirs", columns=("mux_asset_id",), valid=False), False),
    ],
)
def test_an_index_of_the_schools_own_serves_when_it_begins_with_our_columns(index, serves):
    state = found(bare("videos", indexes=(index,)))
    assert ("idx_videos_mux_asset" not in [s.name for s in plan(state)]) == serves


@pytest.mark.parametrize("columns", [("lesson_id",), ("lesson_id", "provider", "id")])
def test_only_a_unique_index_over_exactly_the_columns_keeps_them_unique(columns):
    analytics = complete(VIDEO_ANALYTICS)
    wrong = FoundIndex(name="theirs", columns=columns, unique=True)
    state = found(
        complete(VIDEOS), FoundTable(name="video_analytics", columns=analytics.columns, indexes=(wrong,))
    )
    assert "video_analytics_once" in [s.name for s in plan(state)]


def test_an_unfinished_index_of_ours_is_dropped_before_it_is_built():
    left = FoundIndex(name="idx_videos_mux_asset", columns=("mux_asset_id",), valid=False)
    steps = [(s.kind, s.name) for s in plan(found(bare("videos", indexes=(left,)))) if s.name == left.name]
    assert steps == [(Kind.DROP_INDEX, left.name), (Kind.CREATE_INDEX, left.name)]


def test_an_unfinished_index_of_the_schools_own_is_left_alone():
    theirs = FoundIndex(name="their_own", columns=("mux_asset_id",), valid=False)
    assert "their_own" not in [s.name for s in plan(found(bare("videos", indexes=(theirs,))))]


def test_a_foreign_owner_and_a_missing_right_to_create_are_both_named():
    state = found(bare("videos", may_change=False), complete(LESSONS), may_create=False)
    assert obstacles(state, plan(state)) == (
        'public.videos belongs to school; needed: GRANT "school" TO "lectern".',
        'Needed: GRANT CREATE ON SCHEMA "public" TO "lectern".',
    )


def test_nothing_is_in_the_way_of_a_plan_without_statements():
    tables = [complete(table) for table in TARGET]
    state = found(*tables, bare("other", may_change=False), may_create=False)
    assert obstacles(state, plan(state)) == ()


def test_changes_count_what_is_added_not_what_is_sent():
    assert changes(plan(found(bare("lessons")))) == 7 + 2 + 1 + 1  # columns, indexes, the table, its index


def test_every_statement_says_in_words_what_it_does():
    left = FoundIndex(name="idx_videos_mux_asset", columns=("mux_asset_id",), valid=False)
    sentences = [s.description for s in plan(found(bare("videos", indexes=(left,))))]
    assert sentences[0].startswith("Add 18 columns to videos. Locks it for milliseconds")
    assert any(sentence.startswith("Drop idx_videos_mux_asset") for sentence in sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_old_lessons_are_ready_in_both_columns_and_new_ones_pending():
    given = {column.name: (column.old_rows, column.default) for column in LESSONS.columns}
    assert given["video_status"] == ("ready", "pending")
    assert given["processing_status"] == ("ready", None)


def test_only_our_columns_of_the_schools_tables_may_be_written():
    assert len(writable("videos")) == 18
    assert "video_url" not in writable("lessons")
    assert writable("video_analytics") == writable("users") == frozenset()
