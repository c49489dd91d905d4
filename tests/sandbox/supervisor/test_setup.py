"""scripts/setup.py and the files it installs from."""

import importlib.util
import json
import os
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.sandbox.supervisor.stand_ins import eventually, gone

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, told that an empty folder is the project."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))  # as when it runs
    spec = importlib.util.spec_from_file_location("lectern_setup", ROOT / "scripts" / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path)
    monkeypatch.setattr(module, "VENV_BIN", tmp_path / "bin")
    monkeypatch.setattr(module, "VENDOR", tmp_path / "vendor")
    for name in ("requirements-setup.txt", "requirements.txt", "package-lock.json"):
        (tmp_path / name).write_text(name)
    return module


@pytest.fixture
def ran(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Every command the script would have run."""
    commands: list[list[str]] = []
    monkeypatch.setattr(setup, "run", lambda command, failure: commands.append(command))
    monkeypatch.setattr(setup, "run_quietly", lambda command: commands.append(command) or 0)
    return commands


def test_packages_are_installed_once_and_again_only_when_their_list_changed(setup, ran):
    setup.install_packages("requirements.txt")
    assert [Path(command[0]).name for command in ran] == ["pip", "uv"]
    setup.install_packages("requirements.txt")
    assert len(ran) == 2
    (setup.ROOT / "requirements.txt").write_text("changed")
    setup.install_packages("requirements.txt")
    assert [Path(command[0]).name for command in ran] == ["pip", "uv", "uv"]


def test_every_install_demands_hashes(setup, ran):
    setup.install_packages("requirements.txt")
    assert all("--require-hashes" in command for command in ran)


def test_pip_takes_over_where_uv_cannot_reach_the_packages(setup, ran, monkeypatch):
    monkeypatch.setattr(setup, "run_quietly", lambda command: 1)
    setup.install_packages("requirements.txt")
    assert [Path(command[0]).name for command in ran] == ["pip", "pip"]


def test_a_failed_install_leaves_no_stamp(setup, monkeypatch):
    def refuse(command: list[str], failure: str) -> None:
        raise setup.SetupFailed(failure)

    monkeypatch.setattr(setup, "run", refuse)
    with pytest.raises(setup.SetupFailed, match="could not install uv"):
        setup.install_packages("requirements.txt")
    assert not list(setup.VENV.glob("*.stamp"))


def test_a_python_without_pip_gets_the_one_line_that_helps(setup, monkeypatch):
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(setup.SetupFailed, match=r"apt-get install python3\.\d+-venv"):
        setup.make_venv()


def test_vendor_scripts_are_current_only_when_all_are_there_for_this_lock_file(setup):
    assert not setup.vendor_is_current()
    setup.VENDOR.mkdir()
    (setup.VENDOR / "stamp").write_text(setup.hash_of("package-lock.json"))
    assert not setup.vendor_is_current()
    for part in setup.BROWSER_PARTS:
        (setup.VENDOR / Path(part).name).touch()
    assert setup.vendor_is_current()
    (setup.ROOT / "package-lock.json").write_text("changed")
    assert not setup.vendor_is_current()


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_failed_install_does_not_leave_npm_running(setup, tmp_path, monkeypatch):
    program(tmp_path / "path" / "npm", "echo $$ > npm.pid; sleep 60 & echo $! > new; mv new sleep.pid; wait")
    monkeypatch.setenv("PATH", str(tmp_path / "path"), prepend=os.pathsep)

    def refuse(requirements: str) -> None:
        assert eventually((tmp_path / "sleep.pid").exists)
        raise setup.SetupFailed("could not install")

    monkeypatch.setattr(setup, "make_venv", lambda: None)
    monkeypatch.setattr(setup, "install_packages", refuse)
    with pytest.raises(setup.SetupFailed):
        setup.set_up(with_dev=False, with_browser=False)
    assert gone(*(int((tmp_path / name).read_text()) for name in ("npm.pid", "sleep.pid")))


PARTS = (
    "@mux/mux-uploader/dist/mux-uploader.mjs",
    "@mux/mux-player/dist/mux-player.mjs",
    "mux-embed/dist/mux.mjs",
)
PUTS_THE_PARTS = "\n".join(
    f"mkdir -p node_modules/{part.rpartition('/')[0]}; echo part > node_modules/{part}" for part in PARTS
)


def test_an_npm_that_cannot_is_replaced_by_the_one_from_the_packages(setup, tmp_path, capsys):
    program(tmp_path / "old", "echo 'npm ERR! too old'; exit 1")
    program(setup.VENV_BIN / "npm", PUTS_THE_PARTS)
    setup.install_vendor(setup.npm_ci.start(str(tmp_path / "old"), tmp_path, setup.VENV_BIN))
    assert setup.vendor_is_current()
    assert "trying the one from the packages" in capsys.readouterr().out


def test_when_no_npm_can_its_words_are_said(setup):
    program(setup.VENV_BIN / "npm", "echo 'no network'; exit 1")
    with pytest.raises(setup.SetupFailed, match="no network"):
        setup.install_vendor(None)


def test_the_npm_lock_file_names_integrity_but_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = [package for path, package in packages.items() if path]
    assert installed
    assert all(package["integrity"].startswith("sha512-") for package in installed)
    assert not any("resolved" in package for package in installed)


@pytest.mark.parametrize("name", ["requirements-setup.txt", "requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_hashed_and_none_names_an_index(name):
    text = (ROOT / name).read_text()
    assert re.findall(r"^[a-z0-9._-]+(\[[a-z,]+\])?==", text, re.M | re.I)
    assert len(re.findall(r"^\S+==", text, re.M)) == len(
        re.findall(r"\\\n    --hash=\S+(?: \\\n    --hash=\S+)*\n", text)
    )
    assert not re.search(r"^\s*(--index|--extra-index|--find-links|-f |-i )|file:", text, re.M)
