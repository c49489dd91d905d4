"""Resumable uploads against a session that keeps bytes as Google Cloud Storage does, and misbehaves."""

import logging
import re
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from core.errors import InvalidInput, Refused, StaleState, Unavailable
from core.mux.upload import GRANULE_BYTES, ResumableUploader
from tests.integration.serving import Asked, Reply, serving

PIECE = GRANULE_BYTES
SPAN = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
Fault = Callable[["Session"], Reply | None]


@dataclass(slots=True)
class Session:
    """One upload. A fault acts before the bytes are kept (`instead`) or after (`after`), in turn."""

    kept: bytearray = field(default_factory=bytearray)
    done: bool = False
    ranges: list[str] = field(default_factory=list)
    instead: list[Reply | None] = field(default_factory=list)
    after: list[Reply | None] = field(default_factory=list)
    keeps_of_next: list[int] = field(default_factory=list)
    """How many bytes of the next bodies are kept; then all."""

    def answer(self, asked: Asked) -> Reply:
        self.ranges.append(asked.headers["Content-Range"])
        fault = self.instead.pop(0) if self.instead else None
        if fault:
            return fault
        usual = self.take(asked)
        fault = self.after.pop(0) if self.after else None
        return fault or usual

    def take(self, asked: Asked) -> Reply:
        span = SPAN.fullmatch(asked.headers["Content-Range"])
        assert span, "no Content-Range"
        start, _, total = span.groups()
        if start is not None:
            if int(start) != len(self.kept):
                return Reply(400)
            self.kept += asked.body[: self.keeps_of_next.pop(0) if self.keeps_of_next else None]
        self.done = self.done or total == str(len(self.kept))
        if self.done:
            return Reply(200)
        return Reply(308, headers={"Range": f"bytes=0-{len(self.kept) - 1}"} if self.kept else {})


@contextmanager
def upload_to(session: Session) -> Iterator[str]:
    with serving(session.answer) as server:
        yield f"{server.url}/upload?upload_id=opens-it"


def uploader(**options: float) -> ResumableUploader:
    return ResumableUploader(piece_bytes=PIECE, pause=lambda _: None, **options)


def film(pieces: float) -> bytes:
    return bytes(range(256)) * round(pieces * PIECE / 256)


def in_chunks(body: bytes, size: int = 100_000) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


@pytest.mark.parametrize("pieces", [0.25, 1, 2, 2.5])
@pytest.mark.parametrize("told", [True, False], ids=["length known", "length unknown"])
def test_all_bytes_arrive_in_order_and_the_last_piece_tells_the_total(pieces: float, told: bool) -> None:
    session, body = Session(), film(pieces)
    with upload_to(session) as url:
        uploader().send(url, in_chunks(body), size_bytes=len(body) if told else None)
    assert session.done
    assert bytes(session.kept) == body
    totals = [text.rpartition("/")[2] for text in session.ranges]
    assert totals == [str(len(body)) if told else "*"] * (len(totals) - 1) + [str(len(body))]


@pytest.mark.parametrize(
    "fault",
    [Reply(503), Reply(500), Reply(429), Reply(408), Reply(drop=True)],
    ids=["503", "500", "429", "408", "dropped"],
)
def test_a_lost_piece_is_sent_again_after_asking_where_the_server_stands(fault: Reply) -> None:
    session, body = Session(instead=[None, fault]), film(2.5)
    with upload_to(session) as url:
        uploader().send(url, in_chunks(body), size_bytes=len(body))
    assert bytes(session.kept) == body
    assert session.ranges[2] == f"bytes */{len(body)}"


def test_a_piece_whose_answer_was_lost_is_not_sent_twice() -> None:
    session, body = Session(after=[None, Reply(drop=True)]), film(2.5)
    with upload_to(session) as url:
        uploader().send(url, in_chunks(body), size_bytes=None)
    assert bytes(session.kept) == body
    assert session.ranges[2] == "bytes */*"
    assert len(session.ranges) == 4


def test_a_lost_last_answer_is_found_out_by_asking() -> None:
    session, body = Session(after=[Reply(drop=True)]), film(0.5)
    with upload_to(session) as url:
        uploader().send(url, in_chunks(body), size_bytes=len(body))
    assert session.ranges[1:] == [f"bytes */{len(body)}"]


