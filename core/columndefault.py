"""Column defaults as PostgreSQL spells them, and whether they come to a declared one."""

import re

from core.target import Default

CAST = re.compile(r"(?P<value>.+)::(?P<type>[a-z_\"][\w .\"]*(\([\d,]+\))?)", re.DOTALL)
"""`'s3'::character varying(20)`; a cast inside of a literal is followed by its quote, which no type has."""


def same_default(declared: Default, found: str | None) -> bool:
    """Whether the expression found, None where there is none, gives new rows the declared value."""
    return _value(found) == _spelled(declared)


def _spelled(declared: Default) -> str | None:
    return ("true" if declared else "false") if isinstance(declared, bool) else declared


def _value(expression: str | None) -> str | None:
    """A literal's value, without casts and brackets around it; of anything else its text."""
    bare = _bare((expression or "NULL").strip())
    if bare.upper() == "NULL":
        return None
    is_quoted = len(bare) > 1 and bare.startswith("'") and bare.endswith("'")
    return bare[1:-1].replace("''", "'") if is_quoted else bare


def _bare(expression: str) -> str:
    if match := CAST.fullmatch(expression):
        return _bare(match["value"].strip())
    if expression.startswith("(") and expression.endswith(")"):
        return _bare(expression[1:-1].strip())
    return expression
