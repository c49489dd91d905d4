"""A school whose lessons were watched for hundreds of days: each of them on each day, but a few never."""

from collections.abc import Sequence
from datetime import date, timedelta

from bench import library
from bench.analytics_calls import query_none
from core.period import Period, day_of
from core.ports import Services
from core.quality import MOST_WATCHED, Quality, whole_days
from sandbox.stack import Stack

NEVER_WATCHED_ONE_IN = 100
OWN_LESSONS = """
UPDATE lessons SET mux_asset_id = 'asset-' || id WHERE mux_asset_id IS NULL;
INSERT INTO mux_admin.lesson_assets (lesson_id, asset_id, first_day)
SELECT id::text, mux_asset_id, '2020-01-01' FROM lessons
"""
READ = """
INSERT INTO mux_admin.figure_days (day, read_at)
SELECT day::date, now() FROM generate_series(%s::date, %s::date, interval '1 day') AS day
ON CONFLICT DO NOTHING
"""
VIEWS = "FROM generate_series(1, %s) AS n, LATERAL (SELECT 1 + (n * 7919) %% 20 AS v) AS x"
LESSONS = f"""
INSERT INTO mux_admin.lesson_days (lesson_id, day, mux_views, mux_watch_ms, mux_playing_ms, mux_whole_ms,
    own_learners, own_watch_ms, own_finished, views, watch_ms, joined)
SELECT n::text, %s, v, v * 60000, v * 50000, v * 100000, v, v * 30000, v / 2, v, v * 60000, 'mux' {VIEWS}
"""
ASSETS = f"""
INSERT INTO mux_admin.asset_days (asset_id, day, views, viewers, watch_ms, playing_ms)
SELECT 'asset-' || n, %s, v, (v + 1) / 2, v * 60000, v * 50000 {VIEWS}
"""


def fill(stack: Stack, services: Services, *, lessons: int, days: int) -> date:
    """Their host's tables, and what was watched of them up to yesterday, which is returned."""
    library.fill(stack, lessons)
    last = day_of(services.clock(), services.settings.school_timezone) - timedelta(days=1)
    query_none(stack, OWN_LESSONS)
    query_none(stack, READ, last - timedelta(days=days - 1), last)
    watched = lessons - lessons // NEVER_WATCHED_ONE_IN
    for back in range(days):
        for statement in (LESSONS, ASSETS):
            query_none(stack, statement, last - timedelta(days=back), watched)
    _measure(services, [f"asset-{number}" for number in range(1, MOST_WATCHED + 1)])
    query_none(stack, "VACUUM ANALYZE")
    return last


def _measure(services: Services, assets: Sequence[str]) -> None:
    """How well they play, for each period up to yesterday, all of it read just now."""
    now, played = services.clock(), Quality(views=100, not_started=0.01, failed=0.02)
    today = day_of(now, services.settings.school_timezone)
    with services.uow("bench.school") as tx:
        for period in Period:
            of_assets = dict.fromkeys(assets, played)
            tx.quality.put_period(period, whole_days(period, today=today), played, of_assets, read_at=now)
        tx.figures.note_read(now)
        tx.commit()
