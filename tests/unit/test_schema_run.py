"""What a run came to."""

from datetime import UTC, datetime

from core.schema_run import Run, RunState, Step, outcome
from core.statement import Kind

AT = datetime(2026, 3, 1, tzinfo=UTC)


def step(kind: Kind, name: str, *columns: str, seconds: float = 0.5) -> Step:
    return Step(table="videos", kind=kind, name=name, columns=columns, sql="…", seconds=seconds, tries=1)


def run(state: RunState, *steps: Step, error: str | None = None) -> Run:
    return Run(id=1, by="olga", started_at=AT, finished_at=AT, state=state, steps=steps, error=error)


def test_the_outcome_names_what_was_added_and_sums_the_seconds():
    applied = outcome(
        run(
            RunState.DONE,
            step(Kind.CREATE_TABLE, "video_analytics", "id", seconds=0.25),
            step(Kind.ADD_COLUMNS, "videos", "mux_asset_id", "mux_status"),
            step(Kind.DROP_INDEX, "idx_videos_mux_asset"),
            step(Kind.CREATE_INDEX, "idx_videos_mux_asset"),
        )
    )
    assert applied.success
    assert applied.tables_created == ("video_analytics",)
    assert applied.columns_added == ("videos.mux_asset_id", "videos.mux_status")
    assert applied.indexes_created == ("idx_videos_mux_asset",)
    assert applied.seconds == 1.75


def test_a_failed_run_is_no_success_and_keeps_its_error():
    applied = outcome(run(RunState.FAILED, step(Kind.ADD_COLUMNS, "videos", "mux_asset_id"), error="In use."))
    assert (applied.success, applied.error) == (False, "In use.")
    assert applied.columns_added == ("videos.mux_asset_id",)


def test_nothing_to_do_is_a_success_without_a_run():
    assert outcome(None).success
    assert outcome(None).run is None
