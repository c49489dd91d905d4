"""Reads the source tree's imports and sizes, and says which of them break the house's lines."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ADAPTERS = frozenset(
    {
        "core.cards",
        "core.mux",
        "core.s3",
        "core.db",
        "core.jobs",
        "core.media",
        "core.tokens",
        "core.mail",
        "core.hooks",
        "core.forecast",
    }
)
OUTSIDE = frozenset(
    {
        "boto3",
        "botocore",
        "mux_python",
        "sqlalchemy",
        "psycopg",
        "psycopg_pool",
        "procrastinate",
        "alembic",
        "av",
    }
)
SCREEN = frozenset({"streamlit", "pandas", "plotly"})
FACES = frozenset(
    {"streamlit_app", "webhook", "worker", "cli", "commands", "api", "pages", "dashboard", "face"}
)
MAY_USE_SANDBOX = frozenset({"sandbox", "tests", "bench", "scripts"})
ROOTS = ("core", "commands", "api", "pages", "dashboard", "sandbox", "bench", "scripts", "tests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """One import: `source` and `target` are dotted module names, `path` is relative to the root."""

    path: str
    line: int
    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.source} -> {self.target}"

    def goes_to(self, *packages: str) -> bool:
        return any(self.target == name or self.target.startswith(f"{name}.") for name in packages)

    def comes_from(self, *packages: str) -> bool:
        return any(self.source == name or self.source.startswith(f"{name}.") for name in packages)


def python_files(root: Path) -> Iterator[Path]:
    """Our own files: those at the top and those below the folders named in `ROOTS`."""
    yield from sorted(root.glob("*.py"))
    for folder in ROOTS:
        yield from sorted(path for path in (root / folder).rglob("*.py") if "node_modules" not in path.parts)


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def arrows(root: Path) -> Iterator[Arrow]:
    """Every import below `root`; `from core import x` counts as an arrow to `core.x`."""
    for path in python_files(root):
        source = module_name(path, root)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for target in _targets(node, source, path):
                yield Arrow(path=str(path.relative_to(root)), line=node.lineno, source=source, target=target)


def _targets(node: ast.AST, source: str, path: Path) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        package = source.split(".") if path.name == "__init__.py" else source.split(".")[:-1]
        base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


def broken(arrow: Arrow) -> str | None:
    """The line of the house that this import breaks, if any."""
    if arrow.goes_to("sandbox") and arrow.source.split(".")[0] not in MAY_USE_SANDBOX:
        return "only sandbox, tests, bench and scripts use the sandbox"
    if arrow.comes_from("sandbox.mux") and arrow.goes_to("core"):
        return "the Mux double shares no code with core"
    if arrow.comes_from("core"):
        return _broken_in_core(arrow)
    return _broken_in_face(arrow) if arrow.source.split(".")[0] in FACES else None


def _broken_in_core(arrow: Arrow) -> str | None:
    if arrow.goes_to(*SCREEN, *FACES):
        return "core knows nothing of the screen and the faces"
    if arrow.source == "core.bootstrap":
        return None
    if arrow.goes_to("core.bootstrap"):
        return "core.bootstrap is for faces"
    if adapter := next((name for name in ADAPTERS if arrow.comes_from(name)), None):
        return "a folder never imports another folder" if arrow.goes_to(*ADAPTERS - {adapter}) else None
    if not is_standard_library(arrow.target) and not arrow.goes_to("core"):
        return "a file in core imports the standard library and core alone"
    if arrow.goes_to(*ADAPTERS):
        return "only core.bootstrap knows the folders"
    if not is_use_case(arrow.source) and is_use_case(arrow.target):
        return "rules do not know the use cases"
    return None


def _broken_in_face(arrow: Arrow) -> str | None:
    if arrow.goes_to(*ADAPTERS, *OUTSIDE):
        return "a face uses core files and core.bootstrap, never a folder of core or its library"
    return None


def is_standard_library(module: str) -> bool:
    return module.split(".")[0] in sys.stdlib_module_names


def is_use_case(module: str) -> bool:
    """Files of core named by a gerund hold use cases; `from core.scanning import scan` counts too."""
    parts = module.split(".")
    return len(parts) > 1 and parts[0] == "core" and parts[1].endswith("ing")


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def long_bodies(root: Path, most: int) -> dict[str, int]:
    """`path:function` → lines from first to last statement, docstring left out, where over `most`."""
    found = {}
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and (lines := body_lines(node)) > most
            ):
                found[f"{path.relative_to(root)}:{node.name}"] = lines
    return found


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
