"""Captions that lie beside a video in S3 are shown by the player."""

import psycopg
from playwright.sync_api import Page, expect

from sandbox.stack import BUCKET, Stack
from tests.e2e.dashboard import Dashboard
from tests.e2e.uploads import PATIENCE_MS, plays

VTT = b"WEBVTT\n\n00:00.000 --> 00:10.000\nA set has members.\n"
NAMED = "UPDATE videos SET captions_webvtt_url = %s WHERE lesson_id = 12"
SHOWN = """player => {
    const [track] = player.textTracks;
    if (track) track.mode = 'showing';
    return track?.cues?.length ? track.cues[0].text : null;
}"""


def test_captions_beside_a_file_in_s3_can_be_shown(page: Page, signed: tuple[Stack, str]) -> None:
    stack, address = signed
    stack.s3.client().put_object(Bucket=BUCKET, Key="captions/12.vtt", Body=VTT)
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        named = connection.execute(NAMED, (f"s3://{BUCKET}/captions/12.vtt",))
    assert named.rowcount == 1
    Dashboard(page, address).open("/watch?lesson=12")
    player = page.locator(".frame > *").first
    expect(player).to_be_visible(timeout=PATIENCE_MS)
    plays(player)
    shown = page.wait_for_function(SHOWN, arg=player.element_handle(), timeout=PATIENCE_MS)
    assert shown.json_value() == "A set has members."
