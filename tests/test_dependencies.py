"""What is imported is asked for by name, and not only there because something else brings it."""

import re
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture import arrows, is_standard_library

ROOT = Path(__file__).resolve().parent.parent
FOR_DEVELOPERS = ("tests", "scripts.screenshots", "bench.uploader_page")
"""What may stand on requirements-dev.in as well."""

TYPES_ALONE = "types_"
"""Read by mypy, never imported while anything runs."""


def asked_for(*names: str) -> set[str]:
    """Distributions that these files name, in their normal spelling, without extras."""
    lines = [line for name in names for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    return {normal(re.split(r"[\[<>=~! ]", line)[0]) for line in lines if line and line[0] not in "#-"}


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported(root: Path) -> Iterable[tuple[str, str, bool]]:
    """(`path:line`, top-level module, whether developers alone run it) of every import from outside."""
    for arrow in arrows(root):
        module = arrow.target.split(".")[0]
        if not (is_standard_library(module) or _is_ours(module) or module.startswith(TYPES_ALONE)):
            yield f"{arrow.path}:{arrow.line}", module, arrow.source.startswith(FOR_DEVELOPERS)


def _is_ours(module: str) -> bool:
    """A folder or file of this repository, or one beside a script that is run by its path."""
    places = (ROOT / module, ROOT / f"{module}.py", ROOT / "scripts" / f"{module}.py")
    return any(place.exists() for place in places)


@pytest.mark.parametrize(
    ("by_developers", "files"),
    [(False, ("requirements.in",)), (True, ("requirements.in", "requirements-dev.in"))],
    ids=["product", "tests"],
)
def test_every_package_that_is_imported_is_asked_for(by_developers: bool, files: tuple[str, ...]) -> None:
    brought_by, wanted = packages_distributions(), asked_for(*files)
    unasked = {
        module: place
        for place, module, developers in imported(ROOT)
        if developers is by_developers and not wanted & {normal(name) for name in brought_by.get(module, [])}
    }
    assert unasked == {}


def test_an_import_that_nobody_asked_for_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "source.py").write_text("import re\nimport jinja2\nfrom core import x\n", "utf-8")
    assert list(imported(tmp_path)) == [("core/source.py:2", "jinja2", False)]
    assert "jinja2" not in asked_for("requirements.in", "requirements-dev.in")
