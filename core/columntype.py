"""Column types by the names PostgreSQL gives them, and which of them hold the same values."""

import re

from core.target import IDENTITY

WIDER: dict[str, frozenset[str]] = {
    "character varying": frozenset({"text"}),
    "text": frozenset({"character varying"}),
    "integer": frozenset({"bigint", "numeric", "double precision"}),
    IDENTITY: frozenset({"bigint", "integer", "uuid", "text", "character varying"}),
    "bigint": frozenset({"numeric"}),
    "numeric": frozenset({"double precision", "real"}),
    "timestamp without time zone": frozenset({"timestamp with time zone"}),
}
"""Types that hold every value of another, all without length and precision."""

SPELLING = re.compile(r"(?P<base>[^(]+)(?:\((?P<limits>[\d,]+)\))?(?P<rest>.*)")


def same(expected: str, found: str) -> bool:
    """Whether the types are equal; an identity column shows itself as plain bigint."""
    return found == ("bigint" if expected == IDENTITY else expected)


def holds(expected: str, found: str) -> bool:
    """Whether a column of the type found takes every value that the expected type takes."""
    base, needed = _parts(expected)
    found_base, limits = _parts(found)
    if found_base != base and found_base not in WIDER.get(base, frozenset()):
        return False
    if not limits or found_base not in (base, "character varying"):
        return True
    return bool(needed) and all(limit >= need for limit, need in zip(limits, needed, strict=False))


def _parts(type: str) -> tuple[str, tuple[int, ...]]:
    """The type without its length or precision, and these."""
    match = SPELLING.fullmatch(type)
    if match is None:
        return type, ()
    limits = tuple(int(part) for part in (match["limits"] or "").split(",") if part)
    return match["base"] + match["rest"], limits
