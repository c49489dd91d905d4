"""What the double serves plays in a real browser, and a real browser can upload to it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, sync_playwright

from tests.browser import chromium
from tests.sandbox.mux.stage import Caller, eventually, films, hosting
from tests.sandbox.mux.test_playback import Signer, playback_id_of

ROOT = Path(__file__).parents[3]
HLS_JS = ROOT / "node_modules/hls.js/dist/hls.min.js"
UPLOADER = ROOT / "dashboard/static/vendor/mux-uploader.mjs"

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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a page with hls.js and of one with Mux's uploader."""
    if not (HLS_JS.exists() and UPLOADER.exists()):
        # In CI everything is installed: what is missing there is a failure.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no browser parts (make setup)")
    folder = tmp_path_factory.mktemp("site")
    for script in (HLS_JS, UPLOADER):
        shutil.copy(script, folder / script.name)
    (folder / "player.html").write_text(PLAYER)
    (folder / "upload.html").write_text(UPLOAD_PAGE)
    with hosting(folder) as base:
        yield base


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


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


def test_muxs_own_uploader_sends_a_film_in_chunks(mux: Caller, site: str, page: Page, tmp_path: Path):
    wanted = {"cors_origin": site, "new_asset_settings": {"playback_policies": ["public"]}}
    upload = mux.post("/video/v1/uploads", wanted).data
    film = tmp_path / "film.mp4"
    free_box = (600 * 1024).to_bytes(4, "big") + b"free" + bytes(600 * 1024 - 8)
    film.write_bytes((films() / "film.mp4").read_bytes() + free_box)
    page.goto(f"{site}/upload.html")
    page.evaluate("(url) => { document.querySelector('mux-uploader').endpoint = url; }", upload["url"])
    page.locator("mux-uploader input[type=file]").set_input_files(film)
    page.wait_for_function("document.title !== ''")
    assert page.title() == "sent"
    asset_id = mux.get(f"/video/v1/uploads/{upload['id']}").data["asset_id"]
    assert eventually(lambda: mux.settled(asset_id))["status"] == "ready"
