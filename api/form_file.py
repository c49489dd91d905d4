"""The file in a form that comes in piece by piece: read as it comes, kept nowhere."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from core.errors import InvalidInput

UNREADABLE = "The form cannot be read."
HINT = "Send a form (multipart/form-data) with the file in a field, as a browser's form does."


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file on its way; `chunks` are to be read once, to their end."""

    name: str
    mime: str
    chunks: Iterator[bytes]


def file_in(content_type: str, chunks: Iterator[bytes]) -> FormFile:
    """The first file of the form. Raises `InvalidInput` where there is none, or no form."""
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise InvalidInput("The request has no form with a file.", hint=HINT)
    try:
        parts = _Parts(options[b"boundary"])
    except FormParserError as error:
        raise InvalidInput(UNREADABLE, hint=HINT) from error
    for chunk in chunks:
        parts.feed(chunk)
        if parts.has_begun:
            return FormFile(parts.name, parts.mime, parts.bodies(chunks))
    raise InvalidInput("The form has no file.", hint=HINT)


class _Parts:
    """What the parser calls; of all parts the first with a file name counts."""

    def __init__(self, boundary: bytes) -> None:
        self.name, self.mime = "", ""
        self.has_begun = self.has_ended = False
        self._headers: dict[str, bytes] = {}
        self._field, self._value = bytearray(), bytearray()
        self._ready: deque[bytes] = deque()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._header,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    @property
    def _is_in_file(self) -> bool:
        return self.has_begun and not self.has_ended

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidInput(UNREADABLE, hint=HINT) from error

    def bodies(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The file's bytes, as far as they have come and then as they come. The form is read to its end."""
        for chunk in chain((b"",), chunks):
            self.feed(chunk) if chunk else None
            while self._ready:
                yield self._ready.popleft()
        if not self.has_ended:
            raise InvalidInput("The form broke off before its end.", hint="Send the file again.")

    def _begin(self) -> None:
        self._headers.clear()

    def _header(self) -> None:
        self._headers[self._field.decode("latin-1").lower()] = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        if not self.has_begun and b"filename" in options:
            self.has_begun = True
            self.name = options[b"filename"].decode("utf-8", "replace") or "file"
            self.mime = self._headers.get("content-type", b"").decode("latin-1")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_in_file:
            self._ready.append(data[start:end])

    def _end(self) -> None:
        self.has_ended = self.has_ended or self.has_begun
