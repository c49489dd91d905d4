"""Every page of the registry with every role: full, empty, and while the database is away."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.access import RIGHTS, Role, allows, could
from core.diagnosis import ok
from core.errors import Unavailable
from dashboard.navigation import PAGES, REGISTRY, Page
from dashboard.system import health
from tests.pages.conftest import Opened, person_with, words_of
from tests.pages.fakes import School

ROLES = [(role,) for role in Role] + [(Role.ADMIN, Role.OPS)]
QUERIES = {
    "batch.py": {"id": "1"},
    "review.py": {"ticked": "1-3"},
    "watch.py": {"lesson": "1"},
    "lesson.py": {"lesson": "1"},
    "lesson_analytics.py": {"lesson": "1"},
    "compare.py": {"lessons": "1,2"},
}
"""What a page needs in its address to have something to show."""

NEEDS_NO_DATABASE = ("gallery.py",)

pages = pytest.mark.parametrize("shown", REGISTRY, ids=lambda shown: shown.file)
reading_pages = pytest.mark.parametrize(
    "shown",
    [page for page in REGISTRY if page.file not in NEEDS_NO_DATABASE],
    ids=lambda shown: shown.file,
)
roles = pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "+".join(roles))


@pytest.fixture(autouse=True)
def _calm_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.checking, "doctor", lambda **_: [ok("database", "The database answers.")])


def _burst(school: School) -> None:
    raise school.broken or AssertionError


def may(shown: Page, roles: tuple[Role, ...]) -> bool:
    return could(person_with(*roles), shown.action)


def is_calm(test: AppTest) -> bool:
    return not test.exception and not test.error


@pages
@roles
def test_a_page_opens_for_those_who_may_and_says_who_may_to_others(
    shown: Page, roles: tuple[Role, ...], open_page: Opened
) -> None:
    test = open_page(shown.file, *roles, **QUERIES.get(shown.file, {}))
    if shown.file == "batch.py" and not allows(person_with(*roles), shown.action) and may(shown, roles):
        assert [error.value for error in test.error] == [
            "There is no batch 1. The list of batches shows them all."
        ]
        return
    if shown.file == "lesson_analytics.py" and roles == (Role.TEACHER,):
        assert "so may its creator (teacher)" in test.warning[0].value  # and tess made no lesson
        return
    if shown.file == "cost_table.py" and roles == (Role.TEACHER,):
        assert "What courses cost is not told to teachers here." in test.warning[0].value
        return
    assert is_calm(test)
    if may(shown, roles):
        assert test.title
        assert not test.warning
    else:
        assert "Your roles do not allow" in test.warning[0].value
        assert all(role in test.warning[0].value for role in RIGHTS[shown.action].anyone)
        assert [title.value for title in test.title] == [shown.title]


@pages
@pytest.mark.parametrize("school", ["empty"], indirect=True)
def test_a_page_without_data_says_why_and_what_to_do(shown: Page, school: School, open_page: Opened) -> None:
    test = open_page(shown.file, Role.ADMIN, Role.OPS)
    if shown.file in ("batch.py", "watch.py", "lesson_analytics.py"):
        assert "names no" in test.error[0].value
    else:
        assert is_calm(test)
        assert test.title


@reading_pages
def test_while_the_database_is_away_a_page_says_a_sentence(
    shown: Page, school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.broken = Unavailable("The database does not answer.")
    monkeypatch.setattr(health.checking, "doctor", lambda **_: _burst(school))
    test = open_page(shown.file, Role.ADMIN, Role.OPS, **QUERIES.get(shown.file, {}))
    assert not test.exception
    assert [error.value for error in test.error][:1] == [school.broken.sentence]


@reading_pages
def test_an_unforeseen_error_shows_an_id_and_no_traceback(
    shown: Page, school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.broken = RuntimeError("secret detail")
    monkeypatch.setattr(health.checking, "doctor", lambda **_: _burst(school))
    test = open_page(shown.file, Role.ADMIN, Role.OPS, **QUERIES.get(shown.file, {}))
    assert not test.exception
    assert "quote" in test.error[0].value
    assert "secret detail" not in words_of(test)


@reading_pages
def test_the_title_is_there_once_also_where_reading_fails(
    shown: Page, school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.broken = Unavailable("The database does not answer.")
    monkeypatch.setattr(health.checking, "doctor", lambda **_: _burst(school))
    test = open_page(shown.file, Role.ADMIN, Role.OPS, **QUERIES.get(shown.file, {}))
    assert [title.value for title in test.title] == [shown.title]


def test_every_file_in_pages_is_registered() -> None:
    assert {path.name for path in PAGES.rglob("*.py")} == {page.file for page in REGISTRY}


@pages
def test_a_page_asks_for_its_right_before_anything_else(shown: Page) -> None:
    assert asked_first(shown.path.read_text(encoding="utf-8")) == shown.action.name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# access.require(Action.SCAN)",
        '"""access.require(Action.SCAN)"""',
        "if False:\n    access.require(Action.SCAN)",
        "x = 1 or access.require(Action.SCAN)",
        "st.title('Hi')\naccess.require(Action.SCAN)",
        "print(access.require)(Action.SCAN)",
        "def ask():\n    access.require(Action.SCAN)",
        "import elsewhere as access\naccess.require(Action.SCAN)",
        "from elsewhere import access\naccess.require(Action.SCAN)",
    ],
)
def test_a_page_that_only_looks_as_if_it_asked_is_found(text: str) -> None:
    assert asked_first(text) is None


def test_a_page_that_asks_is_let_through() -> None:
    imports = "from dashboard import access\nfrom core.access import Action\n"
    assert asked_first(f'"""Doc."""\n{imports}person = access.require(Action.SCAN)') == "SCAN"
    assert asked_first(f"{imports}access.require(Action.SCAN)\nst.title('x')") == "SCAN"


def asked_first(text: str) -> str | None:
    """The action that the page's first statement after its imports requires of `dashboard.access`."""
    body = ast.parse(text).body
    imports = [one for one in body if isinstance(one, ast.Import | ast.ImportFrom)]
    others = [one for one in body if one not in imports and not _is_docstring(one)]
    if "from dashboard import access" not in {_imported(one) for one in imports} or not others:
        return None
    value = getattr(others[0], "value", None)
    match value:
        case ast.Call(
            func=ast.Attribute(value=ast.Name("access"), attr="require" | "require_some"),
            args=[ast.Attribute(value=ast.Name("Action"), attr=name)],
        ) if isinstance(others[0], ast.Expr | ast.Assign):
            return name
    return None


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _imported(statement: ast.Import | ast.ImportFrom) -> str:
    """`from dashboard import access`, if that is among what is imported under its own name."""
    module = getattr(statement, "module", None)
    plain = {one.name for one in statement.names if one.asname is None}
    return "from dashboard import access" if module == "dashboard" and "access" in plain else ""


def test_a_cell_without_a_value_is_drawn_as_a_dash_in_every_grid() -> None:
    """Streamlit writes "None" there by itself, which no person says."""
    files = [file.read_text() for file in (Path(__file__).parents[2] / "dashboard").rglob("*.py")]
    calls = [call for text in files for call in text.split("st.dataframe(")[1:]]
    assert len(calls) > 4
    assert all("placeholder=formats.NOTHING" in call for call in calls)
