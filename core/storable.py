"""What of what others send can be kept: PostgreSQL's text and JSON hold less than JSON may say."""

import math
from typing import Any


def storable(value: Any) -> Any:
    """The same JSON without NULs, with `?` for half a surrogate pair and None for a number that is none."""
    if isinstance(value, str):
        plain = value.isascii() and "\x00" not in value
        return value if plain else value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {storable(name): storable(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [storable(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def one_line(text: str) -> str:
    """A name as it is kept: without NULs, and on one line.

    >>> one_line(" Autumn\\n\\0 courses ")
    'Autumn courses'
    """
    return " ".join(text.replace("\0", "").split())