def test_a_partly_kept_piece_goes_on_from_the_first_missing_byte() -> None:
    session, body = Session(keeps_of_next=[1000, 5000]), film(1.5)
    with upload_to(session) as url:
        uploader().send(url, in_chunks(body), size_bytes=len(body))
    assert bytes(session.kept) == body
    assert [text.split("-")[0] for text in session.ranges[:3]] == ["bytes 0", "bytes 1000", "bytes 6000"]


@pytest.mark.parametrize("fault", [Reply(503), Reply(308)], ids=["never answers", "never keeps"])
def test_an_upload_without_progress_is_given_up(fault: Reply) -> None:
    session = Session(instead=[fault] * 50)
    with upload_to(session) as url, pytest.raises(Unavailable):
        uploader(attempts=3).send(url, in_chunks(film(1)), size_bytes=None)
    assert len(session.ranges) == 3


def test_waits_grow_between_lost_answers() -> None:
    waits: list[float] = []
    sender = ResumableUploader(piece_bytes=PIECE, attempts=4, pause=waits.append)
    with upload_to(Session(instead=[Reply(503)] * 50)) as url, pytest.raises(Unavailable):
        sender.send(url, in_chunks(film(1)), size_bytes=None)
    assert waits == [0.5, 1.0, 2.0]


def test_bytes_that_the_server_confirmed_and_lost_end_the_upload() -> None:
    session = Session(instead=[None, Reply(308, headers={"Range": "bytes=0-9"})])
    with upload_to(session) as url, pytest.raises(Unavailable):
        uploader().send(url, in_chunks(film(3)), size_bytes=None)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_cancelled_or_expired_upload_is_refused(status: int) -> None:
    with upload_to(Session(instead=[Reply(status)])) as url, pytest.raises(Refused) as refused:
        uploader().send(url, in_chunks(film(1)), size_bytes=None)
    assert refused.value.status == status


def test_an_upload_that_was_complete_before_is_refused() -> None:
    with upload_to(Session(instead=[Reply(200)])) as url, pytest.raises(Refused):
        uploader().send(url, in_chunks(film(3)), size_bytes=None)


@pytest.mark.parametrize("difference", [-1, 1, PIECE + 7], ids=["shorter", "longer", "much longer"])
def test_a_stream_of_another_length_never_completes(difference: int) -> None:
    session, body = Session(), film(2.5)
    with upload_to(session) as url, pytest.raises(StaleState):
        uploader().send(url, in_chunks(body), size_bytes=len(body) - difference)
    assert not session.done


def test_nothing_is_no_film() -> None:
    with upload_to(Session()) as url, pytest.raises(InvalidInput):
        uploader().send(url, iter([]), size_bytes=None)


def test_a_source_that_fails_midway_leaves_the_upload_incomplete() -> None:
    def broken() -> Iterator[bytes]:
        yield film(2)
        raise StaleState("The object changed while it was being read.")

    session = Session()
    with upload_to(session) as url, pytest.raises(StaleState, match="being read"):
        uploader().send(url, broken(), size_bytes=10 * PIECE)
    assert not session.done


def test_memory_stays_flat_however_long_the_stream_is() -> None:
    def discard(asked: Asked) -> Reply:
        span = SPAN.fullmatch(asked.headers["Content-Range"])
        assert span
        is_last = span[3] != "*"
        return Reply(200) if is_last else Reply(308, headers={"Range": f"bytes=0-{span[2]}"})

    block = bytes(1 << 20)
    with serving(discard, keeps=False) as server:
        tracemalloc.start()
        sender = ResumableUploader(piece_bytes=4 << 20)
        sender.send(server.url, (block for _ in range(100)), size_bytes=None)
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak_bytes < 24 << 20


def test_the_upload_url_is_in_no_message_and_no_log_record(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with upload_to(Session(instead=[Reply(drop=True)] * 2 + [Reply(403)])) as url:
        with pytest.raises(Refused) as refused:
            uploader().send(url, in_chunks(film(1)), size_bytes=None)
        logging.getLogger("test").error("failed", exc_info=refused.value)
    assert "opens-it" not in caplog.text + str(refused.value)


def test_pieces_must_be_multiples_of_the_protocols_granule() -> None:
    with pytest.raises(ValueError):
        ResumableUploader(piece_bytes=1000)
