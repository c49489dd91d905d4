"""How the read of a heatmap is asked for."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from core import heatmap_reading
from core.period import Days
from core.ports import Lane
from core.queues import PRIORITIES
from core.records import Job

WEEK = Days(first=date(2026, 11, 15), last=date(2026, 11, 21))


def wanted(**how: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    tx: Any = SimpleNamespace(enqueue=lambda job, **args: found.update(args, job=job))
    heatmap_reading.want(tx, "film", WEEK, **how)
    assert found["job"] is Job.HEATMAP
    return found


def test_what_nobody_waits_for_goes_after_all_other_work_and_at_mux_behind_people() -> None:
    asked, unasked = wanted(), wanted(lane=Lane.BATCH)
    assert (unasked["lane"], "lane" in asked, "priority" in asked) == ("batch", False, False)
    assert unasked["key"] == asked["key"] == "heatmap:film:7"  # never both at once
    assert PRIORITIES[Job.HEATMAP] + unasked["priority"] < 0
