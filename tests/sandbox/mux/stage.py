"""What the double's tests play with: a file host to pull from, a webhook receiver, a caller, small films."""

import functools
import json
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import numpy
import urllib3

from tests.sandbox.mux.contract import contract

PATIENCE_S = 15.0
# Where an answer's shape is Mux's own affair: segments and renditions under a playlist are the double's.
OFFICIAL = re.compile(
    r"/(video|data|system)/|/stream/\w+\.m3u8|/stream/\w+/text/\w+\.(vtt|txt)|/image/\w+/(thumbnail|storyboard|animated)"
)


def eventually(condition: Callable[[], Any]) -> Any:
    """The first truthy value; polling stands in for a person who looks again."""
    deadline = time.monotonic() + PATIENCE_S
    while not (value := condition()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Caller:
    """Calls one double, with a token unless told otherwise."""

    base: str
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def call(self, method: str, path: str, *, auth: str | None = "id:secret", **options: Any) -> Answer:
        headers = options.pop("headers", {})
        if auth and path.startswith(("/video", "/data", "/system")):
            headers |= urllib3.make_headers(basic_auth=auth)
        url = path if path.startswith("http") else self.base + path
        answer = self.http.request(method, url, headers=headers, redirect=False, timeout=20, **options)
        kind = answer.headers.get("content-type", "")
        if (held_to := contract()) and OFFICIAL.match(path) and method != "OPTIONS" and "html" not in kind:
            held_to.check_answer(method, path, answer.status, kind, answer.data)
        return Answer(status=answer.status, headers=answer.headers, body=answer.data)

    def get(self, path: str, **options: Any) -> Answer:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.call("POST", path, json=body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.call("PUT", path, json=body, **options)

    def add(self, url: str, **options: Any) -> dict[str, Any]:
        """The asset as `POST /video/v1/assets` answers it."""
        answer = self.post("/video/v1/assets", {"inputs": [{"url": url}], **options})
        assert answer.status == 201, answer.text
        return answer.data

    def asset(self, asset_id: str) -> dict[str, Any]:
        return self.get(f"/video/v1/assets/{asset_id}").data

    def settled(self, asset_id: str) -> dict[str, Any]:
        """The asset once it is no longer preparing."""
        return eventually(lambda: (found := self.asset(asset_id))["status"] != "preparing" and found)

    def ready(self, url: str, *policies: str, **options: Any) -> dict[str, Any]:
        added = self.add(url, playback_policies=list(policies) or ["public"], **options)
        settled = self.settled(added["id"])
        assert settled["status"] == "ready", settled
        return settled

    def faults(self, **faults: Any) -> None:
        assert self.put("/sandbox/faults", faults).status == 200

    def stats(self) -> dict[str, Any]:
        return self.get("/sandbox/stats").json


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook request as it came in."""

    signature: str
    body: bytes
    at_s: float

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass(slots=True)
class Receiver:
    """An endpoint that keeps what it gets and answers the statuses it is told to, then 200."""

    url: str = ""
    deliveries: list[Delivery] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    faults: list[str] = field(default_factory=list)
    """What Mux's own schemas say against the events that came in."""

    def take(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        try:
            if held_to := contract():
                held_to.check_event(delivery.event)
        except AssertionError as fault:
            self.faults.append(str(fault))

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        found = [delivery.event for delivery in self.deliveries]
        return [event for event in found if not kinds or event["type"] in kinds]

    def wait(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        return eventually(lambda: len(found := self.events(kind)) >= count and found)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.take(Delivery(self.headers["mux-signature"], body, time.time()))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with _serving(Handler) as base:
        receiver.url = f"{base}/hook"
        yield receiver
    assert receiver.faults == []


@contextmanager
def hosting(folder: Path) -> Iterator[str]:
    """Serves a folder as a bucket would; the base URL."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Quiet."""

    with _serving(functools.partial(Handler, directory=str(folder))) as base:
        yield base


@contextmanager
def _serving(handler: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@functools.cache
def films() -> Path:
    """A folder with small films and things that are none, made once per run."""
    folder = Path(tempfile.mkdtemp(prefix="mux-films-"))
    write_film(folder / "film.mp4", seconds=6)
    write_film(folder / "long.mp4", seconds=14)
    write_film(folder / "tall.mp4", seconds=1, size=(1080, 1920), audio="")
    write_film(folder / "sound.m4a", seconds=2, video="")
    write_film(folder / "open.webm", seconds=2, video="libvpx-vp9", audio="libopus")
    (folder / "cut.mp4").write_bytes((folder / "film.mp4").read_bytes()[:20_000])
    (folder / "paper.pdf").write_bytes(b"%PDF-1.7\n" + b"words " * 400)
    (folder / "empty.mp4").touch()
    return folder


def write_film(
    path: Path,
    *,
    seconds: int,
    size: tuple[int, int] = (320, 180),
    video: str = "libx264",
    audio: str = "aac",
) -> None:
    """A film whose picture changes with time, so that frames can be told apart."""
    with av.open(str(path), "w") as container:
        picture = _picture_stream(container, video, size) if video else None
        sound = container.add_stream(audio, rate=48_000, layout="stereo") if audio else None
        for n in range(seconds * 24 if picture else 0):
            pixels = numpy.full((size[1], size[0], 3), (n * 5) % 256, numpy.uint8)
            container.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        for n in range(seconds * 50 if sound else 0):
            container.mux(sound.encode(_tone(n)))
        for stream in container.streams:
            container.mux(stream.encode(None))


def _picture_stream(container: Any, codec: str, size: tuple[int, int]) -> Any:
    stream = container.add_stream(codec, rate=24, width=size[0], height=size[1], pix_fmt="yuv420p")
    fast = (
        {"preset": "ultrafast", "g": "48"}
        if codec == "libx264"
        else {"deadline": "realtime", "cpu-used": "8"}
    )
    stream.options = fast
    return stream


def _tone(n: int) -> av.AudioFrame:
    at = (numpy.arange(960) + n * 960) / 48_000
    wave = (0.2 * numpy.sin(2 * numpy.pi * 440 * at)).astype(numpy.float32)
    frame = av.AudioFrame.from_ndarray(numpy.stack([wave, wave]), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts = 48_000, n * 960
    return frame
