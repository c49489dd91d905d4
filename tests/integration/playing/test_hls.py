"""An HLS folder in a private bucket plays through the API: from a real S3 server, with a real player."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from core import playing
from core.errors import Refused
from core.media.player import HlsPlayer
from core.ports import Services
from core.s3.client import s3_client
from core.s3.store import S3Store
from core.settings import Bucket
from core.tokens.seals import JwtSeals
from sandbox.s3.testing import RunningS3, running_s3
from tests.integration.clips import write_hls
from tests.integration.playing.serving import api_served, free_port
from tests.integration.playing.stage import Stage, person

BEN = person("ben")
BUCKET = "hls-films"
MASTER = """#EXTM3U
#EXT-X-VERSION:3
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",DEFAULT=YES,URI="sound/index.m3u8"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="360p/frames.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=128x72
360p/index.m3u8
"""
Answer = Any


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningS3]:
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        server.make_bucket(BUCKET)
        yield server


@pytest.fixture
def served(stage: Stage, s3: RunningS3, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The API over the real store; it ends after the test."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    port = free_port()
    settings = replace(
        stage.services.settings,
        s3_buckets=(Bucket(name=BUCKET),),
        s3_endpoint_url=s3.url,
        api_url=f"http://127.0.0.1:{port}",
    )
    services = replace(
        stage.services,
        settings=settings,
        store=S3Store(s3_client(endpoint_url=s3.url, region="us-east-1")),
    )
    with api_served(services, port):
        yield services


def put(s3: RunningS3, key: str, body: bytes | str) -> None:
    s3.client().put_object(Bucket=BUCKET, Key=key, Body=body)


def film(s3: RunningS3, folder: Path, prefix: str, **options: str) -> None:
    """An HLS folder of a few seconds, below `prefix`."""
    write_hls(folder, seconds=3, **options)
    for path in folder.iterdir():
        put(s3, f"{prefix}/{path.name}", path.read_bytes())


def get(url: str, **options: Any) -> Answer:
    return urllib3.request("GET", url, redirect=False, retries=False, **options)


def src(stage: Stage, services: Services, key: str, by: Any = BEN) -> str:
    """The address of a lesson that plays this playlist."""
    lesson_id = stage.lesson(hls_url=f"s3://{BUCKET}/{key}", duration=3)
    return playing.playback(lesson_id, by=by, services=services).src


@pytest.mark.parametrize(
    "options",
    [{}, {"hls_segment_type": "fmp4"}, {"hls_flags": "single_file"}],
    ids=["ts", "fmp4", "one file"],
)
def test_a_frame_of_a_private_folder_is_played(
    stage: Stage, served: Services, s3: RunningS3, tmp_path: Path, options: dict[str, str]
) -> None:
    film(s3, tmp_path / "film", "one lesson/film", **options)
    assert get(f"{s3.url}/{BUCKET}/one%20lesson/film/index.m3u8").status == 403
    HlsPlayer().first_frame(src(stage, served, "one lesson/film/index.m3u8"))


def test_a_playlist_of_playlists_leads_to_each_by_the_api_and_to_pieces_in_s3(
    stage: Stage, served: Services, s3: RunningS3, tmp_path: Path
) -> None:
    film(s3, tmp_path / "film", "deep/360p")
    put(s3, "deep/master.m3u8", MASTER)
    address = src(stage, served, "deep/master.m3u8")
    HlsPlayer().first_frame(address)
    answer = get(address)
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.data.decode().count("/hls/") == 3  # the rendition, the sound and the frames
    [rendition] = [line for line in answer.data.decode().splitlines() if line.startswith("/api/")]
    pieces = get(f"{served.settings.api_url}{rendition}").data.decode().splitlines()
    segments = [line for line in pieces if not line.startswith("#")]
    assert {urlsplit(url).netloc for url in segments} == {urlsplit(s3.url).netloc}
    assert {get(url).status for url in segments} == {200}


def test_pages_of_any_origin_may_read_it_also_why_not(
    stage: Stage, served: Services, s3: RunningS3, tmp_path: Path
) -> None:
    film(s3, tmp_path / "film", "page")
    address = src(stage, served, "page/index.m3u8")
    page = {"Origin": "https://lectern.test"}
    for url, status in ((address, 200), (address[:-1], 403)):
        answer = get(url, headers=page)
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (status, "*")


def forged(address: str, **claims: object) -> str:
    (head, _, token), seals = address.partition("?token="), JwtSeals()
    return f"{head}?token={seals.seal({**seals.read_claims(token), **claims}, secret='guessed' * 9)}"


def test_an_address_opens_nothing_but_its_playlist_and_until_it_ends(
    stage: Stage, served: Services, s3: RunningS3, tmp_path: Path
) -> None:
    film(s3, tmp_path / "film", "mine")
    put(s3, "mine/another.m3u8", "#EXTM3U\n")
    put(s3, "theirs/index.m3u8", "#EXTM3U\n")
    address = src(stage, served, "mine/index.m3u8")
    touched = [
        address.partition("?")[0],
        address.replace("index.m3u8", "another.m3u8"),
        address.replace("/api/videos/", "/api/videos/9"),
        forged(address, key="theirs/index.m3u8"),
    ]
    for url in touched:
        answer = get(url)
        assert (answer.status, answer.json()["title"]) == (403, "This address does not open the video."), url
    stage.school.clock.tick(3 + 3600)
    assert get(address).status == 403
    with pytest.raises(Refused):
        HlsPlayer().first_frame(address)


@pytest.mark.parametrize(
    "uri", ["../secret.ts", "/theirs/secret.ts", "a/../../secret.ts", "%2e%2e/secret.ts"]
)
def test_a_playlist_does_not_lead_out_of_its_folder(
    stage: Stage, served: Services, s3: RunningS3, uri: str
) -> None:
    put(s3, "jail/index.m3u8", f"#EXTM3U\n#EXTINF:1,\n{uri}\n")
    answer = get(src(stage, served, "jail/index.m3u8"))
    assert (answer.status, answer.json()["title"]) == (404, "The playlist points outside its folder.")


def test_what_is_none_of_ours_is_left_as_it_is(stage: Stage, served: Services, s3: RunningS3) -> None:
    text = '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="https://keys.test/1",IV=0x1\nhttps://cdn.test/1.ts\n'
    put(s3, "cdn/index.m3u8", text)
    assert get(src(stage, served, "cdn/index.m3u8")).data.decode() == text


@pytest.mark.parametrize(("body", "status"), [(None, 404), ("<html>", 400), ("", 400)])
def test_what_is_no_playlist_says_so(
    stage: Stage, served: Services, s3: RunningS3, body: str | None, status: int
) -> None:
    if body is not None:
        put(s3, f"odd-{status}-{len(body)}/index.m3u8", body)
    name = "gone" if body is None else f"odd-{status}-{len(body)}"
    answer = get(src(stage, served, f"{name}/index.m3u8"))
    assert answer.status == status
    assert answer.json()["hint"]
    assert "X-Amz" not in answer.data.decode()


def test_pieces_live_as_long_as_the_address_of_their_playlist(
    stage: Stage, served: Services, s3: RunningS3, tmp_path: Path
) -> None:
    film(s3, tmp_path / "film", "life")
    address = src(stage, served, "life/index.m3u8")
    stage.school.clock.tick(600)
    text = get(address).data.decode()
    assert "X-Amz-Expires=3003" in text  # 3 s of film and 3,600 s beyond it, of which 600 are over
