"""`npm ci` as a process of setup's: started, asked how it went, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

PARTS = (
    "@mux/mux-uploader/dist/mux-uploader.mjs",
    "@mux/mux-player/dist/mux-player.mjs",
    "mux-embed/dist/mux.mjs",
)
"""What the browser loads of what npm installs."""


def start(npm: str, folder: Path, programs: Path) -> subprocess.Popen[str]:
    """Installs what the lock file in `folder` pins; a node in `programs` goes before others."""
    path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    return subprocess.Popen(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        env=dict(os.environ, PATH=path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a group of its own, to be ended with what it starts
    )


def failure_of(process: subprocess.Popen[str]) -> str:
    """What it said when it failed; "" when it did its work. Ctrl-C ends it as well."""
    try:
        output, _ = process.communicate()
    finally:
        end(process)
    return (output.strip() or f"exit {process.returncode}") if process.returncode else ""


def end(process: subprocess.Popen[str]) -> None:
    """Nothing works on in the background when setup has failed."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
