"""Answers in words, for a terminal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

Name = TypeVar("Name", bound=str)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns under their headers; numbers to the right, words to the left. An id stands as it is typed."""
    texts = [[_cell(name, value) for name, value in zip(headers, row, strict=True)] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *texts, strict=True)]
    right = [any(isinstance(row[n], int | float | Decimal) for row in rows) for n in range(len(headers))]
    lines = [_line(row, widths, right) for row in [list(headers), *texts]]
    return "\n".join(lines)


def _cell(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}Z"
    is_count = isinstance(value, int) and name != "id" and not name.endswith("_id")
    return "" if value is None else f"{value:,}" if is_count else str(value)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True)]
    return "  ".join(padded).rstrip()


def sentence(counts: Mapping[Name, int]) -> str:
    """`3 done · 1 failed`; zeros are left out."""
    return " · ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items() if number)


def counted(number: int, noun: str, nouns: str = "") -> str:
    """`1 row`, `1,234 rows`; `nouns` where it is not the noun with an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {nouns or noun + 's'}"


def size(size_bytes: int) -> str:
    """Decimal units, as S3's bill counts."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes} bytes"


def length(duration_s: float) -> str:
    """`4 h 12 min`, `12 min 5 s`, `8 s`."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
