"""`python -m bench [--quick] [NAME …]`"""

import argparse
import importlib
import os
import platform
import sys

BENCHES = (
    "scan",
    "page",
    "library",
    "webhook",
    "engine",
    "lanes",
    "push",
    "limits",
    "bulk",
    "schema",
    "upload",
    "playback",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", default=list(BENCHES))
    parser.add_argument("--quick", action="store_true", help="small scale, for CI")
    chosen = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}", flush=True)
    failed = 0
    for name in chosen.names:
        for claim in importlib.import_module(f"bench.{name}").measure(quick=chosen.quick):
            print(claim.line(quick=chosen.quick), flush=True)
            failed += not claim.holds(quick=chosen.quick)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
