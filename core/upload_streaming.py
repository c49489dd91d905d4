"""Streaming: a file that comes through us, from callers of the old kind, in memory that does not grow."""

from collections.abc import Iterator
from itertools import chain

from core.access import Person
from core.errors import AppError, InvalidInput, Unavailable
from core.filekind import FileKind, kind_of
from core.ports import Services
from core.upload import FileFacts, Upload, UploadOptions, UploadState, UploadTrouble, Via
from core.upload_cancelling import clear_up
from core.upload_completing import complete, end_badly
from core.upload_finishing import arrived
from core.upload_opening import keep, open_at_mux
from core.upload_storing import open_at_s3

HEAD_BYTES = 4096
SEND_AGAIN = "Send the file again."


def stream(
    lesson_id: str,
    name: str,
    mime: str,
    chunks: Iterator[bytes],
    *,
    options: UploadOptions,
    by: Person,
    services: Services,
) -> Upload:
    """Send a file of unknown length on to Mux, or to S3 where Mux does not take it now.

    Raises what `open_upload` does, `InvalidInput` where it grows too large, `Unavailable` where Mux or S3
    breaks off in the middle: what was read is gone, so the caller has to send it again.
    """
    head, chunks = _peeked(chunks)
    kind = kind_of(name, head)
    file = FileFacts(name=name, size_bytes=0, mime=mime, head=head)
    upload, policy = keep(lesson_id, file, kind, options, by, services)
    if kind is FileKind.VIDEO:
        opened = open_at_mux(upload, policy, cors_origin="*", services=services)
    else:
        opened = open_at_s3(upload, services=services)
    counted = Counted(chunks, most=services.settings.upload_max_bytes, name=name)
    try:
        if opened.via is Via.S3:
            etags = _put_parts(opened.upload, iter(counted), opened.part_bytes, services)
            return complete(opened.upload, etags=etags, services=services)
        services.uploader.send(opened.url, iter(counted), size_bytes=None)
        return _sent(opened.upload, counted.seen, services)
    except (Exception, KeyboardInterrupt) as error:
        _break_off(opened.upload, error, services)
        raise


def _peeked(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all of them again."""
    seen: list[bytes] = []
    for chunk in chunks:
        seen.append(chunk)
        if sum(map(len, seen)) >= HEAD_BYTES:
            break
    return b"".join(seen)[:HEAD_BYTES], chain(seen, chunks)


class TooLarge(InvalidInput):
    """More bytes came than one file may have."""

    hint = "Make it smaller, or cut it into parts."


class Counted:
    """The same pieces, counted. Raises `TooLarge` where they are too many."""

    def __init__(self, chunks: Iterator[bytes], *, most: int, name: str) -> None:
        self.seen = 0
        self._chunks, self._most, self._name = chunks, most, name

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.seen += len(chunk)
            if self.seen > self._most:
                raise TooLarge(f"{self._name} is larger than {self._most / 1e9:,.1f} GB.")
            yield chunk


def _put_parts(upload: Upload, chunks: Iterator[bytes], part_bytes: int, services: Services) -> list[str]:
    """Every part ourselves, one in memory at a time; returns the ETags."""
    if upload.location is None or upload.multipart_id is None:
        raise Unavailable("The place in S3 is not open.", hint=SEND_AGAIN)
    return [
        services.store.put_part(upload.location, upload.multipart_id, number, part)
        for number, part in enumerate(_parts(chunks, part_bytes), 1)
    ]


def _parts(chunks: Iterator[bytes], part_bytes: int) -> Iterator[bytes]:
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) >= part_bytes:
            yield bytes(buffer[:part_bytes])
            del buffer[:part_bytes]
    if buffer:
        yield bytes(buffer)


def _sent(upload: Upload, size_bytes: int, services: Services) -> Upload:
    with services.uow("upload.measured") as tx:
        tx.uploads.note(upload.id, size_bytes=size_bytes)
        tx.commit()
    return arrived(upload, services)


def _break_off(upload: Upload, error: BaseException, services: Services) -> None:
    """Whatever went wrong, the lesson is free for the next try; a file that was refused is over already."""
    trouble = UploadTrouble.TOO_LARGE if isinstance(error, TooLarge) else UploadTrouble.ABANDONED
    why = error if isinstance(error, AppError) else Unavailable("The file broke off.", hint=SEND_AGAIN)
    after = end_badly(upload, trouble, why, services)
    if after.state is UploadState.ERRORED:
        clear_up(upload, services)
