"""Lessons play wherever they lie: a file in S3, a signed copy at Mux, an HLS folder through the API."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import psycopg
import pytest
from playwright.sync_api import Keyboard, Locator, Page, Route, expect

from sandbox.stack import BUCKET, Stack, query, wait_until
from tests.e2e.beacons import OPENING, ends_a_view, facts_of, heard_from
from tests.e2e.conftest import DATA_KEY, cli
from tests.e2e.dashboard import Dashboard
from tests.e2e.playing import plays
from tests.e2e.test_captions import bring, text_of
from tests.e2e.uploads import PATIENCE_MS, video

COUNTED = """window.reporters = 0;
const every = window.setInterval;
window.setInterval = (act, ms, ...more) => (window.reporters += ms === 10_000, every(act, ms, ...more));"""
"""Counts what reports every ten seconds how far somebody is."""

MOST_TABS = 80
HAND_MS = 120
"""A finger on the mouse."""

GOES_ON = re.compile(r"Goes on at 00:\d\d, where you stopped")


@dataclass(slots=True)
class Cinema:
    """The watch page of a dashboard."""

    dashboard: Dashboard

    @property
    def page(self) -> Page:
        return self.dashboard.page

    def open(self, lesson: int, more: str = "") -> Locator:
        self.dashboard.open(f"/watch?lesson={lesson}{more}")
        return self.player()

    def player(self) -> Locator:
        shown = self.page.locator(".frame > *").first
        expect(shown).to_be_visible(timeout=PATIENCE_MS)
        return shown

    def reach(self, target: Locator) -> Keyboard:
        """Go there with the Tab key alone; what has the focus gets the keys."""
        expect(target).to_be_visible(timeout=PATIENCE_MS)
        for _ in range(MOST_TABS):
            if target.evaluate("one => one.getRootNode().activeElement === one"):
                return self.page.keyboard
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached by keyboard")

    def time_of(self, player: Locator) -> float:
        return float(player.evaluate("player => player.currentTime"))


@pytest.fixture
def cinema(page: Page, signed: tuple[Stack, str]) -> Cinema:
    return Cinema(Dashboard(page, signed[1]))


@pytest.fixture(scope="module")
def stack(signed: tuple[Stack, str]) -> Stack:
    return signed[0]


@pytest.fixture
def told(page: Page) -> list[str]:
    """What Mux Data is told."""
    return heard_from(page)


def write(stack: Stack, sql: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        return connection.execute(sql, values).fetchall()  # type: ignore[arg-type]


@contextmanager
def playing_from(stack: Stack, playback_id: str, *, lesson: int) -> Iterator[None]:
    """For a while the lesson's row names this playback id; others use the lesson afterwards."""
    sql = "update lessons set mux_playback_id = %s where id = %s returning id"
    [(before,)] = write(stack, "select mux_playback_id from lessons where id = %s", lesson)
    write(stack, sql, playback_id, lesson)
    try:
        yield
    finally:
        write(stack, sql, before, lesson)


def move_to_mux(stack: Stack, title: str) -> None:
    started = cli(stack, "migrate", "start", "--filter", f"search={title}")
    cli(stack, "migrate", "status", str(started["batch_id"]), "--wait", "--timeout-s", "100")


def is_told(cinema: Cinema, told: list[str], lesson: int, title: str, series: str) -> None:
    """Mux Data hears of the view when its page is left: who watched what, and nothing that opens it."""
    with cinema.page.expect_request(ends_a_view, timeout=PATIENCE_MS):
        cinema.dashboard.go_to("Library")
    facts = facts_of(told)
    assert (facts["vid"], facts["vtt"], facts["vsr"]) == (str(lesson), title, series)
    assert re.fullmatch("[0-9a-f]{32}", facts["uusid"])
    assert facts["vsour"].startswith("http")
    assert facts["ake"] == DATA_KEY
    assert [body for body in told if OPENING.search(body)] == []


def test_a_file_in_s3_plays_in_the_browsers_own_player_by_keyboard_too(
    cinema: Cinema, told: list[str]
) -> None:
    player = cinema.open(lesson=12)
    assert player.evaluate("player => player.localName") == "video"
    plays(player)
    player.press("k")
    assert player.evaluate("player => player.paused")
    player.press(">")
    assert player.evaluate("player => player.playbackRate") == 1.25
    expect(cinema.page.get_by_label("Speed")).to_have_value("1.25")
    player.press("m")
    assert player.evaluate("player => player.muted") is False
    is_told(cinema, told, 12, "Lesson 11", "Course 4")


