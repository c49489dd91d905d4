"""Finds out in time that an address is taken, and by whom."""

import errno
import socket
from collections.abc import Iterable

import psutil

from sandbox.supervisor.service import Address, StartFailed


def refuse_taken(addresses: Iterable[Address]) -> None:
    """Names every taken address at once.

    Raises:
        StartFailed: with what to do about each.
    """
    taken = [sentence(address) for address in addresses if is_taken(address)]
    if taken:
        raise StartFailed("\n".join(taken))


def is_taken(address: Address) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise StartFailed(f"{address.variable}: cannot listen on {address} ({error.strerror})") from error
    return False


def sentence(address: Address) -> str:
    other = address.port + 100
    value = f"{address.host}:{other}" if address.variable.endswith("ADDRESS") else other
    owner = owner_of(address.port)
    return f"Port {address.port} is taken{owner}. Stop it, or: make run {address.variable}={value}"


def owner_of(port: int) -> str:
    """by NAME (pid N), or nothing where the system does not tell us."""
    try:
        listening = [found for found in psutil.net_connections("tcp") if found.status == psutil.CONN_LISTEN]
        pid = next(found.pid for found in listening if found.laddr.port == port and found.pid)
        return f" by {psutil.Process(pid).name()} (pid {pid})"
    except (psutil.Error, StopIteration):
        return ""
