"""`python -m sandbox.supervisor`, or `make run`: Lectern and what it needs, until Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from sandbox.guard import Guard, signal_at_parents_death
from sandbox.postgres import PostgresFailed
from sandbox.supervisor.cast import REPOSITORY
from sandbox.supervisor.console import Console
from sandbox.supervisor.layout import Layout, read_layout
from sandbox.supervisor.lock import only_run
from sandbox.supervisor.ports import refuse_taken
from sandbox.supervisor.run import Options, Run
from sandbox.supervisor.service import StartFailed


def main() -> None:
    args = parse_arguments()
    if args.follow_parent and (tie := signal_at_parents_death(signal.SIGTERM)):
        tie()
    console = Console(colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    try:
        options = Options(root=args.root.resolve(), scale=rows_from(args.scale), demo=args.demo)
        local = args.local or options.root / ".local"
        with only_run(local) as lock, Guard(keeps_open=[lock.fileno()]) as guard:
            layout = read_layout(os.environ, local)
            refuse_taken(layout.addresses)
            run = Run(options, layout, os.environ, guard=guard, console=console)
            asyncio.run(live(run, layout, console))
    except (StartFailed, PostgresFailed) as failure:
        sys.exit(f"{failure}")


async def live(run: Run, layout: Layout, console: Console) -> None:
    """Starts, says so, and stops at the first signal; a second one kills."""
    stopping = asyncio.Event()

    def on_signal() -> None:
        if stopping.is_set():
            run.kill()
        stopping.set()

    for number in heard_signals():
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    living = asyncio.create_task(start_and_grow(run, layout, console))
    waiting = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({living, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if living.done():
            raise_first(living)
            await waiting
    finally:
        console.say("stopping")
        living.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await living
        await run.stop()


async def start_and_grow(run: Run, layout: Layout, console: Console) -> None:
    started_s = time.monotonic()
    await run.start()
    welcome(layout, console, time.monotonic() - started_s)
    await run.grow()


def heard_signals() -> list[signal.Signals]:
    """Also Ctrl-C where a script started us in the background; not a hang-up under nohup."""
    under_nohup = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM] + ([] if under_nohup else [signal.SIGHUP])


def raise_first(task: asyncio.Task[None]) -> None:
    """One cause out of a group: the others were cancelled because of it."""
    try:
        task.result()
    except BaseExceptionGroup as group:
        cause: BaseException = group
        while isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[0]
        raise cause from None


def welcome(layout: Layout, console: Console, seconds: float) -> None:
    console.say(f"ready after {seconds:.1f} s: {layout.dashboard.url}")
    if layout.own_mux:
        console.say(f"what the Mux double did: {layout.mux.url}/sandbox")
    doctor = f".venv/bin/python cli.py doctor --origin {layout.dashboard.url}"
    console.say(f"the same from another shell: set -a; . .local/env; set +a; {doctor}")
    console.say("Ctrl-C stops everything")


def rows_from(text: str) -> int:
    if not text.isdecimal():
        raise StartFailed(f"SCALE: expected a whole number, as in SCALE=100000; got {text!r}")
    return int(text)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.supervisor", description=__doc__)
    scale = os.environ.get("SCALE") or "0"
    parser.add_argument("--scale", default=scale, metavar="N", help="inventory rows to have besides")
    parser.add_argument("--demo", action="store_true", help="the school some weeks later")
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="where worker.py and the others are")
    parser.add_argument("--local", type=Path, metavar="FOLDER", help="where everything is kept; ROOT/.local")
    parser.add_argument("--follow-parent", action="store_true", help="stop when the parent is killed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
