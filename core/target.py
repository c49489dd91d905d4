"""What the host's tables must have so that videos can live at Mux: the declared target.

Types are spelled as PostgreSQL itself spells them (`format_type`), so that they compare with what is found.
"""

from dataclasses import dataclass

Default = str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that we add. `default` is for new rows, `old_rows` what the rows there already get, and
    `corrected` what some of these are set to soon after; a column that holds nothing else counts as empty.
    `shared`: the school may well have had it for itself, so that it is written only where it holds every
    value, and a value that the school gives it is nobody's concern."""

    name: str
    type: str
    default: Default = None
    old_rows: Default = None
    corrected: Default = None
    required: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One host table; a table that is `ours` is created where it is missing, the others are the host's."""

    name: str
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...]
    ours: bool = False


ID = "character varying(255)"
SAME_AS_LESSON_ID = "type of lessons.id"
"""Stands for whatever type the host numbers its lessons with; `text` where there are none."""

SAME_AS_USER_ID = "type of users.id"
"""Likewise for its people."""

IDENTITY = "bigint identity"


def _columns(type: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, type=type) for name in names)


VIDEOS = Table(
    name="videos",
    columns=(
        *_columns(ID, "mux_asset_id", "mux_playback_id", "mux_upload_id"),
        Column(name="mux_status", type="character varying(50)", default="pending"),
        *_columns("text", "mux_thumbnail_url", "mux_streaming_url", "mux_mp4_url"),
        *_columns("integer", "mux_duration_seconds"),
        *_columns("character varying(20)", "mux_aspect_ratio"),
        *_columns("timestamp without time zone", "mux_created_at", "mux_ready_at"),
        Column(name="audio_enhanced", type="boolean", default=False, old_rows=False),
        *_columns(ID, "audio_enhancement_job_id", "transcription_job_id"),
        *_columns("text", "captions_webvtt_url", "captions_srt_url", "transcript_text"),
        *_columns("numeric(3,2)", "transcript_confidence"),
    ),
    indexes=(
        Index(name="idx_videos_mux_asset", columns=("mux_asset_id",)),
        Index(name="idx_videos_mux_upload", columns=("mux_upload_id",)),
        Index(name="idx_videos_mux_status", columns=("mux_status",)),
    ),
)

LESSONS = Table(
    name="lessons",
    columns=(
        *_columns(ID, "mux_asset_id", "mux_playback_id", "mux_upload_id"),
        Column(name="video_provider", type="character varying(20)", default="s3", old_rows="s3"),
        # Old lessons play from S3: the default for new rows alone would make them all read "pending".
        Column(name="processing_status", type="character varying(50)", old_rows="ready", corrected="pending"),
        Column(name="video_status", type="text", default="pending", old_rows="ready", corrected="pending"),
        Column(name="duration", type="integer", shared=True),
    ),
    indexes=(
        Index(name="idx_lessons_mux_asset", columns=("mux_asset_id",)),
        Index(name="idx_lessons_video_provider", columns=("video_provider",)),
    ),
)

VIDEO_ANALYTICS = Table(
    name="video_analytics",
    columns=(
        Column(name="id", type=IDENTITY, required=True),
        Column(name="lesson_id", type=SAME_AS_LESSON_ID, required=True),
        Column(name="provider", type="character varying(20)", required=True),
        *_columns("bigint", "mux_view_count"),
        *_columns("numeric", "mux_watch_time", "mux_completion_rate"),
        *_columns("bigint", "total_views"),
        *_columns("numeric", "average_watch_time", "completion_rate"),
        *_columns("timestamp without time zone", "last_synced_at"),
    ),
    indexes=(
        Index(name="video_analytics_once", columns=("lesson_id", "provider"), unique=True),
        Index(name="idx_video_analytics_newest", columns=("last_synced_at",)),
    ),
    ours=True,
)

TARGET = (VIDEOS, LESSONS, VIDEO_ANALYTICS)

OFFERS = {
    "creator_id": Table(
        name="lessons",
        columns=(Column(name="creator_id", type=SAME_AS_USER_ID, shared=True),),
        indexes=(Index(name="idx_lessons_creator", columns=("creator_id",)),),
    )
}
"""Columns that the school fills itself, by name: no change is pending for want of them, they are offered."""


SHARED = {table.name: {one.name: one for one in table.columns if one.shared} for table in (VIDEOS, LESSONS)}
"""By table and name."""


def writable(table: str) -> frozenset[str]:
    """Columns of a host table that Lectern may write; empty for a table that is none of its business."""
    declared = {target.name: target for target in (VIDEOS, LESSONS)}
    return frozenset(column.name for column in declared[table].columns) if table in declared else frozenset()
