"""Direct uploads: the resumable PUT that a browser would do, from a stream and in constant memory.

Mux hands out a resumable session in Google Cloud Storage's protocol: 308 means "go on", and its `Range`
says up to where the bytes are kept.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from core.errors import InvalidInput, Refused, StaleState, Unavailable

# urllib3 writes request lines at DEBUG, and an upload URL opens the upload.
logging.getLogger("urllib3").setLevel(logging.WARNING)

GRANULE_BYTES = 256 * 1024
"""Every piece but the last is a multiple of this."""

BLOCK_BYTES = 64 * 1024
GO_ON = 308
DONE = frozenset({200, 201, 202, 204})
TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
KEPT = re.compile(r"bytes=0-(\d+)$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of the stream: its bytes, where they start, and the total once that is known.

    Without bytes it is the question where the server stands.
    """

    start: int
    body: memoryview
    total: int | None

    @property
    def end(self) -> int:
        """Position after the last byte."""
        return self.start + len(self.body)

    @property
    def is_last(self) -> bool:
        """Whether the upload ends with it."""
        return self.end == self.total

    @property
    def headers(self) -> dict[str, str]:
        """Content-Length and Content-Range, as resumable uploads want them."""
        span = f"{self.start}-{self.end - 1}" if self.body else "*"
        total = "*" if self.total is None else str(self.total)
        return {"Content-Range": f"bytes {span}/{total}", "Content-Length": str(len(self.body))}

    @property
    def question(self) -> "Piece":
        """The empty piece that asks how far the server got."""
        return Piece(self.start, self.body[:0], self.total)

    def blocks(self) -> Iterator[bytes]:
        """The body in small blocks: the socket's timeout then counts for each, not for all of it."""
        return (bytes(self.body[at : at + BLOCK_BYTES]) for at in range(0, len(self.body), BLOCK_BYTES))

    def after(self, position: int) -> "Piece":
        """What is left of it when the server has everything before `position`."""
        if not self.start <= position <= self.end:
            raise Unavailable("The upload to Mux lost bytes that it had confirmed.")
        return Piece(position, self.body[position - self.start :], self.total)


class ResumableUploader:
    """Sends a stream to an upload URL. Keeps one piece in memory; safe to share between threads."""

    def __init__(
        self,
        *,
        piece_bytes: int = 8 * 1024 * 1024,
        attempts: int = 5,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 60.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """After `attempts` without progress the upload is given up; `pause` waits seconds between them."""
        if piece_bytes % GRANULE_BYTES:
            raise ValueError("piece_bytes must be a multiple of 256 KiB")
        self._http = PoolManager(
            maxsize=16, retries=False, timeout=Timeout(connect=connect_timeout_s, read=read_timeout_s)
        )
        self._piece_bytes = piece_bytes
        self._attempts = attempts
        self._pause = pause

    def send(self, url: str, chunks: Iterator[bytes], *, size_bytes: int | None) -> None:
        """PUT in order, going on from the server's position; `size_bytes` None: told with the last piece.

        Raises:
            InvalidInput: there are no bytes.
            Refused: the upload was cancelled, has expired, or is complete already.
            StaleState: the stream is not `size_bytes` long.
            Unavailable: the server does not answer or does not get further.
        """
        for piece in pieces(chunks, self._piece_bytes, size_bytes):
            self._send_piece(url, piece)

    def _send_piece(self, url: str, piece: Piece) -> None:
        left: Piece | None = piece
        failures, lost = 0, False
        while left:
            # After a lost answer the server may have more than it said; bytes sent twice would be refused.
            sent = left.question if lost else left
            answer = self._put(url, sent)
            lost = answer is None
            rest = left if answer is None else _rest(left, answer)
            failures = 0 if rest != left else failures + (lost or sent is left)
            if failures >= self._attempts:
                raise Unavailable("The upload to Mux does not get any further.")
            if lost:
                self._pause(0.25 * 2.0**failures)
            left = rest

    def _put(self, url: str, piece: Piece) -> BaseHTTPResponse | None:
        """The server's answer; None when there is none, or none that says where it stands."""
        try:
            answer = self._http.request(
                "PUT", url, body=piece.blocks(), headers=piece.headers, redirect=False
            )
        except HTTPError:
            return None
        if answer.status in TRY_AGAIN:
            return None
        if answer.status == GO_ON or answer.status in DONE:
            return answer
        raise Refused(
            f"The upload to Mux was refused ({answer.status}).",
            hint="It may have been cancelled or have expired; retry makes a new one.",
            status=answer.status,
        )


def _rest(piece: Piece, answer: BaseHTTPResponse) -> Piece | None:
    """What the server still wants of the piece, None when nothing."""
    if answer.status in DONE:
        if not piece.is_last:
            raise Refused("The upload to Mux was complete before all bytes were sent.", status=answer.status)
        return None
    kept = KEPT.match(answer.headers.get("Range", ""))
    rest = piece.after(int(kept[1]) + 1 if kept else 0)
    return rest if rest.body or rest.is_last else None


def pieces(chunks: Iterable[bytes], piece_bytes: int, size_bytes: int | None) -> Iterator[Piece]:
    """Cut a stream into pieces of this size; the last one, shorter or not, knows the total."""
    start = 0
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) > piece_bytes:
            _check_length(start + piece_bytes + 1, size_bytes, at_least=True)
            yield Piece(start, memoryview(bytes(buffer[:piece_bytes])), size_bytes)
            start += piece_bytes
            del buffer[:piece_bytes]
    end = start + len(buffer)
    _check_length(end, size_bytes, at_least=False)
    yield Piece(start, memoryview(bytes(buffer)), end)


def _check_length(seen: int, size_bytes: int | None, *, at_least: bool) -> None:
    if not seen:
        raise InvalidInput("The file is empty.", hint="Replace it, then scan again.")
    if size_bytes is not None and (seen > size_bytes or (seen < size_bytes and not at_least)):
        raise StaleState("The file's length changed while it was being sent.", hint="Scan again, then retry.")
