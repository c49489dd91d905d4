"""Makes everything Lectern needs on this machine: `.venv` and the browser parts.

Standard library only, and readable by old Pythons, so that the wrong one gets a sentence
instead of a traceback. What is in place already is skipped: a stamp holds the hash of the
files it was made from.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import chromium
import npm_ci

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_BIN = VENV / "bin"
VENDOR = ROOT / "dashboard" / "static" / "vendor"
BROWSER_PARTS = npm_ci.PARTS
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")


class SetupFailed(Exception):
    """One line that says what is missing and what to do about it."""


def main() -> None:
    args = parse_arguments()
    use_a_new_enough_python()
    try:
        with one_setup_at_a_time():
            set_up(with_dev=args.dev, with_browser=args.browser)
    except SetupFailed as failure:
        sys.exit(f"setup: {failure}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what `make check` and `make test` need")
    parser.add_argument("--browser", action="store_true", help="also Chromium, for the browser tests")
    return parser.parse_args()


def set_up(with_dev: bool, with_browser: bool) -> None:
    make_venv()
    under_way = (
        None if vendor_is_current() or not shutil.which("npm") else npm_ci.start("npm", ROOT, VENV_BIN)
    )
    try:
        install_packages("requirements.txt")
        if with_dev:
            install_packages("requirements-dev.txt")
        if not vendor_is_current():
            install_vendor(under_way)
    finally:
        if under_way:
            npm_ci.end(under_way)
    if with_browser:
        find_or_install_chromium()


def use_a_new_enough_python() -> None:
    if sys.version_info >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        # A version switcher leaves names on the path that do not run.
        if found and subprocess.run([found, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0:
            os.execv(found, [found, *sys.argv])
    sys.exit(
        "setup: Lectern needs Python 3.11 or newer, this is {}.{}. Install one, or name it: "
        "make run PYTHON=/path/to/python3.11".format(*sys.version_info[:2])
    )


@contextmanager
def one_setup_at_a_time() -> Iterator[None]:
    """Two shells may say `make run` at once; the second waits and finds the work done."""
    (ROOT / ".local").mkdir(exist_ok=True)
    with open(ROOT / ".local" / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def step(name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    say(f"{name:<38} {time.monotonic() - started:6.1f} s")


def make_venv() -> None:
    if (VENV_BIN / "pip").exists():
        return
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        version = "{}.{}".format(*sys.version_info[:2])
        raise SetupFailed(
            f"this Python comes without venv and pip. Debian, Ubuntu: apt-get install python{version}-venv. "
            "Others: install Python from python.org."
        )
    with step("made .venv"):
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "could not make .venv")


def install_packages(requirements: str) -> None:
    """Installs the pinned, hashed packages of one file; uv does in 4 s what takes pip 40."""
    stamp = VENV / f"lectern-{requirements}.stamp"
    wanted = hash_of("requirements-setup.txt", requirements)
    if read_or_empty(stamp) == wanted:
        return
    with step(f"installed {requirements}"):
        install_uv()
        asked = ["install", "--require-hashes", "--requirement", requirements]
        if run_quietly([str(VENV_BIN / "uv"), "pip", *asked, "--python", str(VENV_BIN / "python")]):
            # uv does not read pip's configuration; behind a company's own index only pip gets through.
            say("uv could not reach the packages, trying pip")
            run([str(VENV_BIN / "pip"), *asked], f"could not install {requirements}")
    stamp.write_text(wanted)


def install_uv() -> None:
    stamp = VENV / "lectern-uv.stamp"
    wanted = hash_of("requirements-setup.txt")
    if read_or_empty(stamp) == wanted:
        return
    asked = ["install", "--quiet", "--require-hashes", "--requirement", "requirements-setup.txt"]
    run([str(VENV_BIN / "pip"), *asked], "could not install uv")
    stamp.write_text(wanted)


def vendor_is_current() -> bool:
    return read_or_empty(VENDOR / "stamp") == hash_of("package-lock.json") and all(
        (VENDOR / Path(part).name).exists() for part in BROWSER_PARTS
    )


def install_vendor(under_way: subprocess.Popen[str] | None) -> None:
    """From this machine's npm where it works, else from the one that requirements.txt brings."""
    with step("installed browser parts"):
        if not under_way or npm_ci.failure_of(under_way):
            if under_way:
                say("npm on this machine could not, trying the one from the packages")
            if failure := npm_ci.failure_of(npm_ci.start(str(VENV_BIN / "npm"), ROOT, VENV_BIN)):
                raise SetupFailed(f"npm ci could not install the browser parts:\n{failure}")
        VENDOR.mkdir(parents=True, exist_ok=True)
        for part in BROWSER_PARTS:
            shutil.copy(ROOT / "node_modules" / part, VENDOR)
        (VENDOR / "stamp").write_text(hash_of("package-lock.json"))


def find_or_install_chromium() -> None:
    if chromium.is_worth_installing():
        with step(f"installed {chromium.LEAN}"):
            chromium.install(run_quietly)
    if not chromium.find():
        raise SetupFailed(f"no Chromium for browser tests. Debian, Ubuntu: sudo {' '.join(chromium.INSTALL)}")


def run(command: list[str], failure: str) -> None:
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        raise SetupFailed(f"{failure}:\n{result.stdout.strip()}")


def run_quietly(command: list[str]) -> int:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def say(line: str) -> None:
    sys.stdout.write(f"setup     | {line}\n")
    sys.stdout.flush()


def read_or_empty(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def hash_of(*names: str) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
