"""`make test-mux`: the contract suite against the Mux environment that MUX_TOKEN_ID opens.

Every asset is a test asset (free, ten seconds, gone after a day at the latest), carries the passthrough
`lectern-test-…`, and is deleted at the end. Give it an environment of its own, and one run at a time.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUITE = "tests/integration/mux/test_contract.py"
NEEDED = ("MUX_TOKEN_ID", "MUX_TOKEN_SECRET")
REFUSED = 2


def main() -> None:
    found = {name: value_of(name, os.environ) for name in NEEDED}
    if missing := [name for name, value in found.items() if not value]:
        sys.stderr.write(f"test-mux: {' and '.join(missing)} must be set, to a token of a Mux environment.\n")
        sys.exit(REFUSED)
    # Short tracebacks: the long ones print what functions were called with, and some of it is secret.
    command = [sys.executable, "-m", "pytest", "-v", "--tb=short", "--no-showlocals", SUITE]
    env = {**os.environ, **found, "TEST_MUX": "real"}
    sys.exit(subprocess.run(command, cwd=ROOT, env=env, check=False).returncode)


def value_of(name: str, env: Mapping[str, str]) -> str:
    """The variable, or the first line of the file that NAME_FILE names."""
    if path := env.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return env.get(name, "")


if __name__ == "__main__":
    main()
