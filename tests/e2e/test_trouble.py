"""When a video does not make it: the page says why, the person sets it right, retries, and takes it back."""

from sandbox.stack import BUCKET, Stack, query
from tests.e2e.dashboard import Dashboard

DENIED, FINE = "Lesson 41", "Lesson 42"


def providers(stack: Stack) -> list[object]:
    rows = query(
        stack, "select video_provider from lessons where title = any(%s) order by title", [DENIED, FINE]
    )
    return [provider for (provider,) in rows]


def key_of(stack: Stack, title: str) -> str:
    [(url,)] = query(stack, "select video_url from lessons where title = %s", title)
    return str(url).partition(f"{BUCKET}/")[2]


def start_both(dashboard: Dashboard) -> None:
    dashboard.open("/migrate")
    dashboard.search(DENIED)
    dashboard.sees("1 to 1 of 1")
    dashboard.tick(0, then="1 of 1 selected")
    dashboard.search("")  # back to all, so that the next caption is that of the next search
    dashboard.sees("1 to 50 of ")
    dashboard.search(FINE)
    dashboard.sees("1 to 1 of 1")
    dashboard.tick(0, then="2 selected, 1 hidden by the filter")
    dashboard.press("Review 2 videos")
    dashboard.sees_title("Review")
    dashboard.let_anyone_play()
    dashboard.press("Migrate 2 videos")


def test_a_failure_names_its_cause_is_retried_and_the_whole_batch_rolled_back(
    dashboard: Dashboard, stack: Stack
) -> None:
    stack.s3.set_faults({"path": f"{BUCKET}/{key_of(stack, DENIED)}", "status": 403})
    start_both(dashboard)
    dashboard.patience_ms = 90_000
    dashboard.sees("1 video failed")
    dashboard.sees("S3 refuses to read it.")
    stack.s3.set_faults()
    dashboard.press("Retry 1 video")
    dashboard.sees("2 of 2 on Mux")
    assert providers(stack) == ["mux", "mux"]
    dashboard.press("Roll back …")
    dashboard.sees("The copies stay at Mux and go on costing storage.")
    dashboard.press("Roll back 2 videos")
    dashboard.sees("0 of 2 on Mux")
    assert "mux" not in providers(stack)
