"""What Lectern relies on Mux for, through its own adapter. By default Mux is the double; with
`make test-mux` the very same tests run against the environment of MUX_TOKEN_ID, with test assets.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import urllib3
from PIL import Image

from core.asset import Asset, AssetStatus, Policy
from core.errors import NotFound, Refused
from core.master import MasterState
from core.migration import Options, asset_request
from core.mux.signer import PlaybackSigner
from core.mux.upload import GRANULE_BYTES, ResumableUploader
from core.ports import DirectUpload
from tests.integration.clips import write_film
from tests.integration.mux.target import Target, opened, patiently
from tests.integration.serving import Reply, serving

NOWHERE = "https://lectern.invalid/none.mp4"
FILM_S = 4.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("film")
    return Path(write_film(folder / "film.mp4", seconds=FILM_S, size=(320, 180))).read_bytes()


@pytest.fixture(scope="module")
def mux(film: bytes) -> Iterator[Target]:
    with (
        serving(lambda _: Reply(200, film), keeps=False) as server,
        opened(lambda: f"{server.url}/film.mp4") as target,
    ):
        yield target


def settings(mux: Target, url: str | None, policy: Policy = Policy.PUBLIC) -> dict[str, Any]:
    options = Options(test=True)
    return asset_request(url=url, passthrough=mux.passthrough(), options=options, policy=policy)


def pushed(mux: Target, film: bytes, policy: Policy = Policy.PUBLIC) -> tuple[DirectUpload, Asset]:
    """The finished upload of the film, and the asset as it settled."""
    body = {name: value for name, value in settings(mux, None, policy).items() if name != "test"}
    upload = patiently(lambda: mux.api.create_upload(body, cors_origin="*", timeout_s=600, test=True))
    assert (upload.status, upload.asset_id) == ("waiting", None)
    ResumableUploader(piece_bytes=GRANULE_BYTES).send(upload.url, iter([film]), size_bytes=None)
    done = patiently(lambda: mux.api.get_upload(upload.id))
    assert done.status == "asset_created"
    return done, mux.settled(str(done.asset_id))


def test_the_token_says_where_it_belongs_and_may_write_videos(mux: Target) -> None:
    whoami = mux.api.whoami()
    assert whoami.environment
    assert {"video:read", "video:write"} <= set(whoami.permissions)
    assert whoami.answered_at is not None
    assert abs(whoami.answered_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_film_at_an_address_becomes_a_ready_test_asset(mux: Target) -> None:
    if not mux.file_url:
        pytest.skip("MUX_TEST_FILE_URL names no film that Mux can fetch")
    body = settings(mux, mux.file_url)
    made = patiently(lambda: mux.api.create_asset(body))
    assert (made.status, made.passthrough, made.test) == (
        AssetStatus.PREPARING,
        body["passthrough"],
        True,
    )
    ready = mux.settled(made.id)
    assert (ready.status, ready.error_messages) == (AssetStatus.READY, ())
    assert ready.playback_id == made.playback_id
    assert 0 < (ready.duration_s or 0) <= 10.5


def test_a_pushed_film_becomes_the_asset_of_its_upload_and_plays(mux: Target, film: bytes) -> None:
    upload, asset = pushed(mux, film)
    assert (asset.status, asset.upload_id) == (AssetStatus.READY, upload.id)
    assert asset.duration_s == pytest.approx(FILM_S, abs=0.5)
    answer = urllib3.request("GET", f"{mux.stream_url}/{asset.playback_id}.m3u8", timeout=30)
    assert (answer.status, answer.data[:7]) == (200, b"#EXTM3U")


def test_a_signed_film_and_its_picture_open_with_their_tokens_alone(mux: Target, film: bytes) -> None:
    key = mux.ask("POST", "/system/v1/signing-keys")
    if key is None:
        pytest.skip("this token may not make signing keys (System write)")
    try:
        assert mux.api.has_signing_key(key["id"])
        _, asset = pushed(mux, film, Policy.SIGNED)
        signer = PlaybackSigner(
            key_id=key["id"], private_key=key["private_key"], clock=lambda: datetime.now(UTC)
        )
        url = f"{mux.stream_url}/{asset.playback_id}.m3u8"
        token = signer.token(str(asset.playback_id), "v", lifetime_s=600)
        assert urllib3.request("GET", url, timeout=30).status in (400, 403)
        assert urllib3.request("GET", f"{url}?token={token}", timeout=30).status == 200
        look = (("width", 160), ("height", 160), ("fit_mode", "smartcrop"))
        opens = signer.token(str(asset.playback_id), "t", lifetime_s=600, look=look)
        picture = f"{mux.image_url}/{asset.playback_id}/thumbnail.jpg?token={opens}"
        answer = urllib3.request("GET", picture, timeout=30)
        assert (answer.status, Image.open(BytesIO(answer.data)).size) == (200, (160, 160))
        assert urllib3.request("GET", f"{picture}&width=80", timeout=30).status in (400, 403)
    finally:
        mux.ask("DELETE", f"/system/v1/signing-keys/{key['id']}")
    assert not mux.api.has_signing_key(key["id"])


def test_an_address_that_answers_nothing_errors_with_a_type_and_words(mux: Target) -> None:
    made = patiently(lambda: mux.api.create_asset(settings(mux, NOWHERE)))
    asset = mux.settled(made.id)
    assert asset.status is AssetStatus.ERRORED
    assert asset.error_type
    assert asset.error_messages


def test_an_asset_whose_answer_was_lost_is_found_by_its_passthrough(mux: Target) -> None:
    bodies = [settings(mux, NOWHERE) for _ in range(3)]
    made = {patiently(lambda body=body: mux.api.create_asset(body)).id for body in bodies}
    found: set[str] = set()
    cursor = None
    while not made <= found:
        page = patiently(lambda after=cursor: mux.api.newest_assets(limit=2, cursor=after))
        found |= {asset.id for asset in page.assets if asset.id in made}
        assert {a.passthrough for a in page.assets if a.id in made} <= {b["passthrough"] for b in bodies}
        cursor = page.next_cursor
        assert cursor or made <= found, "the list ended before it told of them all"


def test_a_deleted_asset_is_gone_and_deleting_it_again_is_fine(mux: Target) -> None:
    asset_id = patiently(lambda: mux.api.create_asset(settings(mux, NOWHERE))).id
    patiently(lambda: mux.api.delete_asset(asset_id))
    patiently(lambda: mux.api.delete_asset(asset_id))
    with pytest.raises(NotFound):
        patiently(lambda: mux.api.get_asset(asset_id))


def test_a_wrong_body_is_refused_in_muxs_words(mux: Target) -> None:
    wrong = settings(mux, "no address")
    with pytest.raises(Refused, match="invalid_parameters") as refused:
        patiently(lambda: mux.api.create_asset(wrong))
    assert refused.value.status == 400


def test_a_master_is_made_opens_and_closes_and_a_copy_with_even_sound_comes_of_it(
    mux: Target, film: bytes
) -> None:
    _, asset = pushed(mux, film)
    assert patiently(lambda: mux.api.master(asset.id)).state is MasterState.NONE
    first = patiently(lambda: mux.api.open_master(asset.id))
    assert first.state in (MasterState.PREPARING, MasterState.READY)
    master = mux.prepared(asset.id)
    assert master.state is MasterState.READY
    assert master.url
    assert master.url not in repr(master)
    body = {**settings(mux, master.url), "normalize_audio": True}
    made = patiently(lambda: mux.api.create_asset(body))
    ready = mux.settled(made.id)
    assert (ready.status, ready.normalized) == (AssetStatus.READY, True)
    assert ready.duration_s == pytest.approx(asset.duration_s, abs=0.5)
    assert patiently(lambda: mux.api.close_master(asset.id))
    assert patiently(lambda: mux.api.master(asset.id)).state is MasterState.NONE
