"""Every key of the session state, and the few values that live there."""

from dataclasses import dataclass, field
from enum import StrEnum
from secrets import token_hex

import streamlit as st

from core.selection import Filter, Selection


class Key(StrEnum):
    """Names in `st.session_state`; those of widgets too, where code reads or sets them."""

    AS = "as"
    AS_SEARCH = "as_search"
    AS_PEOPLE = "as_people"
    FLASH = "flash"
    SELECTION = "selection"
    TICKS_EPOCH = "ticks_epoch"
    START = "start"
    REVIEWED = "reviewed"
    STARTING = "starting"
    FILTER_SEARCH = "filter_search"
    FILTER_STANDING = "filter_standing"
    FILTER_COURSE = "filter_course"
    FILTER_KIND = "filter_kind"
    FILTER_SIZE = "filter_size"
    FILTER_FINDING = "filter_finding"
    SORT = "sort"
    PAGE_NUMBER = "page_number"
    ITEM_STATE = "item_state"
    ITEM_TROUBLE = "item_trouble"
    ITEM_PAGE = "item_page"
    ROLL_BACK_DELETES = "roll_back_deletes"
    SCHEMA_TYPED = "schema_typed"
    PROFILE_TYPED = "profile_typed"
    OFFER_TYPED = "offer_typed"
    UNDO_TYPED = "undo_typed"
    ROLL_BACK_TYPED = "roll_back_typed"
    BATCH_SEARCH = "batch_search"
    BATCH_STATE = "batch_state"
    BATCH_SORT = "batch_sort"
    BATCH_PAGE = "batch_page"
    HISTORY = "history"
    EVENT_TYPE = "event_type"
    EVENT_FAILED = "event_failed"
    OPTION_NAME = "option_name"
    OPTION_MODE = "option_mode"
    OPTION_POLICY = "option_policy"
    OPTION_QUALITY = "option_quality"
    OPTION_AUDIO = "option_audio"
    OPTION_CAPTIONS = "option_captions"
    OPTION_TEST = "option_test"
    OPTION_BUDGET_SHARE = "option_budget_share"
    OPTION_BUDGET_LEAST = "option_budget_least"
    UPLOAD_GOALS = "upload_goals"
    UPLOAD_WAY = "upload_way"
    UPLOAD_FROM = "upload_from"
    UPLOAD_TITLE = "upload_title"
    UPLOAD_SEARCH = "upload_search"
    UPLOAD_COURSE = "upload_course"
    UPLOAD_COURSE_SEARCH = "upload_course_search"
    UPLOAD_POLICY = "upload_policy"
    UPLOAD_QUALITY = "upload_quality"
    UPLOAD_CAPTIONS = "upload_captions"
    UPLOAD_AUDIO = "upload_audio"
    UPLOAD_TEST = "upload_test"
    LIBRARY_SEARCH = "library_search"
    LIBRARY_COURSE = "library_course"
    LIBRARY_PROVIDER = "library_provider"
    LIBRARY_STATE = "library_state"
    LIBRARY_CAPTIONS = "library_captions"
    LIBRARY_QUALITY = "library_quality"
    LIBRARY_OWNER = "library_owner"
    LIBRARY_PUBLISHED = "library_published"
    LIBRARY_SORT = "library_sort"
    LIBRARY_PAGE = "library_page"
    LIBRARY_TICKED = "library_ticked"
    LIBRARY_EPOCH = "library_epoch"
    LIBRARY_FILTERS = "library_filters"
    LIBRARY_LOOK = "library_look"
    LIBRARY_OPEN = "library_open"
    LIBRARY_OPENED = "library_opened"
    VIEWING_PERIOD = "viewing_period"
    VIEWING_COURSE = "viewing_course"
    VIEWING_ORDER = "viewing_order"
    VIEWING_PAGE = "viewing_page"
    VIEWING_OPEN = "viewing_open"
    VIEWING_OPENED = "viewing_opened"
    VIEWING_EPOCH = "viewing_epoch"
    VIEWING_COMPARE = "viewing_compare"
    BULK_ACTION = "bulk_action"
    BULK_COURSE = "bulk_course"
    BULK_START = "bulk_start"
    BULK_COURSE_SEARCH = "bulk_course_search"
    BULK_NAME = "bulk_name"
    BULK_TYPED = "bulk_typed"
    BULK_POLICY = "bulk_policy"
    BULK_LANGUAGE = "bulk_language"
    VIEW_NAME = "view_name"
    VIEW_CHOSEN = "view_chosen"
    VIEW_RENAMED = "view_renamed"
    LESSON_DRAFTS = "lesson_drafts"
    LESSON_COURSE_SEARCH = "lesson_course_search"
    LESSON_IDS = "lesson_ids"
    LESSON_VERSIONS = "lesson_versions"
    LESSON_VERSION_SEEN = "lesson_version_seen"
    LESSON_POLICY = "lesson_policy"
    LESSON_DELETING = "lesson_deleting"
    LEFTOVERS = "leftovers"
    LEFTOVERS_TYPED = "leftovers_typed"
    LESSON_DELETE_TYPED = "lesson_delete_typed"
    LESSON_PICK = "lesson_pick"
    LESSON_PICK_SEARCH = "lesson_pick_search"
    LESSON_PICKED = "lesson_picked"
    RESOURCE_NAME = "resource_name"
    LESSON_FILES = "lesson_files"
    LESSON_FILE_SIZE = "lesson_file_size"
    LESSON_PICTURE = "lesson_picture"
    PICTURE_AT = "picture_at"
    LESSON_PART = "lesson_part"
    CLIP_START = "clip_start"
    CLIP_END = "clip_end"
    CLIP_PLAYED = "clip_played"
    LESSON_HISTORY = "lesson_history"
    LESSON_AUDITS_PAGE = "lesson_audits_page"
    LESSON_EVENTS_PAGE = "lesson_events_page"
    RETENTION_PERIOD = "retention_period"
    RETENTION_CURVE = "retention_curve"
    RETENTION_SPOT = "retention_spot"
    RETENTION_DAYS = "retention_days"
    COMPARE_PERIOD = "compare_period"
    COMPARE_SEARCH = "compare_search"
    COMPARE_LESSONS = "compare_lessons"
    BESIDE = "beside"
    DOCTOR = "doctor"
    DRAWN = "drawn"
    TITLED = "titled"
    CAPTIONS_FILE = "captions_file"
    CAPTIONS_LANGUAGE = "captions_language"
    CAPTIONS_NAME = "captions_name"
    CAPTIONS_REPLACES = "captions_replaces"
    CAPTIONS_WRITTEN = "captions_written"
    CAPTIONS_EDITED = "captions_edited"
    CAPTIONS_TYPED = "captions_typed"


