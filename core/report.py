"""A batch's report as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator

from core.records import ItemRow

COLUMNS = (
    *("key", "title", "state", "since", "trouble", "reason", "asset_id", "attempts"),
    *("size_bytes", "duration_s"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(items: Iterable[ItemRow]) -> Iterator[str]:
    """The header and one line per item, each with its line end."""
    yield _line(COLUMNS)
    for item in items:
        yield _line([harmless(getattr(item, name)) for name in COLUMNS])


def harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe: keys and titles come from anybody.

    >>> harmless("=1+1"), harmless("a/b.mp4")
    ("'=1+1", 'a/b.mp4')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _line(cells: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
