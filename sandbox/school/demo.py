"""`make demo`: the same school some weeks later, grown through Lectern's own command line.

The worker and the webhook must be running: what is shown afterwards really happened. It takes as
long as the limits of Mux ask for, one video a second.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sandbox.school.aging import Past

REPOSITORY = Path(__file__).parents[2]
WAIT_S = "600"
# About a third of the videos, and how many days ago they moved.
FINISHED = (
    ("Mathematics first", 41, ("search=courses/algebra-", "kind=video")),
    ("Music and sound", 23, ("search=courses/music/",)),
    ("Programming", 6, ("search=courses/python/",)),
)
LOCKED = ("school-media/courses/python/19-*", "school-media/courses/python/21-*")
"""Files of the last batch that nobody was allowed to read when it ran: its failures."""

UNDER_WAY = ("All other courses", ("search=courses/", "kind=video"))

Cli = Callable[..., Any]
"""Takes the words of a command and gives what it says as JSON."""


def main() -> None:
    env = os.environ
    past = Past(database_url=env["DATABASE_URL"], mux_url=env["MUX_BASE_URL"], s3_url=env["S3_ENDPOINT_URL"])
    grow(run_cli, past)


def grow(cli: Cli, past: Past) -> None:
    """Scans, applies the schema, moves a third of the videos and leaves one batch under way.

    A school that has grown already only gets its batch under way.
    """
    cli("scan")
    if not is_grown(cli):
        cli("schema", "apply", "--yes")
        move_some(cli, past)
    start(cli, *UNDER_WAY)


def move_some(cli: Cli, past: Past) -> None:
    """The finished batches, each some days before the next; the last one met files it could not read."""
    for name, days, filters in FINISHED:
        past.lock(*(LOCKED if name == FINISHED[-1][0] else ()))
        batch_id = start(cli, name, filters)
        if batch_id is not None:
            cli("migrate", "status", str(batch_id), "--wait", "--timeout-s", WAIT_S)
            past.age(batch_id, days=days)
    past.lock()


def is_grown(cli: Cli) -> bool:
    names = {batch["name"] for batch in cli("migrate", "list")["batches"]}
    return FINISHED[-1][0] in names


def start(cli: Cli, name: str, filters: Sequence[str]) -> int | None:
    """The batch's number; None when there is nothing left to move."""
    chosen = [word for each in filters for word in ("--filter", each)]
    return cli("migrate", "start", "--name", name, *chosen).get("batch_id")


def run_cli(*words: str) -> Any:
    """Failed items are part of the picture: exit codes of `--wait` are no reason to stop."""
    command = [sys.executable, "cli.py", *words, "--json"]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=False)
    said = json.loads(done.stdout)
    print(f"{' '.join(words)}: {said.get('state') or said.get('error') or 'done'}", flush=True)
    return said


if __name__ == "__main__":
    main()
