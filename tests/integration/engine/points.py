"""Every failpoint of the engine, read from its source: commits by name, outside calls by port and method."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

CORE = Path(__file__).parents[3] / "core"
OUTSIDE_THE_ENGINE = {
    "applying": "the schema's changes are killed between any two statements in tests/integration/schema",
    "changing": "as applying",
    "checking": "looks, and changes nothing",
    "correcting": "the walk through the lessons is killed at both of its commits in tests/integration/schema",
    "withdrawing": "as applying",
    "inspecting": "looks, and changes nothing",
    "asset_looking": "looks, and changes nothing",
    "diagnosing": "looks, and changes nothing",
    "mux_checking": "looks, and changes nothing",
    "profile_switching": "killed between any two statements in tests/integration/schema",
    "profiling": "looks, and changes nothing",
    "clipping": "looks, and changes nothing",
    "clearing": "one transaction of a person, who sees whether it took effect",
    "pricing": "one transaction of a person, who sees whether it took effect",
    "card_reading": "reads a text, and changes nothing",
    "card_trying": "looks, and changes nothing",
    "browsing": "filters that a person named, kept for this person alone",
    "keeping": "what a person ticked, kept for this person alone",
    "requesting": "one transaction of a person, who sees whether it took effect",
    "s3_checking": "looks, and changes nothing",
    "sealing": "one transaction of a person, who sees whether it took effect",
    "playing": "looks, and changes nothing",
    "viewing": "looks, and changes nothing",
    "watching": "one transaction, which a player's next report makes good",
    "streaming": "looks, and changes nothing",
    "doctoring": "looks, and changes nothing",
    "lesson_arranging": "one transaction of a person, who sees whether it took effect",
    "lesson_choosing": "one transaction of a person, who sees whether it took effect",
    "lesson_editing": "one transaction of a person, who sees whether it took effect",
    "lesson_replacing": "one transaction of a person, who sees whether it took effect",
    "lesson_picking": "one transaction of a person, who sees whether it took effect",
    "syncing": "a day is one transaction; broken off between any two calls in tests/integration/figures",
    "billed_comparing": "looks, and changes nothing",
    "billed_reading": "a day is one transaction; tests/integration/usage",
    "traffic_reading": "a bucket is one transaction, which the next run makes good; tests/integration/usage",
    "usage_reading": "a day is one transaction; broken off in tests/integration/usage",
    "joining": "one transaction, made anew from what is kept; tests/integration/figures",
    "school_telling": "killed at each of its points in tests/integration/figures",
    "own_progress_taking": "killed at each of its points in tests/integration/figures",
    "heatmap_reading": "one row at a time, which the next look makes good; tests/integration/figures",
    "quality_reading": "each day and period is one transaction; broken off in tests/integration/figures",
    "quality_looking": "looks, and changes nothing",
    "retention_looking": "looks, and asks for what is due",
    "digest_sending": "killed at each of its points in tests/integration/figures",
    "digest_composing": "looks, and changes nothing",
    "digest_checking": "looks, and changes nothing",
    "forecasting": "looks, and changes nothing",
    "advising": "looks, and changes nothing",
    "batch_costing": "looks, and changes nothing",
    "budgeting": "one transaction of a person, who sees whether it took effect",
    "budget_reading": "looks, and changes nothing",
    **dict.fromkeys(
        ("budget_watching", "budget_telling"), "killed at each of their points in tests/integration/figures"
    ),
    "bulk_captioning": "killed at each of its points in tests/integration/captions",
    **dict.fromkeys(
        sorted(path.stem for path in CORE.glob("upload*ing.py")),
        "uploads are killed at each of their points in tests/integration/uploads",
    ),
    **dict.fromkeys(
        sorted(path.stem for path in CORE.glob("caption*ing.py")),
        "captions are killed at each of their points in tests/integration/captions",
    ),
    **dict.fromkeys(
        sorted(path.stem for path in (*CORE.glob("rendition*ing.py"), *CORE.glob("thumbnail*ing.py"))),
        "MP4s and pictures are killed at each of their points in tests/integration/renditions",
    ),
}
"""Use cases whose commits and calls are no failpoints, and why. Every other file of core is the engine."""

PORTS = ("mux", "mux_now", "store", "player", "uploader", "media")
"""What is outside. `pace` and the tables are the database, whose commits count; a signer signs in memory."""

TOLD = re.compile(rf"\buow\b|\b({'|'.join(PORTS)})\s*\.")
"""Without it a file has no point; every worker of a test run reads all of core, so most are not parsed."""


def failpoints() -> set[str]:
    """`submit.intent:before`, `mux.create_asset:after`, … as `core.tripwire` names them."""
    return _points_in(engine())


def upload_points() -> set[str]:
    """The same of the files about uploads."""
    return _points("upload*ing.py")


def caption_points() -> set[str]:
    """The same of the files about captions."""
    return _points("caption*ing.py")


def rendition_points() -> set[str]:
    """The same of the files about MP4s for download, and about pictures."""
    return _points("rendition*ing.py") | _points("thumbnail*ing.py")


def _points(pattern: str) -> set[str]:
    return _points_in(CORE.glob(pattern))


def points_outside() -> set[str]:
    """The same of what is left out: a scenario may pass them on its way."""
    return _points_in(CORE / f"{module}.py" for module in OUTSIDE_THE_ENGINE)


def _points_in(files: Iterable[Path]) -> set[str]:
    names = {name for path in files for name in _names_in(path)}
    return {f"{name}:{side}" for name in names for side in ("before", "after")}


@cache
def _names_in(path: Path) -> frozenset[str]:
    text = path.read_text()
    return frozenset(_names(ast.parse(text)) if TOLD.search(text) else ())


def engine() -> list[Path]:
    files = sorted(path for path in CORE.glob("*.py") if path.stem not in ("ports", "bootstrap"))
    return [path for path in files if path.stem not in OUTSIDE_THE_ENGINE]


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _named(node, node.func)


def _named(call: ast.Call, func: ast.Attribute) -> Iterator[str]:
    if func.attr == "uow" and isinstance(call.args[0], ast.Constant) and _commits(call):
        yield str(call.args[0].value)
    owner = _owner(func.value)
    if owner in PORTS:
        yield f"{owner}.{func.attr}"


def _owner(asked: ast.expr) -> str:
    """A port may be handed on: `services.store` here is `store` there. '' where it is neither."""
    match asked:
        case ast.Attribute(value=ast.Name(id="services"), attr=port) | ast.Name(id=port):
            return port
    return ""


def _commits(call: ast.Call) -> bool:
    """A transaction that only reads is named `….read` and never commits."""
    return not ast.unparse(call.args[0]).strip("'").endswith(".read")
