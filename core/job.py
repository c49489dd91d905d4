"""The steps that the worker runs, by name."""

from enum import StrEnum


class Job(StrEnum):
    """Steps that the worker runs; each is safe to run twice."""

    SCAN = "scan"
    PROBE = "probe"
    FEED = "feed"  # batch_id: int
    SUBMIT = "submit"  # item_id: str
    FIND_LOST = "find_lost"
    INGEST = "ingest"  # event_id: str
    VERIFY = "verify"  # item_id: str, attempt: int
    CHANGE = "change"  # item_id: str
    CHANGE_AT_MUX = "change_at_mux"  # item_id: str; the same, where it waits for the slowest limit
    UNDO = "undo"  # batch_id: int, undo_id: str, asked: the arguments of each ROLL_BACK but item_id
    ROLL_BACK = "roll_back"  # item_id: str, delete_asset: bool, actor: str, subject: str
    DISCARD = "discard"  # asset_id: str
    CHECK_UPLOAD = "check_upload"  # upload_id: str, attempt: int
    SEND_UPLOAD = "send_upload"  # upload_id: str
    CAPTION = "caption"  # lesson_id: str
    TRACK = "track"  # track: str; or asset_id: str, attempt: int
    TRACK_AT_MUX = "track_at_mux"  # track: str; the same, where it waits for the slowest limit
    RENDITION = "rendition"  # rendition: str
    THUMBNAIL = "thumbnail"  # asset_id: str
    SWEEP = "sweep"
    RECONCILE = "reconcile"
    FORGET = "forget"
    SYNC_FIGURES = "sync_figures"
    SYNC_USAGE = "sync_usage"
    DIGEST = "digest"
    BUDGETS = "budgets"
    TELL_BUDGET = "tell_budget"  # alert_id: str
    HEATMAP = "heatmap"  # asset_id: str, first: str, last: str
    WRITE_BACK = "write_back"
    APPLY_SCHEMA = "apply_schema"  # run_id: int
    UNDO_SCHEMA = "undo_schema"  # run_id: int
    CORRECT_LESSONS = "correct_lessons"
    SWITCH_PROFILE = "switch_profile"  # run_id: int