@dataclass(slots=True)
class Ticked:
    """What is ticked, and what became of it.

    One object that is changed in place: each access to the session state is a place where Streamlit may
    break off for the next click, a change within an object is none.
    """

    selection: Selection = Selection()
    within: Filter = Filter()
    """The filter for which "all" was said."""
    dropped: bool = False
    """"All" was given up because the filter became another one."""
    kept_id: str | None = None
    kept: Selection = Selection()
    """What lies in the database under the id."""
    once: str = field(default_factory=lambda: token_hex(8))
    """Under it one batch is started, however often somebody clicks."""
    started: int | None = None
    """The batch."""
    refused: str = ""
    """Why the last start did not happen, until it is said."""


def ticked() -> Ticked | None:
    """The ticks of the migrate page; None before the first look at it in this session."""
    mine: Ticked | None = st.session_state.get(Key.SELECTION)
    return mine


def set_ticked(mine: Ticked) -> None:
    st.session_state[Key.SELECTION] = mine


def ticks_epoch() -> int:
    """Part of the grid's key: raised, it makes the grid take its ticks from the selection afresh."""
    return int(st.session_state.get(Key.TICKS_EPOCH, 0))


def raise_ticks_epoch() -> None:
    st.session_state[Key.TICKS_EPOCH] = ticks_epoch() + 1


def say_next(sentence: str) -> None:
    """Show a sentence on the next full run: what an action did."""
    st.session_state[Key.FLASH] = sentence


def said() -> str | None:
    """The sentence to show now, once."""
    sentence: str | None = st.session_state.pop(Key.FLASH, None)
    return sentence
