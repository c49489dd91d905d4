"""What the bench of analytics rests on."""

from bench import plans
from bench.analytics_assets import SEED, always_watched
from sandbox.mux.views import made_up


def test_what_the_bench_calls_always_watched_has_views_on_each_day_of_the_week() -> None:
    names = always_watched(50)
    assert len(set(names)) == 50
    for name in names:
        expected = [made_up.popularity(SEED, name) * share for share in made_up.WEEK]
        assert 1 <= min(expected) <= max(expected) <= 5


def test_a_table_that_is_read_whole_is_told_from_one_that_is_looked_up() -> None:
    bitmap = {"Node Type": "Bitmap Index Scan", "Index Name": "by_day"}
    plan = {
        "Node Type": "Append",
        "Plans": [
            {"Node Type": "Seq Scan", "Relation Name": "days", "Plans": [{**bitmap, "Node Type": "Result"}]},
            {"Node Type": "Index Scan", "Relation Name": "days", "Index Name": "by_lesson"},
            {"Node Type": "Bitmap Heap Scan", "Relation Name": "days", "Plans": [bitmap]},
        ],
    }
    found = [(look.table, look.index) for look in plans.looks_of(plan)]
    assert found == [("days", ""), ("days", "by_lesson"), ("days", "by_day")]
