"""What the double serves plays in a real browser, and a real browser can upload to it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser import chromium
from tests.sandbox.mux.sender import new_upload, uploaded_asset
from tests.sandbox.mux.stage import Caller, eventually, hosting
from tests.sandbox.mux.test_playback import Signer, playback_id_of

ROOT = Path(__file__).parents[3]
HLS_JS = ROOT / "node_modules/hls.js/dist/hls.min.js"
UPLOADER = ROOT / "dashboard/static/vendor/mux-uploader.mjs"
MUX_PLAYER = ROOT / "dashboard/static/vendor/mux-player.mjs"
FAKE_CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]

pytestmark = pytest.mark.e2e

PLAYER = """<!doctype html><script src="hls.min.js"></script><video muted></video><script>
  window.play = (url) => new Promise((resolve, reject) => {
    const video = document.querySelector("video");
    const hls = new Hls();
    hls.on(Hls.Events.ERROR, (_, data) => data.fatal && reject(new Error(data.details)));
    hls.on(Hls.Events.MANIFEST_PARSED, () => video.play());
    video.addEventListener("timeupdate", () => video.currentTime > 1 && resolve(video.videoWidth));
    hls.loadSource(url);
    hls.attachMedia(video);
  });
</script>"""
UPLOAD_PAGE = """<!doctype html><script type="module" src="mux-uploader.mjs"></script>
<mux-uploader chunk-size="256"></mux-uploader><script>
  const uploader = document.querySelector("mux-uploader");
  uploader.addEventListener("success", () => { document.title = "sent"; });
  uploader.addEventListener("uploaderror", (event) => { document.title = event.detail.message; });
</script>"""

MUX_PLAYER_PAGE = """<!doctype html><script type="module" src="mux-player.mjs"></script>
<mux-player muted disable-tracking disable-cookies></mux-player><script>
  const player = document.querySelector("mux-player");
  window.play = (attributes) => new Promise((resolve, reject) => {
    player.addEventListener("error", (event) => reject(new Error(event.detail?.message)));
    player.addEventListener("timeupdate", () => player.currentTime > 1 && resolve(player.duration));
    player.addEventListener("canplay", () => player.play(), { once: true });
    setTimeout(() => reject(new Error("nothing plays")), 20_000);
    for (const [name, value] of Object.entries(attributes)) player.setAttribute(name, value);
  });
  const track = (kind) => [...player.textTracks].find((track) => track.kind === kind);
  window.storyboard = () => [...track("metadata")?.cues ?? []].map((cue) => cue.text);
  window.captions = () => track("subtitles")?.label;
  window.picture = (url) => new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image.width);
    image.onerror = () => reject(new Error("no picture"));
    image.src = url;
  });
</script>"""
RECORDER_PAGE = """<!doctype html><script>
  window.record = async (url, seconds) => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const seen = document.createElement("video");
    seen.muted = true;
    seen.srcObject = stream;
    await seen.play();  // a busy machine's camera gives its first picture late
    const recorder = new MediaRecorder(stream, { mimeType: "video/webm" });
    const parts = [];
    recorder.ondataavailable = (event) => parts.push(event.data);
    const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
    recorder.start(200);
    setTimeout(() => recorder.stop(), seconds * 1000);
    await stopped;
    return (await fetch(url, { method: "PUT", body: new Blob(parts, { type: "video/webm" }) })).status;
  };
