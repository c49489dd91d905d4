"""Mux's billing exports; see `core.billed.ExportHost`. The URL of a CSV opens it to whoever has it."""

import zlib
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from core.billed import Export
from core.errors import Unavailable
from core.forms import Secret
from core.mux.errors import no_answer
from core.ports import VideoHost
from core.storable import storable
from core.usage_delivery import bounds

PATH = "/system/v1/usage/exports"
CHUNK_BYTES = 64 * 1024
ACTION = "send a billing export"
LIST = "the list of billing exports"
BROKE_OFF = f"Mux did not {ACTION} to its end."

GZIP, GZIP_BITS = b"\x1f", 31
"""What a zipped file begins with, which no text does; and what zlib calls the format."""


class UsageExportCalls:
    """The part of `MuxApi` about billing exports. Mux-python has no method for them."""

    _timeouts_s: tuple[float, float]

    def exports(self, first: date, last: date, *, page: int, limit: int) -> Sequence[Export]:
        frame = (bounds(first)[0], bounds(last)[1])
        query = [("timeframe[]", int(at.timestamp())) for at in frame]
        query += [("page", page), ("limit", limit)]
        answer = self._call("list billing exports", self._call_unlisted, PATH, query_params=query)
        return [_export(row) for row in rows_of(answer, LIST)]

    def export_lines(self, export: Export) -> Iterator[str]:
        connect_s, read_s = self._timeouts_s
        with PoolManager(retries=False, timeout=Timeout(connect=connect_s, read=read_s)) as http:
            try:
                answer = http.request("GET", export.url, preload_content=False)
                if answer.status != 200:
                    raise Unavailable(f"Mux did not {ACTION} ({answer.status}).")  # another URL may be let in
                yield from _lines(_plain(answer.stream(CHUNK_BYTES, decode_content=False)))
            except HTTPError as error:
                raise no_answer(ACTION, error) from None  # the original quotes the URL

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> Mapping[str, Any]:
        raise NotImplementedError

    def _call_unlisted(self, path: str, **options: Any) -> Any:
        raise NotImplementedError


class PacedUsageExports:
    """The part of `PacedMux` about billing exports: of the System API, so without a pace."""

    _mux: VideoHost

    def exports(self, first: date, last: date, *, page: int, limit: int) -> Sequence[Export]:
        return self._mux.exports(first, last, page=page, limit=limit)

    def export_lines(self, export: Export) -> Iterator[str]:
        return self._mux.export_lines(export)


def _plain(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Unzipped, where it comes so, whatever its headers say. A library that unzips by these says nothing of a
    file that breaks off; this raises `Unavailable`."""
    first = next(chunks, b"")
    if not first.startswith(GZIP):
        yield from chain([first], chunks)
        return
    unzip = zlib.decompressobj(GZIP_BITS)
    try:
        yield from (unzip.decompress(chunk) for chunk in chain([first], chunks))
    except zlib.error:
        raise Unavailable(BROKE_OFF) from None
    if not unzip.eof:
        raise Unavailable(BROKE_OFF)


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """Text line by line, whatever the pieces; a mark at its start is no part of it."""
    decoder, left = getincrementaldecoder("utf-8-sig")(errors="replace"), ""
    for chunk in chunks:
        *lines, left = (left + decoder.decode(chunk)).split("\n")
        yield from (storable(f"{line}\n") for line in lines)
    if left:
        yield storable(left)


def rows_of(answer: Mapping[str, Any], what: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a list; `Unavailable` for what is none."""
    data = answer["data"]
    if not isinstance(data, list) or not all(isinstance(row, Mapping) for row in data):
        raise _unreadable(what)
    return data


def _export(row: Mapping[str, Any]) -> Export:
    try:
        return Export(day=date.fromisoformat(str(row["date"])), url=Secret(str(row["download_url"])))
    except (KeyError, ValueError):
        raise _unreadable(LIST) from None  # what cannot be read may be a URL


def _unreadable(what: str) -> Unavailable:
    return Unavailable(f"Mux's answer with {what} was not readable.")
