"""The docs are true: settings, commands, pages, routes and packages stand in them, links lead somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from api.routes import ENDPOINTS
from cli import main
from commands import session
from core.access import Role
from core.batch import ItemState
from core.selection import Filter
from core.settings import Secret, Settings
from dashboard import serving
from dashboard.navigation import REGISTRY
from sandbox.supervisor.cast import faces
from sandbox.supervisor.layout import DEFAULT_ADDRESSES, DEFAULT_PORTS, read_layout
from tests.architecture import python_files

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
SETTINGS = {field.name.upper() for field in fields(Settings)}
AWS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
"""Read by boto3 itself, as everywhere."""

NOT_THE_PRODUCT = ("tests", "sandbox", "bench", "scripts")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def example() -> dict[str, str]:
    return dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", read(".env.example"), re.MULTILINE))


def commands_of(group: click.Group, path: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        full = f"{path} {name}".strip()
        if not isinstance(command, click.Group) or command.invoke_without_command:
            found[full] = command
        if isinstance(command, click.Group):
            found |= commands_of(command, full)
    return found


COMMANDS = commands_of(main)


def table_rows(text: str, first_cell: str) -> list[list[str]]:
    """Cells of every table row whose first cell matches."""
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if re.fullmatch(first_cell, row[0].strip())]


def test_the_example_names_every_setting_and_no_other() -> None:
    assert set(example()) == SETTINGS | AWS


def test_the_example_shows_the_defaults() -> None:
    said = {name: value for name, value in example().items() if name in SETTINGS}
    database_url = Secret("postgresql://db.test/school")
    assert Settings.from_env(said | {"DATABASE_URL": database_url}) == Settings(database_url=database_url)


def test_the_example_holds_no_secret() -> None:
    secret = [field.name.upper() for field in fields(Settings) if "Secret" in str(field.type)]
    assert {name: example()[name] for name in secret if example()[name]} == {}


def test_deployment_explains_every_setting_and_no_other() -> None:
    rows = table_rows(read("docs/deployment.md"), r"`[A-Z0-9_]+`")
    assert sorted(row[0].strip("`") for row in rows) == sorted(SETTINGS)


def test_deployment_tells_the_defaults_as_they_are() -> None:
    told = {
        row[0].strip("`"): row[2].strip("`")
        for row in table_rows(read("docs/deployment.md"), r"`[A-Z0-9_]+`")
    }
    usual = example() | {"DATABASE_URL": "(needed)"}
    assert told == {name: usual[name] for name in told}


def test_a_setting_that_nothing_reads_is_said_to_be_unused_and_no_other() -> None:
    files = [path for path in python_files(ROOT) if path.relative_to(ROOT).parts[0] not in NOT_THE_PRODUCT]
    text = "\n".join(path.read_text("utf-8") for path in files if path.name != "settings.py")
    own = (ROOT / "core/settings.py").read_text("utf-8")
    read_there = {name for name in SETTINGS if f"self.{name.lower()}" in own}
    used = {name for name in SETTINGS if re.search(rf"\b{name.lower()}\b", text)} | read_there
    rows = table_rows(read("docs/deployment.md"), r"`[A-Z0-9_]+`")
    assert {row[0].strip("`") for row in rows if "not used yet" in row[3]} == SETTINGS - used


def test_deployment_names_what_one_machine_and_streamlit_read() -> None:
    text = read("docs/deployment.md")
    others = [*DEFAULT_ADDRESSES, *DEFAULT_PORTS, serving.ADDRESS, serving.PORT, serving.ALLOWED_HOSTS]
    assert [name for name in others if f"`{name}`" not in text] == []


def test_production_starts_what_make_run_starts(tmp_path: Path) -> None:
    layout = read_layout({}, tmp_path)
    sandbox = {tuple(service.command[1:]) for service in faces(layout, ROOT, {})}
    commands = [line.partition(": python ")[2] for line in read("Procfile").splitlines()]
    assert {tuple(command.split()) for command in commands} == sandbox
    assert [command for command in commands if f"`python {command}`" not in read("docs/deployment.md")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_its_options(name: str) -> None:
    text = read("docs/cli.md")
    assert re.search(rf"^\| `{name}\b", text, re.MULTILINE)
    options = [opt for param in COMMANDS[name].params for opt in param.opts if opt.startswith("--")]
    assert [option for option in options if option not in text] == []


def test_no_command_is_documented_that_is_not_there() -> None:
    section = read("docs/cli.md").partition("## Commands")[2].partition("\n## ")[0]
    listed = [row[0].strip("`") for row in table_rows(section, r"`[a-z].*`")]
    assert len(listed) == len(COMMANDS)
    assert [words for words in listed if not any(f"{words} ".startswith(f"{c} ") for c in COMMANDS)] == []


def test_every_exit_code_is_documented() -> None:
    codes = [session.OK, session.ERROR, session.USAGE, session.PENDING]
    codes += [session.SOME_FAILED, session.PAUSED, session.TIMEOUT, session.MISTAKE]
    assert [row[0] for row in table_rows(read("docs/cli.md"), r"\d")] == [str(code) for code in codes]


def test_every_item_state_and_filter_is_documented_for_scripts() -> None:
    text = read("docs/cli.md")
    assert [s.value for s in ItemState if s.value not in text] == []
    assert [f.name for f in fields(Filter) if f"`{f.name}`" not in text] == []


def test_every_route_is_documented_with_the_right_it_needs_and_no_other() -> None:
    rows = table_rows(read("docs/api.md"), r"`(GET|POST|PUT|PATCH|DELETE) /.*`")
    told = {row[0].strip("`").partition("?")[0]: row[1] for row in rows}
    there = {f"{e.method} {e.path}": str(e.action.value) if e.action else "none" for e in ENDPOINTS}
    assert told == there | {"POST /api/videos/mux/webhook": "Mux's signature"}


@pytest.mark.parametrize("title", [page.title for page in REGISTRY])
def test_every_page_is_explained(title: str) -> None:
    assert f"\n## {title}\n" in read("docs/guide.md")


def test_every_file_of_core_stands_in_one_room_and_no_other_is_named() -> None:
    rows = table_rows(read("docs/rooms.md").partition("## The rooms")[2], r"(?!room|---).+")
    named = [name for row in rows for name in re.findall(r"`(\w+)`", " ".join(row[1:]))]
    assert sorted(named) == sorted(path.stem for path in (ROOT / "core").glob("[a-z]*.py"))


@pytest.mark.parametrize("role", Role)
def test_every_role_is_explained(role: Role) -> None:
    assert f"| {role.value} |" in read("docs/guide.md")


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in", "requirements-setup.in"])
def test_every_package_has_its_reason_and_licence(name: str) -> None:
    lines = [line.strip() for line in read(name).splitlines()]
    packages = [line for line in lines if line and not line.startswith(("#", "-"))]
    told = {row[0]: row for row in table_rows(read("docs/decisions/dependencies.md"), r"\S+")}
    assert [package for package in packages if package not in told or not all(told[package])] == []


def test_every_decision_is_in_the_index() -> None:
    index = read("docs/decisions/README.md")
    pages = [path.name for path in (DOCS / "decisions").glob("*.md") if path.name != "README.md"]
    assert [name for name in pages if f"({name})" not in index] == []


@pytest.mark.parametrize("file", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (file.parent / link).exists()] == []


@pytest.mark.parametrize("file", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_exist(file: Path) -> None:
    named = re.findall(
        r"`((?:core|api|pages|dashboard|sandbox|tests|scripts|docs)/[\w./-]*)`", file.read_text("utf-8")
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
