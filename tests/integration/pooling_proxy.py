"""A proxy before PostgreSQL, as schools put one: clients share its server connections.

By transaction, or by session as a baseline. It speaks as much of the protocol as trust and queries take.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url

REFUSED = {80877103, 80877104}
"""Requests for TLS and GSSAPI."""

ENDS_A_REQUEST = (b"Q", b"S")
FAKE_KEY = b"K" + struct.pack("!iii", 12, 77, 77)
"""A proxy makes up what a client would cancel by."""


@dataclass(slots=True)
class Wire:
    """Whole messages in and out of a socket."""

    socket: socket.socket

    def exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            piece = self.socket.recv(count - len(got))
            if not piece:
                raise ConnectionError
            got += piece
        return got

    def first(self) -> bytes:
        """A start-up message, after what is asked before it was refused."""
        while True:
            length = self.exactly(4)
            body = self.exactly(struct.unpack("!i", length)[0] - 4)
            if struct.unpack("!i", body[:4])[0] not in REFUSED:
                return length + body
            self.socket.sendall(b"N")

    def message(self) -> tuple[bytes, bytes]:
        kind, length = self.exactly(1), self.exactly(4)
        return kind, kind + length + self.exactly(struct.unpack("!i", length)[0] - 4)


@dataclass(slots=True)
class Proxy:
    """`free` are server connections that nobody's transaction holds; the longest idle goes first."""

    server: tuple[str, int]
    by_transaction: bool
    free: list[Wire] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    greeting: bytes = b""

    def serve(self, client: Wire) -> None:
        start = client.first()
        with self.lock:
            while len(self.free) < 2:
                self.free.append(self.connect(start))
        client.socket.sendall(self.greeting)
        held: Wire | None = None
        try:
            while True:
                asked = self.request(client)
                held = held or self.take(start)
                held.socket.sendall(asked)
                if self.relay(held, client) == b"I" and self.by_transaction:
                    self.free.append(held)
                    held = None
        except ConnectionError:
            if held:
                held.socket.close()

    def take(self, start: bytes) -> Wire:
        with self.lock:
            return self.free.pop(0) if self.free else self.connect(start)

    def connect(self, start: bytes) -> Wire:
        host, port = self.server
        wire = Wire(socket.socket(socket.AF_UNIX))
        wire.socket.connect(f"{host}/.s.PGSQL.{port}")
        wire.socket.sendall(start)
        said, kind = b"", b""
        while kind != b"Z":
            kind, message = wire.message()
            said += FAKE_KEY if kind == b"K" else message
        self.greeting = said
        return wire

    def request(self, client: Wire) -> bytes:
        asked, kind = b"", b""
        while kind not in ENDS_A_REQUEST:
            kind, message = client.message()
            if kind == b"X":
                raise ConnectionError
            asked += message
        return asked

    def relay(self, server: Wire, client: Wire) -> bytes:
        """Everything up to "ready for query"; returns whether a transaction is open."""
        while True:
            kind, message = server.message()
            client.socket.sendall(message)
            if kind == b"Z":
                return message[5:6]


@contextmanager
def pooling_proxy(database_url: str, *, by_transaction: bool) -> Iterator[URL]:
    """The same database's URL through a proxy of its own."""
    url = make_url(database_url)
    proxy = Proxy((str(url.query["host"]), url.port or 5432), by_transaction)
    with ExitStack() as cleanups:
        listener = cleanups.enter_context(socket.create_server(("127.0.0.1", 0)))
        threading.Thread(target=_accept, args=(listener, proxy), daemon=True).start()
        yield url.set(host="127.0.0.1", port=listener.getsockname()[1], query={})
    for wire in proxy.free:
        wire.socket.close()


def _accept(listener: socket.socket, proxy: Proxy) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=proxy.serve, args=(Wire(client),), daemon=True).start()
