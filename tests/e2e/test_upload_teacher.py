"""The whole of an upload as a teacher sees it: sign in, find the lesson, bring the video in, watch it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page, expect

from sandbox.stack import Stack, free_port, query
from tests.e2e.aftermath import ends, new_lesson, trouble
from tests.e2e.conftest import start_dashboard
from tests.e2e.dashboard import Dashboard
from tests.e2e.playing import plays
from tests.e2e.uploads import MB, Uploads, video

TESS = User(sub="tess", claims={"email": "tess@school.test", "email_verified": True, "groups": ["teacher"]})
OURS, ANOTHERS = "How vaccines work", "How engines work"


@pytest.fixture
def stack(signed: tuple[Stack, str]) -> Stack:
    return signed[0]


@pytest.fixture
def door(signed: tuple[Stack, str]) -> Iterator[str]:
    """A dashboard that wants a sign-in; returns where it answers."""
    with run_server_in_thread(user_claims=[TESS]) as provider:
        port, issuer = free_port(), f"http://localhost:{provider.server_port}"
        yield start_dashboard(
            signed[0],
            "teachers",
            port,
            AUTH="oidc",
            OIDC_SERVER_METADATA_URL=f"{issuer}/.well-known/openid-configuration",
            OIDC_CLIENT_ID="lectern",
            OIDC_CLIENT_SECRET="lectern-secret",
            OIDC_REDIRECT_URI=f"http://127.0.0.1:{port}/oauth2callback",
            OIDC_COOKIE_SECRET="a-cookie-secret-for-tests-alone",
        )


def sign_in(page: Page, door: str) -> Dashboard:
    """By a link to the upload page, which opens once one is known."""
    dashboard = Dashboard(page, door)
    dashboard.open("/upload")
    dashboard.press("Sign in")
    page.get_by_role("button", name="tess").click()
    dashboard.sees_title("Upload")
    return dashboard


def find(dashboard: Dashboard, title: str) -> None:
    box = dashboard.page.get_by_role("textbox", name="Find a lesson")
    box.fill(title)
    box.press("Enter")
    dashboard.rests()


def test_a_teacher_signs_in_brings_a_video_into_their_lesson_and_watches_it(
    page: Page, door: str, stack: Stack, tmp_path: Path
) -> None:
    lesson = new_lesson(stack, OURS)
    query(
        stack,
        "insert into lessons (title, creator_id, status) values (%s, 'a1', 'published') returning id",
        ANOTHERS,
    )
    file = video(tmp_path, "vaccines.mp4", size_bytes=15 * MB)
    dashboard = sign_in(page, door)
    uploads = Uploads(dashboard)
    dashboard.sees("tess (teacher)")
    find(dashboard, ANOTHERS)
    dashboard.sees("No lesson of yours has this in its title.")
    find(dashboard, OURS)
    page.get_by_role("combobox", name="Lesson").click()
    page.get_by_role("option", name=re.compile(OURS)).click()
    with trouble(stack, put_bytes_per_s=4 * MB, ingest_s=4):
        uploads.pick(file)
        uploads.becomes(file.name, "uploading")
        uploads.listed(file.name, "Waiting for bytes")
        uploads.becomes(file.name, "complete")
        uploads.listed(file.name, "Preparing")
        uploads.listed(file.name, "Ready")
    plays(uploads.watch())
    expect(page.get_by_role("heading", level=1)).to_have_text(OURS)
    dashboard.sees("Plays from Mux")
    ends(stack, lesson, "ready")
    asked = "select person, host_user_id from mux_admin.uploads where lesson_id = %s"
    assert query(stack, asked, str(lesson)) == [("tess", "t1")]
