"""Small programs in the place of Lectern's faces, and free addresses for them."""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

SERVE = """
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ.get("DATABASE_URL", "").encode())

    def log_message(self, *_):
        pass

def serve(address):
    host, port = address.split(":")
    ThreadingHTTPServer.allow_reuse_address = True
    ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
"""
FACES = {
    "serve.py": SERVE,
    "worker.py": "import signal; print('at work', flush=True); signal.pause()",
    "webhook.py": "import os; from serve import serve; serve(os.environ['WEBHOOK_ADDRESS'])",
    "api/__main__.py": "import os; from serve import serve; serve(os.environ['API_ADDRESS'])",
    "streamlit_app.py": "import os; from serve import serve; serve(os.environ['DASHBOARD_ADDRESS'])",
}


@contextmanager
def own_folder() -> Iterator[Path]:
    """Outside of pytest's, which every pytest session of root closes to the server's user."""
    with TemporaryDirectory(prefix="lectern-") as folder:
        yield Path(folder)


def write_faces(root: Path) -> None:
    for name, source in FACES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_addresses() -> dict[str, str]:
    addresses = ("DASHBOARD_ADDRESS", "WEBHOOK_ADDRESS", "API_ADDRESS")
    return {name: f"127.0.0.1:{free_port()}" for name in addresses} | {
        name: str(free_port()) for name in ("SANDBOX_MUX_PORT", "SANDBOX_S3_PORT")
    }


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def clean_environment() -> dict[str, str]:
    """Ours without anything that would count as real settings."""
    prefixes = ("MUX_", "S3_", "AWS_", "DATABASE_URL", "SANDBOX_", "SCALE")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def gone(*pids: int, within_s: float = 10) -> bool:
    """Whether all of them end in time. A zombie has ended; who collects it, and when, is not ours."""
    return eventually(lambda: not any(is_running(pid) for pid in pids), within_s=within_s)


def eventually(holds: Callable[[], bool], *, within_s: float = 20) -> bool:
    deadline_s = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.01)
    return True


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
