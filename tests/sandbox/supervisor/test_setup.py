"""scripts/setup.py and the files it installs from."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, told that an empty folder is the project."""
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
