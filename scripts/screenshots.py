"""Photographs every page of the running sandbox, light and dark, into docs/images.

Start `make demo` (or `make run`) first. Pages come from the dashboard's registry, so a new one
is photographed without a word here.
"""

import argparse
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboard.navigation import HOME, REGISTRY
from scripts.chromium import find

ROOT = Path(__file__).resolve().parent.parent
SIZE = {"width": 1280, "height": 860}
NARROW = {"width": 420, "height": 860}
SCHEMES = ("light", "dark")
COLOURS = 128  # flat pages lose nothing, and a file stays below 100 kB
PATIENCE_MS = 30_000
SHOWING = {
    "migrate": "?sort=largest&ticked=all",
    "review": "?sort=largest&ticked=all",
    "watch": "?lesson=27",
    "lesson": "?lesson=27",
    "lesson_analytics": "?lesson=27&days=90",
    "compare": "?lessons=26,27&days=90",
    "forecast": "?hours=40&views=1.5",
}
"""All that is ready is ticked, so that its cost is in the picture; lesson 27 plays from Mux in the demo; a
forecast is seen with something changed."""

TROUBLE = "[data-testid=stException], [data-testid=stAlertContentError]"
"""What a page that failed shows."""


def main() -> None:
    args = parse_arguments()
    address = f"http://{os.environ.get('DASHBOARD_ADDRESS', '127.0.0.1:8501')}"
    args.into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for scheme in SCHEMES:
            photograph_all(browser, address, scheme, args.into, narrow=args.narrow)
        browser.close()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images", help="folder for the pictures")
    parser.add_argument("--narrow", action="store_true", help="as on a phone")
    return parser.parse_args()


def chromium() -> str:
    return find() or sys.exit("screenshots: no Chromium. Debian, Ubuntu: sudo apt-get install chromium")


def photograph_all(browser: Browser, address: str, scheme: str, into: Path, *, narrow: bool) -> None:
    context = browser.new_context(viewport=NARROW if narrow else SIZE, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    for name, path in addresses():
        page.goto(f"{address}/{path}")
        settle(page)
        refuse_failed(page, name)
        file = into / f"{name}-{scheme}{'-narrow' if narrow else ''}.png"
        file.write_bytes(smaller(page.screenshot()))
        sys.stdout.write(f"{file}  {file.stat().st_size // 1000} kB\n")
    context.close()


def addresses() -> Iterator[tuple[str, str]]:
    """Each page's name and address; the page of one batch shows the newest."""
    for page in REGISTRY:
        name = Path(page.file).stem
        if name == "batch":
            yield from ((name, f"batch?id={number}") for number in newest_batches())
        else:
            yield name, ("" if page.file == HOME else name) + SHOWING.get(name, "")


def newest_batches() -> list[int]:
    """The newest one's number, if there is one."""
    command = [sys.executable, "cli.py", "migrate", "list", "--json"]
    said = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    return [batch["batch_id"] for batch in said["batches"][:1]]


def settle(page: Page) -> None:
    """Until the script has run to its end, no skeleton is left, and browser parts have what they load."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(page.locator("[data-testid^=stSkeleton]")).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")


def refuse_failed(page: Page, name: str) -> None:
    """No picture of a page that shows an error goes into the docs."""
    if page.locator(TROUBLE).count():
        sys.exit(f"screenshots: {name} shows an error: {page.locator(TROUBLE).first.inner_text()}")


def smaller(png: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
