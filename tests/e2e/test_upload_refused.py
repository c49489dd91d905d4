"""Files that nobody can take: each is told why in a sentence, and leaves nothing behind."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sandbox.stack import BUCKET, Stack
from tests.e2e.aftermath import ends, new_lesson, states, trouble, wait_for
from tests.e2e.uploads import MB, Uploads, video


@pytest.fixture
def stack(signed: tuple[Stack, str]) -> Stack:
    return signed[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("refused")


def test_while_neither_mux_nor_s3_takes_it_the_reason_is_said_and_a_later_try_arrives(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file, lesson = video(folder, "nowhere.mp4", size_bytes=5 * MB), new_lesson(stack, "Nowhere")
    stack.s3.set_faults({"path": f"{BUCKET}/uploads/*", "status": 403, "methods": ["POST"]})
    try:
        with trouble(stack, error_rate=1.0):
            uploads.open(lesson=lesson)
            uploads.pick(file)
            uploads.becomes(file.name, "error")
            expect(uploads.row(file.name)).to_contain_text("S3 refuses")
        ends(stack, lesson, "errored")
    finally:
        stack.s3.set_faults()
    uploads.press("Try again", file.name)
    uploads.becomes(file.name, "complete")
    ends(stack, lesson, "errored", "ready")


def test_what_mux_cannot_use_says_so_in_the_list_and_leaves_no_asset(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = folder / "broken.mp4"
    file.write_bytes(b"\0\0\0\x18ftypisom" + os.urandom(200_000))
    lesson = new_lesson(stack, file.stem)
    uploads.open(lesson=lesson)
    uploads.pick(file)
    uploads.becomes(file.name, "complete")
    uploads.listed(file.name, "Failed")
    uploads.dashboard.sees("Mux could not use this file")
    uploads.dashboard.sees("upload it again")
    ends(stack, lesson, "errored")


def test_a_broken_file_that_went_to_s3_stays_refused_however_often_it_is_tried(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    file = folder / "broken too.mp4"
    file.write_bytes(b"\0\0\0\x18ftypisom" + os.urandom(200_000))
    with trouble(stack, error_rate=1.0):
        lesson = new_lesson(stack, file.stem)
        uploads.open(lesson=lesson)
        uploads.pick(file)
        uploads.becomes(file.name, "error")
        uploads.press("Try again", file.name)
        uploads.becomes(file.name, "error")
        wait_for(lambda: len(states(stack, lesson)) == 2, "asked anew")
        uploads.becomes(file.name, "error")
    ends(stack, lesson, "errored", "errored")


def test_files_that_are_no_videos_or_too_large_are_refused_before_anything_is_opened(
    uploads: Uploads, stack: Stack, folder: Path
) -> None:
    contents = {
        "nothing.mp4": (b"", "This file is empty. Choose another one."),
        "site.mp4": (b"<!doctype html><html>", "web page"),
        "photo.mp4": (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(500), "or choose another file"),
        "endless.mp4": (b"\0\0\0\x18ftypisom", "larger than 50 GB, the most that may be uploaded"),
    }
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    os.truncate(folder / "endless.mp4", 51_000_000_000)  # takes no room on the disk
    lesson = new_lesson(stack, "Refused")
    uploads.open(lesson=lesson)
    uploads.pick(*(folder / name for name in contents))
    for name, (_, why) in contents.items():
        uploads.becomes(name, "error")
        expect(uploads.row(name)).to_contain_text(why)
    assert states(stack, lesson) == []