</script>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of pages with hls.js, with Mux's player, with Mux's uploader and with a recorder."""
    scripts = (HLS_JS, MUX_PLAYER, UPLOADER)
    if not all(script.exists() for script in scripts):
        # In CI everything is installed: what is missing there is a failure.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no browser parts (make setup)")
    folder = tmp_path_factory.mktemp("site")
    for script in scripts:
        shutil.copy(script, folder / script.name)
    (folder / "player.html").write_text(PLAYER)
    (folder / "upload.html").write_text(UPLOAD_PAGE)
    (folder / "mux-player.html").write_text(MUX_PLAYER_PAGE)
    (folder / "recorder.html").write_text(RECORDER_PAGE)
    with hosting(folder) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", *FAKE_CAMERA])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Of a context of its own: no test finds what another left in the browser."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def plays(page: Page, site: str, url: str) -> Any:
    """Width of the picture, once a second of it has played."""
    page.goto(f"{site}/player.html")
    return page.evaluate("(url) => window.play(url)", url)


@pytest.mark.parametrize("name", ["film.mp4", "open.webm"])
def test_a_ready_asset_plays(mux: Caller, host: str, site: str, page: Page, name: str):
    playback_id = playback_id_of(mux.ready(f"{host}/{name}"))
    assert plays(page, site, f"{mux.base}/stream/{playback_id}.m3u8") == 320


def test_a_signed_asset_plays_with_its_token_and_not_without(mux: Caller, host: str, site: str, page: Page):
    playback_id = playback_id_of(mux.ready(f"{host}/film.mp4", "signed"))
    url = f"{mux.base}/stream/{playback_id}.m3u8"
    assert plays(page, site, f"{url}?token={Signer.made_by(mux).sign(playback_id)}") == 320
    with pytest.raises(Error, match="manifestLoadError"):
        plays(page, site, url)


@pytest.mark.parametrize("policy", ["public", "signed"])
def test_muxs_own_player_plays_with_poster_storyboard_and_captions(
    mux: Caller, host: str, site: str, page: Page, policy: str
):
    subtitles = [{"language_code": "en", "name": "English"}]
    inputs = [{"url": f"{host}/film.mp4", "generated_subtitles": subtitles}]
    asset = mux.settled(mux.add("", inputs=inputs, playback_policies=[policy])["id"])
    eventually(lambda: captions_ready(mux, asset))
    page.goto(f"{site}/mux-player.html")
    duration_s = page.evaluate("(attributes) => window.play(attributes)", attributes_of(mux, asset, policy))
    assert duration_s == pytest.approx(6, abs=0.2)
    cues = eventually(lambda: page.evaluate("window.storyboard()"))
    assert page.evaluate("(url) => window.picture(url)", cues[0].split("#")[0]) > 0
    assert page.evaluate("window.captions()") == "English"


def captions_ready(mux: Caller, asset: dict[str, Any]) -> bool:
    tracks = mux.asset(asset["id"])["tracks"]
    return [track["status"] for track in tracks if track["type"] == "text"] == ["ready"]


def attributes_of(mux: Caller, asset: dict[str, Any], policy: str) -> dict[str, str]:
    playback_id = playback_id_of(asset)
    signer = Signer.made_by(mux) if policy == "signed" else None

    def address(path: str, audience: str) -> str:
        return f"{mux.base}{path}" + (f"?token={signer.sign(playback_id, audience)}" if signer else "")

    return {
        "src": address(f"/stream/{playback_id}.m3u8", "v"),
        "poster": address(f"/image/{playback_id}/thumbnail.webp", "t"),
        "storyboard-src": address(f"/image/{playback_id}/storyboard.vtt", "s"),
    }


def test_muxs_own_uploader_sends_a_film_in_chunks(mux: Caller, site: str, page: Page, film_path: Path):
    upload = send(mux, site, page, film_path)
    assert page.title() == "sent"
    asset_id = mux.get(f"/video/v1/uploads/{upload['id']}").data["asset_id"]
    assert eventually(lambda: mux.settled(asset_id))["status"] == "ready"


def test_muxs_own_uploader_goes_on_after_server_errors(mux: Caller, site: str, page: Page, film_path: Path):
    mux.faults(put_error_rate=1)
    begin(mux, site, page, film_path)
    eventually(lambda: mux.stats()["faults_hit"])
    mux.faults()
    page.wait_for_function("document.title !== ''")
    assert page.title() == "sent"


@pytest.mark.parametrize(
    ("faults", "status"),
    [
        ({"put_forbidden_rate": 1}, 403),
        ({"upload_timeout_s": 0.01}, 410),
        (
            {"put_drop_rate": 1},
            0,
        ),  # repeats only what was answered
    ],
)
def test_muxs_own_uploader_stops_where_its_session_is_refused_or_over_or_the_connection_lost(
    mux: Caller, site: str, page: Page, film_path: Path, faults: dict[str, float], status: int
):
    mux.faults(**faults)
    send(mux, site, page, film_path)
    assert f"Server responded with {status}." in page.title()
    assert mux.get("/video/v1/assets").data == []


def test_an_origin_that_the_upload_was_not_made_for_is_kept_out(
    mux: Caller, site: str, page: Page, film_path: Path
):
    send(mux, "http://elsewhere.example", page, film_path, page_at=site)
    assert page.title() != "sent"
    assert mux.get("/video/v1/assets").data == []


def test_what_a_browser_recorded_has_no_duration_in_its_head_and_plays_all_the_same(
    mux: Caller, site: str, page: Page
):
    upload = new_upload(mux, cors_origin=site)
    page.goto(f"{site}/recorder.html")
    assert page.evaluate("(url) => window.record(url, 3)", upload["url"]) == 200
    asset = uploaded_asset(mux, upload)
    assert asset["status"] == "ready", asset.get("errors")
    assert asset["duration"] == pytest.approx(3, abs=0.7)
    assert {track["type"] for track in asset["tracks"]} == {"video", "audio"}
    assert plays(page, site, f"{mux.base}/stream/{playback_id_of(asset)}.m3u8") > 0


@pytest.fixture
def film_path(film: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(film)
    return path


def send(mux: Caller, origin: str, page: Page, film: Path, *, page_at: str = "") -> dict[str, Any]:
    """Has Mux's uploader send the film, for an upload that was made for `origin`; the upload."""
    upload = begin(mux, origin, page, film, page_at=page_at)
    page.wait_for_function("document.title !== ''")
    return upload


def begin(mux: Caller, origin: str, page: Page, film: Path, *, page_at: str = "") -> dict[str, Any]:
    upload = new_upload(mux, cors_origin=origin)
    page.goto(f"{page_at or origin}/upload.html")
    page.evaluate("(url) => { document.querySelector('mux-uploader').endpoint = url; }", upload["url"])
    page.locator("mux-uploader input[type=file]").set_input_files(film)
    return upload
