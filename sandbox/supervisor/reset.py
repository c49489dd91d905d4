"""`make reset`: forgets the sandbox's database, files and keys."""

import shutil
import sys
from pathlib import Path

from sandbox import postgres
from sandbox.supervisor.cast import REPOSITORY
from sandbox.supervisor.lock import only_run
from sandbox.supervisor.service import StartFailed


def main() -> None:
    try:
        forget(REPOSITORY / ".local")
    except StartFailed as failure:
        sys.exit(f"reset: {failure}")


def forget(local: Path) -> None:
    """Empties the folder, but for its locks, once nothing runs in it."""
    with only_run(local):
        postgres.stop_leftover(local / "pg")
        for entry in local.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.suffix != ".lock":
                entry.unlink()


if __name__ == "__main__":
    main()
