"""Every failpoint of the engine, read from its source: commits by name, outside calls by port and method."""

import ast
from collections.abc import Iterator
from pathlib import Path

CORE = Path(__file__).parents[3] / "core"
ENGINE = (
    "submitting",
    "absorbing",
    "verifying",
    "ingesting",
    "finding",
    "reconciling",
    "scanning",
    "probing",
    "migrating",
    "undoing",
)
PORTS = ("mux", "store", "player", "uploader", "media")


def failpoints() -> set[str]:
    """`submit.intent:before`, `mux.create_asset:after`, … as `core.tripwire` names them."""
    names = {name for module in ENGINE for name in _names(ast.parse((CORE / f"{module}.py").read_text()))}
    return {f"{name}:{side}" for name in names for side in ("before", "after")}


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _named(node, node.func)


def _named(call: ast.Call, func: ast.Attribute) -> Iterator[str]:
    if func.attr == "uow" and isinstance(call.args[0], ast.Constant) and _commits(call):
        yield str(call.args[0].value)
    owner = func.value
    if isinstance(owner, ast.Attribute) and owner.attr in PORTS and ast.unparse(owner.value) == "services":
        yield f"{owner.attr}.{func.attr}"


def _commits(call: ast.Call) -> bool:
    """A transaction that only reads is named `….read` and never commits."""
    return not ast.unparse(call.args[0]).strip("'").endswith(".read")
