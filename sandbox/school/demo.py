"""`make demo`: the same school some weeks later, grown through Lectern's own command line.

The worker and the webhook must be running: what is shown afterwards really happened. It takes as
long as the limits of Mux ask for, one video a second. What was killed on the way goes on at the next start.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.school import prices
from sandbox.school.aging import Past

REPOSITORY = Path(__file__).parents[2]
WAIT_S = "600"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened at the school: the batches by name, each with the filters that choose its videos."""

    moved_by: str
    """Who started the batches; not whoever runs this machine."""
    applied_by: str
    """Who of ops brought the tables to what Mux needs, at the shell."""
    applied_days: int
    """How many days ago, before the first batch."""

    finished: tuple[tuple[str, int, tuple[str, ...]], ...]
    """With how many days ago they ran, the oldest first."""
    locked: tuple[str, ...]
    """Files of the last finished batch that nobody was allowed to read when it ran: its failures."""
    under_way: tuple[tuple[str, tuple[str, ...]], ...]
    """The first of these that has something to move is what goes on now."""
    every_s: float
    """How slowly: often enough that a minute shows several, seldom enough that it lasts."""
    budget_usd: str
    """What may be spent on all videos a month."""
    budget_by: str


# About a third of the videos have moved; a third moves for some twenty minutes, the rest stays where it is.
STORY = Story(
    moved_by="dana.moreau",
    applied_by="olu.adeyemi",
    applied_days=44,
    finished=(
        ("Mathematics first", 41, ("search=courses/algebra-", "kind=video")),
        ("Music and sound", 23, ("search=courses/music/",)),
        ("Programming", 6, ("search=courses/python/",)),
    ),
    locked=("school-media/courses/python/19-*", "school-media/courses/python/21-*"),
    under_way=(
        # One word for four courses.
        ("Geometry, chemistry, biology, history", ("search=courses/ y/", "kind=video", "standing=ready")),
        ("All other courses", ("search=courses/", "kind=video", "standing=ready")),
    ),
    every_s=15.0,
    budget_usd="30",
    budget_by="frida.lind",
)

Cli = Callable[..., Any]
"""Takes the words of a command, and `by` whom it is typed, and gives what it says as JSON."""


def main() -> None:
    env = os.environ
    past = Past(database_url=env["DATABASE_URL"], mux_url=env["MUX_BASE_URL"], s3_url=env["S3_ENDPOINT_URL"])
    cli = partial(run_cli, env, by=STORY.moved_by)
    grow(cli, past)
    for figures in ("analytics", "usage"):
        cli("sync", figures, by=STORY.applied_by)  # the worker would do it within the hour
    set_budget(cli)


def grow(cli: Cli, past: Past, story: Story = STORY) -> None:
    """Scans, applies the schema, moves a third of the videos and leaves one batch under way.

    A school that has grown already only gets its batch under way.
    """
    cli("scan")
    if not past.is_grown():
        cli("schema", "apply", "--yes", by=story.applied_by)
        past.bring_prices(prices.cards(), by=story.budget_by)
        move_some(cli, past, story)
        past.age_schema(days=story.applied_days)  # by now the worker has corrected the lessons after it
        past.mark_grown()
    past.tell_pages()  # by now the lengths of their files are known
    leave_one_under_way(cli, past, story)


def move_some(cli: Cli, past: Past, story: Story) -> None:
    """The finished batches, each some days before the next; the last one met files it could not read."""
    known = batches(cli)
    for name, days, filters in story.finished:
        past.lock(*(story.locked if name == story.finished[-1][0] else ()))
        batch_id = known[name]["batch_id"] if name in known else start(cli, name, filters)
        if batch_id is not None:
            cli("migrate", "status", str(batch_id), "--wait", "--timeout-s", WAIT_S)
            past.age(batch_id, days=days)
    past.lock()


def leave_one_under_way(cli: Cli, past: Past, story: Story) -> None:
    """One batch that lasts: it is given its time, however many videos a second Mux would take."""
    known = batches(cli)
    for name, filters in story.under_way:
        is_running = known.get(name, {}).get("state") == "running"
        batch_id = known[name]["batch_id"] if is_running else start(cli, name, filters)
        if batch_id is not None:
            past.spread(batch_id, every_s=story.every_s)
            return


def set_budget(cli: Cli, story: Story = STORY) -> None:
    """What may be spent, unless somebody set it before: another amount would be told of anew."""
    if not cli("budgets", "list").get("budgets"):
        cli("budgets", "set", story.budget_usd, by=story.budget_by)


def batches(cli: Cli) -> dict[str, dict[str, Any]]:
    """The newest batch of each name."""
    newest_first = cli("migrate", "list")["batches"]
    return {batch["name"]: batch for batch in reversed(newest_first)}


def start(cli: Cli, name: str, filters: Sequence[str]) -> int | None:
    """The batch's number; None when there is nothing left to move."""
    chosen = [word for each in filters for word in ("--filter", each)]
    return cli("migrate", "start", "--name", name, *chosen).get("batch_id")


def run_cli(env: Mapping[str, str], *words: str, by: str | None = None) -> Any:
    """Failed items are part of the picture: exit codes of `--wait` are no reason to stop."""
    command = [sys.executable, "cli.py", *words, "--json"]
    typed = {**env, "LOGNAME": by} if by else env
    done = subprocess.run(command, cwd=REPOSITORY, env=typed, capture_output=True, text=True, check=False)
    # A refusal is JSON too, but on the other stream, maybe below a warning.
    said = json.loads(done.stdout or done.stderr.splitlines()[-1])
    print(f"{' '.join(words)}: {said.get('state') or said.get('error') or 'done'}", flush=True)
    return said


if __name__ == "__main__":
    main()
