"""What each column and index is said to be."""

from dataclasses import replace

import pytest

from core.found import Found, FoundColumn, FoundIndex, FoundTable
from core.schema_detail import DRIFT, PartState, parts
from core.target import LESSONS, VIDEOS, Table
from tests.unit.test_schema import bare, complete, found


def state_of(state: Found, name: str, **facts) -> PartState:
    (part,) = [part for part in parts(replace(state, **facts)) if part.name == name]
    return part.state


def with_column(table: Table, name: str, type: str) -> FoundTable:
    base = type.split("(")[0]
    return FoundTable(name=table.name, columns={name: FoundColumn(name=name, type=type, base_type=base)})


def test_in_a_complete_school_everything_is_there():
    seen = parts(found(complete(VIDEOS), complete(LESSONS)))
    assert {part.state for part in seen if part.table != "video_analytics"} == {PartState.THERE}


def test_in_a_bare_one_everything_is_missing_and_a_table_of_the_hosts_that_is_absent_is_left_out():
    seen = parts(found(bare("videos")))
    assert {part.state for part in seen} == {PartState.MISSING}
    assert {part.table for part in seen} == {"videos", "video_analytics"}


@pytest.mark.parametrize(
    ("type", "state"),
    [("text", PartState.FITS), ("character varying(10)", PartState.UNFIT)],
)
def test_another_type_is_judged_by_what_it_can_hold(type, state):
    assert state_of(found(with_column(VIDEOS, "mux_asset_id", type)), "mux_asset_id") is state


@pytest.mark.parametrize(
    ("table", "state"),
    [(bare("videos"), PartState.REMOVED), (with_column(VIDEOS, "mux_asset_id", "text"), PartState.CHANGED)],
)
def test_what_we_added_and_somebody_changed_later_is_drift(table, state):
    added = frozenset({("videos", "mux_asset_id")})
    assert state_of(found(table), "mux_asset_id", added=added) is state
    assert state in DRIFT


def test_an_index_of_ours_that_is_gone_again_is_drift():
    added = frozenset({("lessons", "idx_lessons_mux_asset")})
    assert state_of(found(bare("lessons")), "idx_lessons_mux_asset", added=added) is PartState.REMOVED


def test_an_index_of_the_schools_own_that_does_the_same_is_named():
    own = FoundIndex(name="by_asset", columns=("mux_asset_id", "id"))
    (part,) = [
        part for part in parts(found(bare("lessons", indexes=(own,)))) if part.name == LESSONS.indexes[0].name
    ]
    assert (part.state, part.found) == (PartState.FITS, "by_asset on mux_asset_id, id")


def test_an_index_that_was_cut_off_is_not_finished():
    cut = FoundIndex(name="idx_videos_mux_asset", columns=("mux_asset_id",), valid=False)
    state = found(bare("videos", indexes=(cut,)))
    assert state_of(state, "idx_videos_mux_asset") is PartState.UNFINISHED
