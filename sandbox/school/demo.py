"""`make demo`: the same school some weeks later, grown through Lectern's own command line.

The worker and the webhook must be running: what is shown afterwards really happened. It takes as
long as the limits of Mux ask for, one video a second.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
WAIT_S = "600"
# About a third of the videos, and what is wrong with some of the files of the last.
FINISHED = (
    ("Mathematics first", ("search=courses/algebra-", "kind=video")),
    ("Music and sound", ("search=courses/music/",)),
    ("Programming", ("search=courses/python/",)),
)
UNDER_WAY = ("All other courses", ("search=courses/", "kind=video"))

Cli = Callable[..., Any]
"""Takes the words of a command and gives what it says as JSON."""


def main() -> None:
    grow(run_cli)


def grow(cli: Cli) -> None:
    """Scans, applies the schema, moves a third of the videos and leaves one batch under way.

    A school that has grown already only gets its batch under way.
    """
    cli("scan")
    if not is_grown(cli):
        cli("schema", "apply", "--yes")
        for name, filters in FINISHED:
            batch_id = start(cli, name, filters)
            cli("migrate", "status", str(batch_id), "--wait", "--timeout-s", WAIT_S)
    start(cli, *UNDER_WAY)


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
