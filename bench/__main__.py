"""`python -m bench [--quick] [NAME …]`"""

import argparse
import importlib
import os
import platform
import subprocess
import sys
from collections.abc import Sequence

BENCHES = (
    "scan",
    "page",
    "library",
    "webhook",
    "engine",
    "push",
    "schema",
    "upload",
    "playback",
    "lanes",
    "limits",
    "bulk",
    "analytics",
    "costs",
)
PACED = ("lanes", "limits", "bulk")
"""They wait for Mux's limits rather than for this machine: at small scale all of them wait together."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", default=list(BENCHES))
    parser.add_argument("--quick", action="store_true", help="small scale, for CI")
    chosen = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}", flush=True)
    together = [name for name in chosen.names if chosen.quick and name in PACED]
    if len(together) < 2:
        together = []
    failed = sum(_measure(name, quick=chosen.quick) for name in chosen.names if name not in together)
    return 1 if failed + _side_by_side(together) else 0


def _measure(name: str, *, quick: bool) -> int:
    """How many claims do not hold."""
    failed = 0
    for claim in importlib.import_module(f"bench.{name}").measure(quick=quick):
        print(claim.line(quick=quick), flush=True)
        failed += not claim.holds(quick=quick)
    return failed


def _side_by_side(names: Sequence[str]) -> int:
    """How many of these benches failed, each in a process of its own."""
    command = [sys.executable, "-m", "bench", "--quick"]
    started = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in names]
    failed = 0
    for one in started:
        said, _ = one.communicate()
        print(said, end="", flush=True)
        failed += one.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
