"""First frames: from served folders, and from the double with tokens."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.asset import AssetStatus
from core.errors import Refused, Unavailable
from core.media.player import HlsPlayer
from core.mux.api import MuxApi
from core.mux.signer import PlaybackSigner
from core.playback import Hosts
from sandbox.mux.testing import running_mux
from tests.integration.clips import write_hls
from tests.integration.mux.double import made_ready, signing_key
from tests.integration.serving import Reply, Server, files, in_turn, serving

PLAYER = HlsPlayer(read_timeout_s=0.5)
TOKEN = "opens-it"
TOP = f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfilm/index.m3u8?token={TOKEN}\n"


@pytest.fixture(params=["mpegts", "fmp4"])
def served(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Server, dict[str, bytes]]]:
    base = folder / f"player {request.param}"
    if not base.exists():
        write_hls(base / "film", seconds=2, hls_segment_type=request.param)
    bodies = {str(path.relative_to(base)): path.read_bytes() for path in base.rglob("*.*")}
    bodies["top.m3u8"] = TOP.encode()
    with serving(files(bodies)) as server:
        yield server, bodies


def test_a_stream_plays_and_only_its_first_segment_is_fetched(
    served: tuple[Server, dict[str, bytes]],
) -> None:
    server, _ = served
    PLAYER.first_frame(f"{server.url}/top.m3u8?token={TOKEN}")
    names = [asked.path.rpartition("/")[2] for asked in server.asked]
    assert names[:2] == [f"top.m3u8?token={TOKEN}", f"index.m3u8?token={TOKEN}"]
    assert names[2:] in (["index0.ts"], ["init.mp4", "index0.m4s"])


def test_a_media_playlist_plays_by_itself(served: tuple[Server, dict[str, bytes]]) -> None:
    server, _ = served
    PLAYER.first_frame(f"{server.url}/film/index.m3u8")
    assert server.asked[0].path == "/film/index.m3u8"


def test_sound_alone_plays(folder: Path) -> None:
    base = folder / "player sound"
    write_hls(base, seconds=2, video="")
    bodies = {path.name: path.read_bytes() for path in base.iterdir()}
    with serving(files(bodies)) as server:
        PLAYER.first_frame(f"{server.url}/index.m3u8")
        assert len(server.asked) == 2


@pytest.mark.parametrize("body", [b"garbage" * 500, b""], ids=["garbage", "empty"])
def test_a_segment_that_does_not_decode_is_refused(
    served: tuple[Server, dict[str, bytes]], body: bytes
) -> None:
    server, bodies = served
    segment = next(name for name in bodies if name.startswith("film/index0"))
    bodies[segment] = body
    with pytest.raises(Refused, match="does not decode"):
        PLAYER.first_frame(f"{server.url}/top.m3u8")


@pytest.mark.parametrize("gone", ["top.m3u8", "film/index.m3u8", "film/index0"])
def test_what_is_missing_may_come(served: tuple[Server, dict[str, bytes]], gone: str) -> None:
    server, bodies = served
    del bodies[next(name for name in bodies if name.startswith(gone))]
    with pytest.raises(Unavailable):
        PLAYER.first_frame(f"{server.url}/top.m3u8")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(412, b'{"code":9,"message":"The asset is not ready"}'),
        Reply(429),
        Reply(502, b"<html>"),
        Reply(drop=True),
        Reply(delay_s=1),
        Reply(200, b"#EXTM3U\n"),
    ],
    ids=["412", "429", "502", "dropped", "late", "no segments"],
)
def test_a_stream_that_is_not_there_yet_is_unavailable(reply: Reply) -> None:
    with serving(in_turn(reply)) as server, pytest.raises(Unavailable):
        PLAYER.first_frame(f"{server.url}/top.m3u8")


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_token_that_does_not_fit_names_the_key(status: int) -> None:
    with serving(in_turn(Reply(status))) as server, pytest.raises(Refused) as refused:
        PLAYER.first_frame(f"{server.url}/top.m3u8")
    assert refused.value.status == status
    assert "MUX_SIGNING_KEY" in refused.value.hint


def test_a_page_that_is_no_playlist_is_refused() -> None:
    with serving(in_turn(Reply(200, b"<html>hello</html>"))) as server, pytest.raises(Refused):
        PLAYER.first_frame(f"{server.url}/top.m3u8")


def test_a_redirect_is_followed_and_a_circle_is_not(served: tuple[Server, dict[str, bytes]]) -> None:
    server, _ = served
    with serving(in_turn(Reply(302, headers={"Location": f"{server.url}/top.m3u8"}))) as other:
        PLAYER.first_frame(f"{other.url}/moved.m3u8")
    with serving(in_turn(Reply(302, headers={"Location": "/again.m3u8"}))) as circle:
        with pytest.raises(Refused):
            PLAYER.first_frame(f"{circle.url}/again.m3u8")
        assert len(circle.asked) == 4


def test_the_token_is_in_no_message_and_no_log_record(
    served: tuple[Server, dict[str, bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server, _ = served
    PLAYER.first_frame(f"{server.url}/top.m3u8?token={TOKEN}")
    replies = [Reply(drop=True), Reply(403), Reply(200, b"#EXTM3U\n#EXTINF:1,\n/gone\n"), Reply(404)]
    replies.append(Reply(302, headers={"Location": f"/again?token={TOKEN}"}))
    for reply in replies:
        with serving(in_turn(reply)) as bad, pytest.raises((Refused, Unavailable)) as failed:
            PLAYER.first_frame(f"{bad.url}/top.m3u8?token={TOKEN}")
        logging.getLogger("test").error("%s", failed.value.sentence, exc_info=failed.value)
    assert TOKEN not in caplog.text


def test_copies_at_the_double_play_with_the_token_that_fits(film: bytes) -> None:
    with running_mux(limits=False) as url, serving(files({"film.mp4": film})) as server:
        mux = MuxApi(base_url=url, token_id="id", token_secret="secret", clock=lambda: datetime.now(UTC))
        public = made_ready(mux, f"{server.url}/film.mp4", "public")
        signed = made_ready(mux, f"{server.url}/film.mp4", "signed")
        key_id, private_key = signing_key(url)
        signer = PlaybackSigner(key_id=key_id, private_key=private_key, clock=lambda: datetime.now(UTC))
        ids = [str(asset.playback_id) for asset in (public, signed)]
        tokens = [signer.token(playback_id, "v", lifetime_s=60) for playback_id in ids]
        hosts, player = Hosts(stream_url=f"{url}/stream"), HlsPlayer()
        player.first_frame(hosts.manifest(ids[0]))
        player.first_frame(hosts.manifest(ids[1], token=tokens[1]))
        for playback_id, token in ((ids[1], None), (ids[1], tokens[0]), (ids[0], tokens[0])):
            with pytest.raises(Refused):
                player.first_frame(hosts.manifest(playback_id, token=token))


def test_an_errored_copy_does_not_play_yet() -> None:
    with running_mux(limits=False) as url, serving(in_turn(Reply(404))) as server:
        mux = MuxApi(base_url=url, token_id="id", token_secret="secret", clock=lambda: datetime.now(UTC))
        asset = made_ready(mux, f"{server.url}/gone.mp4", "public")
        assert asset.status is AssetStatus.ERRORED
        with pytest.raises(Unavailable):
            HlsPlayer().first_frame(Hosts(stream_url=f"{url}/stream").manifest(str(asset.playback_id)))