def test_nothing_is_loaded_before_the_player_is_scrolled_to(cinema: Cinema) -> None:
    cinema.page.set_viewport_size({"width": 1200, "height": 160})
    asked: list[str] = []
    cinema.page.on("request", lambda one: asked.append(one.url) if ".mp4" in one.url else None)
    cinema.dashboard.open("/watch?lesson=12")
    frame = cinema.page.locator(".frame")
    expect(frame).to_be_attached(timeout=PATIENCE_MS)
    cinema.dashboard.rests()
    assert asked == []
    frame.scroll_into_view_if_needed()
    cinema.player()
    cinema.page.wait_for_function("video => video.readyState > 0", arg=cinema.player().element_handle())
    assert asked


def test_a_player_that_is_left_while_it_loads_stays_silent(cinema: Cinema) -> None:
    held: list[Route] = []
    cinema.page.route("**/static/vendor/mux.mjs", lambda one: held.append(one))
    cinema.page.add_init_script(COUNTED)
    with cinema.page.expect_request("**/static/vendor/mux.mjs"):
        cinema.dashboard.open("/watch?lesson=17")
    cinema.dashboard.go_to("Library")
    with cinema.page.expect_event("requestfinished", lambda one: one.url.endswith("mux.mjs")):
        held[0].continue_()
    cinema.dashboard.rests()
    assert cinema.page.evaluate("window.reporters") == 0


def test_how_far_somebody_is_is_kept_and_gone_on_with_by_whichever_way_they_leave(
    cinema: Cinema, stack: Stack
) -> None:
    cinema.open(lesson=13, more="&t=6&as=a1")
    plays(cinema.player(), beyond_s=7)
    link = cinema.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Library", exact=True)
    link.click(delay=HAND_MS)
    kept = "select watched_s from lesson_progress where user_id = 'a1'"
    wait_until(lambda: bool(query(stack, kept)), "nothing was kept")
    watched_s = float(str(query(stack, kept)[0][0]))
    assert watched_s >= 1.0  # from second 6 on
    resumed_s = goes_on(cinema, beyond_s=6.9)
    plays(cinema.player(), beyond_s=resumed_s + 1)
    left_s = cinema.time_of(cinema.player())
    cinema.page.goto("about:blank")
    goes_on(cinema, beyond_s=left_s - 0.2)
    wait_until(lambda: float(str(query(stack, kept)[0][0])) > watched_s, "it was not told")


def goes_on(cinema: Cinema, *, beyond_s: float) -> float:
    """Opened again, it goes on where it was left, and says so; returns where that is."""
    player = cinema.open(lesson=13, more="&as=a1")
    expect(cinema.page.get_by_text(GOES_ON)).to_be_visible(timeout=PATIENCE_MS)
    is_there = "player => player.currentTime > 0"
    cinema.page.wait_for_function(is_there, arg=player.element_handle(), timeout=PATIENCE_MS)
    assert cinema.time_of(player) > beyond_s
    return cinema.time_of(player)


def test_a_signed_copy_at_mux_plays_with_its_token(cinema: Cinema, stack: Stack, told: list[str]) -> None:
    move_to_mux(stack, "Lesson 14")
    player = cinema.open(lesson=15)
    assert player.evaluate("player => player.localName") == "mux-player"
    source = str(player.evaluate("player => player.src"))
    assert "token=" in source
    keys = cinema.reach(player)
    keys.press("k")
    cinema.page.wait_for_function("player => player.currentTime > 1", arg=player.element_handle())
    keys.press("k")
    cinema.page.wait_for_function("player => player.paused", arg=player.element_handle())
    expect(cinema.page.get_by_text("Plays from Mux")).to_be_visible()
    is_told(cinema, told, 15, "Lesson 14", "Course 3")


