"""Making a lesson, changing it and its video, and being told that somebody else changed it meanwhile."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from sandbox.stack import Stack, query
from tests.e2e.aftermath import wait_for
from tests.e2e.dashboard import Dashboard
from tests.e2e.test_lesson_captions import in_popover, type_into_cell
from tests.e2e.uploads import Uploads, video

TITLE = 'Sets <b>and</b> "logic" 🎓'
CHANGED = re.compile("changed here by")
SRT = "1\n00:00:00,000 --> 00:00:02,000\nWhat a sett is\n"


def fill(dashboard: Dashboard, name: str, text: str) -> None:
    """Type and leave the field, as a person does on the way to the next one."""
    box = dashboard.page.get_by_role("textbox", name=name, exact=True)
    box.fill(text)
    box.press("Tab")
    dashboard.sees(re.compile("Not saved yet"))
    dashboard.rests()


def says(dashboard: Dashboard, name: str, text: str) -> None:
    box = dashboard.page.get_by_role("textbox", name=name, exact=True)
    expect(box).to_have_value(text, timeout=dashboard.patience_ms)


def test_a_lesson_is_made_and_changed_and_a_colleagues_change_is_not_overwritten(
    page: Page, context: BrowserContext, signed: tuple[Stack, str]
) -> None:
    stack, address = signed
    mine = Dashboard(page, address)
    mine.open("/library")
    page.get_by_role("link", name="New lesson").click()
    mine.sees_title("New lesson")
    mine.rests()
    page.get_by_role("textbox", name="Title", exact=True).fill(TITLE)
    mine.press(re.compile("Make this lesson"))  # straight from the field, which has not been left yet
    mine.sees_title(TITLE)
    expect(page).to_have_url(re.compile(r"[?&]lesson=\d+"))
    [(lesson_id, status)] = query(stack, "select id, status from lessons where title = %s", TITLE)
    assert status == "draft"

    theirs = Dashboard(context.new_page(), address)
    theirs.open(f"/lesson?lesson={lesson_id}")
    mine.rests()
    fill(mine, "Title", "My title")
    mine.go_to("Library")
    page.go_back()
    says(mine, "Title", "My title")
    theirs.rests()
    fill(theirs, "Title", "Their title")
    theirs.press(re.compile("Save changes"))
    theirs.sees_title("Their title")

    mine.rests()
    mine.press(re.compile("Save changes"))
    mine.sees(re.compile("changed this lesson .* Nothing was overwritten"))
    assert query(stack, "select title from lessons where id = %s", lesson_id) == [("Their title",)]
    mine.rests()
    page.get_by_role("radio", name=re.compile("Yours")).check(force=True)
    mine.rests()
    mine.press("Go on with these values")
    expect(page.get_by_text(re.compile("Nothing was overwritten"))).to_have_count(0)
    mine.rests()
    mine.press(re.compile("Save changes"))
    mine.sees_title("My title")
    assert query(stack, "select title from lessons where id = %s", lesson_id) == [("My title",)]


@dataclass(slots=True)
class Maps:
    """A lesson of its own, as its page and its rows have it."""

    page: Page
    stack: Stack
    dashboard: Dashboard
    folder: Path
    id: int = 0

    def make(self) -> None:
        self.dashboard.open("/lesson")
        self.dashboard.rests()
        self.page.get_by_role("textbox", name="Title", exact=True).fill("Maps")
        self.dashboard.press(re.compile("Make this lesson"))
        self.dashboard.sees_title("Maps")
        [(lesson_id,)] = query(self.stack, "select id from lessons where title = 'Maps'")
        self.id = int(str(lesson_id))

    def plays(self) -> object:
        return query(self.stack, "select mux_asset_id from lessons where id = %s", self.id)[0][0]

    def bring(self, name: str, link: str) -> object:
        """Upload a video and come back; returns its asset."""
        before = self.plays()
        self.page.get_by_role("link", name=link).click()
        choose = self.page.get_by_role("button", name="Choose files")
        expect(choose).to_be_enabled(timeout=self.dashboard.patience_ms)  # the page is drawn to its end
        self.dashboard.rests()
        uploads = Uploads(self.dashboard)
        uploads.pick(video(self.folder, name))
        uploads.becomes(name, "complete")
        wait_for(lambda: self.plays() not in (None, before), f"{name} to play")
        self.dashboard.open(f"/lesson?lesson={self.id}")
        self.dashboard.sees("Plays from Mux.")
        self.dashboard.rests()
        return self.plays()

    def caption(self) -> None:
        """Bring captions with a slip in them, and correct it."""
        file = self.folder / "sets.en.srt"
        file.write_text(SRT, encoding="utf-8")

        def choose(page: Page) -> None:
            page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(file)
            self.dashboard.rests()

        in_popover(self.dashboard, "Upload a file", choose, "Upload captions")
        self.dashboard.sees(re.compile("from a file by"))
        self.page.keyboard.press("Escape")  # what is open lies above the buttons
        self.dashboard.rests()
        self.dashboard.press(re.compile("Edit"))
        type_into_cell(self.dashboard, "What a set is")
        self.dashboard.press("Save 1 change")
        self.dashboard.sees(CHANGED)
        self.dashboard.rests()

    def let_play(self, before: str, then: str) -> None:
        """Change who may play it."""
        opener = f"Who may play: {before}"
        in_popover(self.dashboard, opener, lambda _: None, f"Make it {then}")
        changed = self.page.get_by_role("button", name=f"Who may play: {then}")
        expect(changed).to_be_visible(timeout=self.dashboard.patience_ms)
        self.page.keyboard.press("Escape")  # it stays open and says what holds now
        self.dashboard.rests()

    def go_back(self) -> None:
        self.page.get_by_text("Earlier versions").click()
        self.dashboard.sees("one.mp4")
        self.dashboard.rests()
        self.dashboard.press("Play this one again")
        self.dashboard.sees("two.mp4")
        self.dashboard.rests()

    def delete(self) -> None:
        self.dashboard.press(re.compile("Delete the copy at Mux"))
        self.page.get_by_role("textbox", name="Type “delete” to confirm").fill("delete")
        self.page.keyboard.press("Enter")
        self.dashboard.press("Delete 1 copy")
        wait_for(lambda: self.plays() is None, "the copy to go")
        self.dashboard.sees(re.compile("Its copy at Mux was deleted on"))


def test_a_video_is_brought_captioned_signed_replaced_played_again_and_deleted(
    page: Page, signed: tuple[Stack, str], tmp_path: Path
) -> None:
    stack, address = signed
    lesson = Maps(page, stack, Dashboard(page, address), tmp_path)
    lesson.make()
    lesson.dashboard.resize(1440, 2000)  # what opens below the video has room
    first = lesson.bring("one.mp4", "Upload or record a video")
    lesson.caption()
    lesson.let_play("signed", "public")
    lesson.let_play("public", "signed")
    second = lesson.bring("two.mp4", "Upload or record another")
    lesson.dashboard.sees(re.compile("^None yet. Upload a file of captions"))
    lesson.go_back()
    assert lesson.plays() == first
    lesson.dashboard.sees(CHANGED)
    lesson.delete()
    kept = query(stack, "select what from mux_admin.former_versions where lesson_id = %s", str(lesson.id))
    assert kept == [(second,)]
