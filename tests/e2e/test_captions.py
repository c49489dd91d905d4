"""Captions that lie beside a video in S3 are shown by the player."""

import psycopg
from playwright.sync_api import Locator, Page, expect

from sandbox.stack import BUCKET, Stack
from tests.e2e.dashboard import Dashboard
from tests.e2e.playing import plays
from tests.e2e.uploads import PATIENCE_MS

VTT = b"WEBVTT\n\n00:00.000 --> 00:10.000\nA set has members.\n"
NAMED = "UPDATE videos SET captions_webvtt_url = %s WHERE lesson_id = 12"
BROUGHT = """INSERT INTO mux_admin.lesson_resources
        (id, lesson_id, kind, name, mime, size_bytes, bucket, key, person, created_at, language)
    VALUES (gen_random_uuid(), %s, 'subtitle', 'Sets.de.srt', '', 9, %s, %s, 't1', now(), 'de')"""
SRT = b"1\r\n00:00:00,000 --> 00:00:10,500\r\nElemente, keine Mengen.\r\n"
SHOWN = """([player, number]) => {
    const shown = [...(player.media ?? player).textTracks].filter(one => one.kind === 'captions');
    const track = shown[number];
    if (track) track.mode = 'showing';
    return track?.cues?.length ? track.cues[0].text : null;
}"""


def test_captions_beside_a_file_in_s3_can_be_shown(page: Page, signed: tuple[Stack, str]) -> None:
    stack, address = signed
    stack.s3.client().put_object(Bucket=BUCKET, Key="captions/12.vtt", Body=VTT)
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        bring(stack, 12)
        named = connection.execute(NAMED, (f"s3://{BUCKET}/captions/12.vtt",))
    assert named.rowcount == 1
    Dashboard(page, address).open("/watch?lesson=12")
    player = page.locator(".frame > *").first
    expect(player).to_be_visible(timeout=PATIENCE_MS)
    plays(player)
    assert text_of(player, 0) == "A set has members."
    assert text_of(player, 1) == "Elemente, keine Mengen."


def bring(stack: Stack, lesson: int) -> None:
    """A file of captions as SubRip comes to lie beside the lesson."""
    key = f"resources/{lesson}.srt"
    stack.s3.client().put_object(Bucket=BUCKET, Key=key, Body=SRT)
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(BROUGHT, (str(lesson), BUCKET, key))


def text_of(player: Locator, number: int) -> str:
    """What the player shows of its captions with this number, from 0."""
    shown = player.page.wait_for_function(SHOWN, arg=[player.element_handle(), number], timeout=PATIENCE_MS)
    return str(shown.json_value())
