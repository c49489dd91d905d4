"""What was watched at Mux, day by day."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Table, Text
from sqlalchemy import text as sql

from core.db.tables.columns import at, maybe_at, maybe_text, metadata

asset_days = Table(
    "asset_days",
    metadata,
    Column("asset_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("views", Integer, nullable=False),
    Column("viewers", Integer, nullable=False),
    Column("watch_ms", BigInteger, nullable=False),
    Column("playing_ms", BigInteger, nullable=False),
)

lesson_days = Table(
    "lesson_days",
    metadata,
    Column("lesson_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("mux_views", Integer, nullable=False),
    Column("mux_watch_ms", BigInteger, nullable=False),
    Column("mux_playing_ms", BigInteger, nullable=False),
    Column("mux_whole_ms", BigInteger),
    Column("own_learners", Integer, nullable=False),
    Column("own_watch_ms", BigInteger, nullable=False),
    Column("own_finished", Integer, nullable=False),
    Column("views", Integer, nullable=False),
    Column("watch_ms", BigInteger, nullable=False),
    Column("joined", Text, nullable=False),
)

lesson_weeks = Table(
    "lesson_weeks",
    metadata,
    Column("week", Date, primary_key=True),  # its Monday
    Column("lesson_id", Text, primary_key=True),
    Column("days", Integer, nullable=False),
    Column("views", BigInteger, nullable=False),
    Column("watch_ms", BigInteger, nullable=False),
    Column("playing_ms", BigInteger, nullable=False),
    Column("known_playing_ms", BigInteger, nullable=False),
    Column("known_whole_ms", BigInteger, nullable=False),
    Column("finished", BigInteger, nullable=False),
)

school_days = Table(
    "school_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("lessons", Integer, nullable=False),
    Column("views", BigInteger, nullable=False),
    Column("watch_ms", BigInteger, nullable=False),
    Column("learners", BigInteger, nullable=False),
    Column("finished", BigInteger, nullable=False),
)

lesson_assets = Table(
    "lesson_assets",
    metadata,
    Column("lesson_id", Text, primary_key=True),
    Column("asset_id", Text, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date),  # NULL as long as the lesson plays it
)

video_id_days = Table(
    "video_id_days",
    metadata,
    Column("video_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("views", Integer, nullable=False),
    Column("watch_ms", BigInteger, nullable=False),
    Column("playing_ms", BigInteger, nullable=False),
)

own_days = Table(
    "own_days",
    metadata,
    Column("lesson_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("learners", Integer, nullable=False),
    Column("watch_ms", BigInteger, nullable=False),
    Column("finished", Integer, nullable=False),
)

own_seen = Table(
    "own_seen",
    metadata,
    Column("lesson_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("watched_ms", BigInteger, nullable=False),
    Column("completed", Boolean, nullable=False),
    Column("first_day", Date),  # on which they watched first, or finished
    Column("last_day", Date),  # on which they watched more
    Column("finished_day", Date),
)

own_reads = Table("own_reads", metadata, Column("sole", Boolean, primary_key=True), maybe_at("up_to"))

lesson_news = Table("lesson_news", metadata, Column("lesson_id", Text, primary_key=True), at("at"))

figure_days = Table("figure_days", metadata, Column("day", Date, primary_key=True), at("read_at"))

figure_reads = Table(
    "figure_reads",
    metadata,
    Column("outcome", Text, primary_key=True),  # `core.figures.Outcome`
    at("at"),
    maybe_text("error"),
    Column("hint", Text, nullable=False, server_default=sql("''")),
)
