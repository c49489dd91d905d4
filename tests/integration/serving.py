"""Small HTTP servers on a free port, that keep what they were asked."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    """With its query."""
    headers: Any
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """`drop` closes the connection instead of answering."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    delay_s: float = 0.0


@dataclass(slots=True)
class Server:
    url: str
    asked: list[Asked] = field(default_factory=list)


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that goes away is part of what is tested."""


@contextmanager
def serving(answer: Callable[[Asked], Reply], *, keeps: bool = True) -> Iterator[Server]:
    """Serves what `answer` says, each connection in a thread of its own; `keeps` what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, self.headers, body)
            if keeps:
                server.asked.append(asked)
            _give(answer(asked), self)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Quiet."""

    http = QuietServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _give(reply: Reply, to: BaseHTTPRequestHandler) -> None:
    time.sleep(reply.delay_s)
    if reply.drop:
        to.close_connection = True
        return
    to.send_response_only(reply.status)
    if "Date" not in reply.headers:
        to.send_header("Date", to.date_time_string())
    for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
        to.send_header(name, value)
    to.end_headers()
    if to.command != "HEAD" and reply.status != 204:
        to.wfile.write(reply.body)


def in_turn(*replies: Reply) -> Callable[[Asked], Reply]:
    """The replies one after another; the last one again and again."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def files(bodies: Mapping[str, bytes]) -> Callable[[Asked], Reply]:
    """Serves bodies by path, whole or the range that is asked for; the query is ignored."""

    def answer(asked: Asked) -> Reply:
        body = bodies.get(asked.path.partition("?")[0].lstrip("/"))
        if body is None:
            return Reply(404)
        wanted = RANGE.match(asked.headers.get("Range", ""))
        if not wanted:
            return Reply(200, body, {"Accept-Ranges": "bytes"})
        start, end = int(wanted[1]), int(wanted[2] or len(body) - 1) + 1
        if start >= len(body):
            return Reply(416, headers={"Content-Range": f"bytes */{len(body)}"})
        said = f"bytes {start}-{min(end, len(body)) - 1}/{len(body)}"
        return Reply(206, body[start:end], {"Content-Range": said, "Accept-Ranges": "bytes"})

    return answer
