"""The tables of `mux_admin`, for queries. The revisions in `alembic/` make them and their indexes; a test
compares the columns."""

from core.db.tables.budgets import batch_estimates, budget_alerts, budget_tellings, budgets
from core.db.tables.captions import text_tracks
from core.db.tables.columns import SCHEMA, metadata
from core.db.tables.digests import digests
from core.db.tables.figures import (
    asset_days,
    figure_days,
    figure_reads,
    lesson_assets,
    lesson_days,
    lesson_news,
    lesson_weeks,
    own_days,
    own_reads,
    own_seen,
    school_days,
    video_id_days,
)
from core.db.tables.heatmaps import heatmaps
from core.db.tables.inventory import (
    asset_sources,
    assets,
    kept_ticks,
    saved_views,
    scan_runs,
    scans,
    source_links,
    sources,
)
from core.db.tables.prices import plans_in_use, price_cards
from core.db.tables.quality import failed_views, quality_days, quality_periods
from core.db.tables.records import (
    audit,
    former_versions,
    lesson_corrections,
    lesson_videos,
    pace,
    pending_facts,
    schema_runs,
    switches,
    webhook_events,
)
from core.db.tables.renditions import renditions
from core.db.tables.upkeep import discards, environment, local_keys, masters, reconciles
from core.db.tables.uploads import lesson_resources, uploads
from core.db.tables.usage import (
    billed_days,
    delivery_days,
    rendition_spans,
    s3_absences,
    s3_days,
    s3_traffic_days,
    storage_spans,
    usage_days,
    usage_reads,
)
from core.db.tables.watching import playback_troubles, viewings
from core.db.tables.work import batches, intents, item_changes, items

__all__ = [
    "SCHEMA",
    "asset_days",
    "asset_sources",
    "assets",
    "audit",
    "batch_estimates",
    "batches",
    "billed_days",
    "budget_alerts",
    "budget_tellings",
    "budgets",
    "delivery_days",
    "digests",
    "discards",
    "environment",
    "failed_views",
    "figure_days",
    "figure_reads",
    "former_versions",
    "heatmaps",
    "intents",
    "item_changes",
    "items",
    "kept_ticks",
    "lesson_assets",
    "lesson_corrections",
    "lesson_days",
    "lesson_news",
    "lesson_resources",
    "lesson_videos",
    "lesson_weeks",
    "local_keys",
    "masters",
    "metadata",
    "own_days",
    "own_reads",
    "own_seen",
    "pace",
    "pending_facts",
    "plans_in_use",
    "playback_troubles",
    "price_cards",
    "quality_days",
    "quality_periods",
    "reconciles",
    "rendition_spans",
    "renditions",
    "s3_absences",
    "s3_days",
    "s3_traffic_days",
    "saved_views",
    "scan_runs",
    "scans",
    "schema_runs",
    "school_days",
    "source_links",
    "sources",
    "storage_spans",
    "switches",
    "text_tracks",
    "uploads",
    "usage_days",
    "usage_reads",
    "video_id_days",
    "viewings",
    "webhook_events",
]