def test_an_hls_folder_in_s3_plays_through_the_api(
    cinema: Cinema, stack: Stack, tmp_path: Path, told: list[str]
) -> None:
    hls_folder(stack, tmp_path)
    [(lesson,)] = write(
        stack,
        "insert into lessons (title, status, course_id, creator_id, hls_url) "
        "values ('A folder', 'published', 1, 't1', %s) returning id",
        f"s3://{BUCKET}/folder/index.m3u8",
    )
    bring(stack, int(str(lesson)))
    player = cinema.open(int(str(lesson)))
    plays(player)
    assert text_of(player, 0) == "Elemente, keine Mengen."
    expect(cinema.page.get_by_text("Plays from S3, as a stream")).to_be_visible()
    is_told(cinema, told, int(str(lesson)), "A folder", "Course 1")


def hls_folder(stack: Stack, folder: Path) -> None:
    source = video(folder, "folder.mp4")
    made = folder / "hls"
    made.mkdir()
    with av.open(str(source)) as read, av.open(str(made / "index.m3u8"), "w", format="hls") as written:
        copied = {stream.index: written.add_stream_from_template(stream) for stream in read.streams}
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = copied[packet.stream.index]
                written.mux(packet)
    for path in made.iterdir():
        stack.s3.client().put_object(Bucket=BUCKET, Key=f"folder/{path.name}", Body=path.read_bytes())


def test_what_does_not_play_says_so_with_an_id_and_plays_once_it_is_there(
    cinema: Cinema, stack: Stack, tmp_path: Path
) -> None:
    [(lesson,)] = write(
        stack,
        "insert into lessons (title, status, course_id, creator_id, video_url) "
        "values ('Not there yet', 'published', 1, 't1', %s) returning id",
        f"s3://{BUCKET}/later.mp4",
    )
    cinema.open(int(str(lesson)))
    trouble = cinema.page.get_by_role("alert").filter(has_text="could not be loaded")
    expect(trouble).to_contain_text("Quote", timeout=PATIENCE_MS)
    [quoted] = re.findall(r"Quote ([0-9a-f]{8})", trouble.inner_text())
    assert query(stack, "select provider from mux_admin.playback_troubles where id = %s", quoted) == [("s3",)]
    content = video(tmp_path, "later.mp4").read_bytes()
    stack.s3.client().put_object(Bucket=BUCKET, Key="later.mp4", Body=content, ContentType="video/mp4")
    cinema.reach(trouble.get_by_role("button", name="Try again")).press("Enter")
    expect(trouble).to_have_count(0, timeout=PATIENCE_MS)
    plays(cinema.player())


def test_original_and_copy_go_in_step(cinema: Cinema, stack: Stack) -> None:
    move_to_mux(stack, "Lesson 15")
    cinema.open(lesson=16)
    before = cinema.page.locator(".frame > *").count()
    cinema.dashboard.rests()
    cinema.reach(cinema.page.locator("summary", has_text="Original and copy side by side")).press("Enter")
    copy = cinema.page.locator("mux-player").nth(1)
    original = cinema.page.locator(".frame > video").first
    expect(original).to_be_visible(timeout=PATIENCE_MS)
    expect(copy).to_be_visible(timeout=PATIENCE_MS)
    assert cinema.page.locator(".frame > *").count() == before + 2
    keys = cinema.reach(original)
    keys.press("k")
    cinema.page.wait_for_function("player => player.currentTime > 1", arg=copy.element_handle())
    original.evaluate("player => { player.currentTime = 8; }")
    cinema.page.wait_for_function(
        "player => Math.abs(player.currentTime - 8) < 1.5", arg=copy.element_handle()
    )
    keys.press("k")
    cinema.page.wait_for_function("player => player.paused", arg=copy.element_handle())


def test_the_doctor_names_the_broken_link_and_what_to_do(cinema: Cinema, stack: Stack) -> None:
    move_to_mux(stack, "Lesson 17")
    cinema.open(lesson=18)
    cinema.dashboard.rests()
    cinema.reach(cinema.page.locator("summary", has_text="Playback doctor")).press("Enter")
    cinema.dashboard.sees(re.compile(r"All \d+ links hold: it plays."))
    with playing_from(stack, "nobody-has-this", lesson=18):
        cinema.reach(cinema.page.get_by_role("button", name="Look again")).press("Enter")
        cinema.dashboard.sees(re.compile(r"The [a-z ]+ is broken"))


def test_over_a_phones_network_a_lesson_plays(cinema: Cinema) -> None:
    cinema.dashboard.throttle()
    plays(cinema.open(lesson=17))
