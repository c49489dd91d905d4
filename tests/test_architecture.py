"""The house's lines: which file may import which, and how long a file, a page and a function may be."""

from pathlib import Path

import pytest

from tests.architecture import Arrow, arrows, broken, line_count, long_bodies, python_files

ROOT = Path(__file__).resolve().parent.parent

FILE_LINES = 200
BODY_LINES = 40
PAGE_LINES = 60
WEBHOOK_LINES = 60

LONGER_FILES: dict[str, tuple[int, str]] = {}
"""Files over `FILE_LINES` that stay so: the most they may grow to, and why. The list only gets shorter."""

LONGER_BODIES: dict[str, tuple[int, str]] = {}
"""`path:function` over `BODY_LINES`, likewise."""


def test_no_import_breaks_the_lines_of_the_house() -> None:
    assert [f"{arrow}: {rule}" for arrow in arrows(ROOT) if (rule := broken(arrow))] == []


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("core/source.py", "import boto3"),
        ("core/source.py", "from core import scanning"),
        ("core/source.py", "from core.scanning import scan"),
        ("core/source.py", "from core.db import tables"),
        ("core/scanning.py", "from core.s3.store import Store"),
        ("core/scanning.py", "import sqlalchemy"),
        ("core/scanning.py", "from core.bootstrap import build"),
        ("core/scanning.py", "import streamlit as st"),
        ("core/db/rows.py", "from core.s3 import store"),
        ("core/db/rows.py", "from ..s3 import store"),
        ("core/db/rows.py", "import pandas"),
        ("core/bootstrap.py", "import dashboard.words"),
        ("webhook.py", "import psycopg"),
        ("cli.py", "from core.mux.client import Client"),
        ("commands/scan.py", "import boto3"),
        ("api/app.py", "import procrastinate"),
        ("pages/home.py", "from core import db"),
        ("dashboard/words.py", "import av"),
        ("sandbox/mux/app.py", "from core.asset import Asset"),
        ("core/source.py", "import sandbox.guard"),
        ("worker.py", "from sandbox import guard"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, path: str, statement: str) -> None:
    assert [arrow for arrow in _tree(tmp_path, path, statement) if broken(arrow)]


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("core/source.py", "import re\nfrom core.errors import AppError"),
        ("core/scanning.py", "from core import absorbing\nfrom core.ports import Services"),
        ("core/db/rows.py", "import psycopg\nfrom core.source import Source\nfrom . import tables"),
        ("core/jobs/tasks.py", "import procrastinate\nfrom core import scanning"),
        ("core/bootstrap.py", "from core.db import rows\nfrom core.s3 import store"),
        ("webhook.py", "import uvicorn\nfrom core import ingesting\nfrom core.bootstrap import build"),
        ("pages/home.py", "import streamlit as st\nfrom dashboard import words"),
        ("tests/test_x.py", "import boto3\nimport sandbox.guard\nfrom core.db import rows"),
    ],
)
def test_an_allowed_import_is_left_alone(tmp_path: Path, path: str, statement: str) -> None:
    assert [str(arrow) for arrow in _tree(tmp_path, path, statement) if broken(arrow)] == []


def test_files_fit_two_screens() -> None:
    most = {path: lines for path, (lines, _) in LONGER_FILES.items()}
    sizes = {str(path.relative_to(ROOT)): line_count(path) for path in python_files(ROOT)}
    product = {path: lines for path, lines in sizes.items() if not path.startswith("tests/")}
    assert {path: n for path, n in product.items() if n > most.get(path, FILE_LINES)} == {}


def test_functions_fit_one_screen() -> None:
    most = {name: lines for name, (lines, _) in LONGER_BODIES.items()}
    long = long_bodies(ROOT, BODY_LINES)
    assert {name: n for name, n in long.items() if n > most.get(name, BODY_LINES)} == {}


def test_no_exception_outlives_its_cause() -> None:
    kept = {path for path in LONGER_FILES if line_count(ROOT / path) <= FILE_LINES}
    assert kept | (set(LONGER_BODIES) - set(long_bodies(ROOT, BODY_LINES))) == set()


def test_pages_and_the_webhook_are_short() -> None:
    limits = dict.fromkeys((ROOT / "pages").glob("*.py"), PAGE_LINES)
    limits[ROOT / "webhook.py"] = WEBHOOK_LINES
    assert {str(path): line_count(path) for path, most in limits.items() if line_count(path) > most} == {}


def _tree(root: Path, path: str, statement: str) -> list[Arrow]:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(statement + "\n", encoding="utf-8")
    return list(arrows(root))
