"""A TCP port before a server that listens on a Unix socket alone, and what a socket was told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit


@contextmanager
def over_tcp(database_url: str) -> Iterator[str]:
    """The same database's URL, by way of a port of this machine."""
    url = urlsplit(database_url)
    socket_path = f"{parse_qs(url.query)['host'][0]}/.s.PGSQL.5432"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_relay_all, args=(listener, socket_path), daemon=True).start()
        yield f"postgresql://{url.username}@127.0.0.1:{listener.getsockname()[1]}{url.path}"


def patience_s(connection_fileno: int) -> tuple[float, float]:
    """Seconds until a connection gives up: on what it sent, and on a server that sends nothing."""
    opened = socket.socket(fileno=connection_fileno)
    try:
        assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        sent_ms, idle_s, gap_s, count = (
            opened.getsockopt(socket.IPPROTO_TCP, option)
            for option in (
                socket.TCP_USER_TIMEOUT,
                socket.TCP_KEEPIDLE,
                socket.TCP_KEEPINTVL,
                socket.TCP_KEEPCNT,
            )
        )
    finally:
        opened.detach()  # the driver's own
    return sent_ms / 1000, idle_s + gap_s * count


def _relay_all(listener: socket.socket, server: str) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:  # the test is over
            return
        far = socket.socket(socket.AF_UNIX)
        far.connect(server)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=_relay, args=(source, sink), daemon=True).start()


def _relay(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):  # either end may go first
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
