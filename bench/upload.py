"""Uploads go from the browser straight to Mux: as fast as curl, and the dashboard does not feel them."""

import json
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.claim import EXACT, Claim
from bench.driving import prepared
from bench.uploader_page import UploaderPage, uploader_page
from core import applying
from core.access import SYSTEM
from sandbox.school.clips import Clip, make_clip
from sandbox.small_school import fill
from sandbox.stack import Part, Stack, free_port, running_stack

MBIT = 1_000_000 / 8
RATE_BYTES_PER_S = 100 * MBIT
LOOK_EVERY_S = 0.05
WARM_BYTES = 4_000_000


def measure(*, quick: bool) -> Iterator[Claim]:
    shaped_bytes, large_bytes = (25_000_000, 200_000_000) if quick else (500_000_000, 2_000_000_000)
    flags = ["--no-limits", "--instant"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), mux_flags=flags, MUX_PLAYBACK_POLICY="public") as stack,
    ):
        fill(stack, lessons=4)
        applying.apply(by=SYSTEM, services=prepared(stack))
        dashboard = _dashboard(stack)
        with uploader_page(f"http://127.0.0.1:{dashboard.port}") as page:
            page.send(_film(stack, "warm.mp4", WARM_BYTES), lesson=1)
            yield _throughput(stack, page, shaped_bytes)
            yield _memory(stack, page, dashboard, large_bytes)


def _dashboard(stack: Stack) -> Part:
    port = free_port()
    stack.env["STREAMLIT_SERVER_PORT"] = str(port)
    return stack.part("dashboard", "streamlit_app.py", port=port)


def _film(stack: Stack, name: str, size_bytes: int) -> Path:
    """A video of this size: a short clip, and a box behind it that players skip, with no blocks on disk."""
    clip = Clip(title="Film", subtitle="", number=1, hue=0.2, duration_s=2)
    made = stack.folder / clip.name
    if not made.exists():
        make_clip(clip, stack.folder)
    content = made.read_bytes()
    path = stack.folder / name
    path.write_bytes(content + (size_bytes - len(content)).to_bytes(4, "big") + b"free")
    with path.open("r+b") as film:
        film.truncate(size_bytes)
    return path


def _throughput(stack: Stack, page: UploaderPage, size_bytes: int) -> Claim:
    """The line is shaped at the double, for both in the same way; curl goes first."""
    film = _film(stack, "shaped.mp4", size_bytes)
    _shape(stack, RATE_BYTES_PER_S)
    curl_s = _curl(stack, film)
    sent = page.send(film, lesson=2)
    _shape(stack, 0)
    ours, curl = (size_bytes / seconds / MBIT for seconds in (sent.transfer_s, curl_s))
    beside = (
        f"{size_bytes / 1e6:.0f} MB at {ours:.0f} Mbit/s, curl {curl:.0f} Mbit/s; {sent.whole_s:.1f} s in all"
    )
    return Claim(name="upload / curl, 100 Mbit/s", figure=ours / curl, unit="×", least=0.9, beside=beside)


def _shape(stack: Stack, bytes_per_s: float) -> None:
    body = json.dumps({"put_bytes_per_s": bytes_per_s}).encode()
    wanted = urllib.request.Request(f"{stack.mux.url}/sandbox/faults", data=body, method="PUT")
    urllib.request.urlopen(wanted, timeout=30).close()


def _curl(stack: Stack, film: Path) -> float:
    """Seconds that curl takes to put the film to a direct upload of its own."""
    auth = urllib.request.HTTPPasswordMgrWithPriorAuth()
    auth.add_password(None, stack.mux.url, "token-id", "token-secret", is_authenticated=True)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(auth))
    body = {"cors_origin": "*", "new_asset_settings": {"playback_policies": ["public"]}}
    asked = urllib.request.Request(
        f"{stack.mux.url}/video/v1/uploads",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    with opener.open(asked, timeout=30) as answer:
        url = json.load(answer)["data"]["url"]
    command = ["curl", "--silent", "--fail", "--upload-file", str(film), "--output", "/dev/null"]
    told = subprocess.run([*command, "--write-out", "%{time_total}", url], check=True, capture_output=True)
    return float(told.stdout)


def _memory(stack: Stack, page: UploaderPage, dashboard: Part, size_bytes: int) -> Claim:
    """At full speed, with the page open and warm."""
    film = _film(stack, "large.mp4", size_bytes)
    watch = Watch(dashboard)
    before = watch.mb()
    with watch.looking():
        sent = page.send(film, lesson=3)
    after = watch.mb()
    seen = f"{before:.0f} MB before, {watch.most_mb:.0f} during, {after:.0f} after"
    passed = f"{page.through_dashboard_bytes / 1e3:.0f} kB of {size_bytes / 1e6:.0f} MB through the dashboard"
    return Claim(
        name="dashboard memory, during / before",
        figure=watch.most_mb / before,
        unit="×",
        most=1.1,
        slack=EXACT,
        beside=f"{seen}; {passed}; {size_bytes / sent.transfer_s / 1e6:.0f} MB/s",
    )


@dataclass(slots=True)
class Watch:
    """What a process and its children hold in memory, looked at again and again."""

    part: Part
    most_mb: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def mb(self) -> float:
        """Resident now."""
        assert self.part.process
        process = psutil.Process(self.part.process.pid)
        family = (process, *process.children(recursive=True))
        return float(sum(one.memory_info().rss for one in family)) / 1e6

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Keep the largest figure while the block runs."""
        thread = threading.Thread(target=self._look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            self.most_mb = max(self.most_mb, self.mb())
