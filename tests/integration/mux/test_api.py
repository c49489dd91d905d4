"""The adapter against the double, over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
import urllib3

from core.asset import AssetStatus, Policy
from core.errors import NotFound, RateLimited, Refused, Unavailable
from core.migration import Options, asset_request
from core.mux.api import MuxApi
from core.mux.upload import GRANULE_BYTES, ResumableUploader
from sandbox.mux.testing import running_mux
from tests.integration.clips import write_film
from tests.integration.mux.double import settled, signing_key
from tests.integration.serving import Reply, in_turn, serving


def api_at(url: str) -> MuxApi:
    return MuxApi(base_url=url, token_id="id", token_secret="secret", clock=lambda: datetime.now(UTC))


@pytest.fixture(scope="module")
def mux() -> Iterator[MuxApi]:
    with running_mux(limits=False) as url:
        yield api_at(url)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "film.mp4", seconds=2, movflags="faststart")


@pytest.fixture(scope="module")
def film_url(film: Path) -> Iterator[str]:
    with serving(lambda _: Reply(200, film.read_bytes()), keeps=False) as server:
        yield f"{server.url}/film.mp4"


def body_for(url: str, **options: str) -> dict[str, object]:
    passthrough = str(uuid4())
    return asset_request(url=url, passthrough=passthrough, options=Options(**options), policy=Policy.SIGNED)


def test_an_asset_is_made_by_url_and_becomes_ready(mux: MuxApi, film_url: str) -> None:
    body = body_for(film_url)
    made = mux.create_asset(body)
    assert (made.status, made.policy, made.passthrough) == (
        AssetStatus.PREPARING,
        Policy.SIGNED,
        body["passthrough"],
    )
    assert made.created_at is not None
    assert abs(made.created_at - datetime.now(UTC)) < timedelta(seconds=5)
    ready = settled(mux, made.id)
    assert ready.status is AssetStatus.READY
    assert ready.duration_s == pytest.approx(2.0, abs=0.2)
    assert ready.playback_id == made.playback_id


def test_an_asset_gets_another_playback_id_and_loses_the_first(mux: MuxApi, film_url: str) -> None:
    asset = settled(mux, mux.create_asset(body_for(film_url)).id)
    new_id = mux.create_playback_id(asset.id, Policy.PUBLIC)
    both = {(asset.playback_id, Policy.SIGNED), (new_id, Policy.PUBLIC)}
    assert set(mux.get_asset(asset.id).playback_ids) == both
    assert mux.delete_playback_id(asset.id, str(asset.playback_id))
    assert not mux.delete_playback_id(asset.id, str(asset.playback_id))
    assert mux.get_asset(asset.id).playback_ids == ((new_id, Policy.PUBLIC),)


def test_a_file_that_is_none_errors_with_muxs_words(mux: MuxApi) -> None:
    with serving(lambda _: Reply(404)) as server:
        asset = settled(mux, mux.create_asset(body_for(f"{server.url}/gone.mp4")).id)
    assert asset.status is AssetStatus.ERRORED
    assert asset.error_type == "download_failed"
    assert asset.error_messages


def test_listing_pages_through_every_asset_once(mux: MuxApi, film_url: str) -> None:
    made = [mux.create_asset(body_for(film_url)).id for _ in range(5)]
    pages = [mux.newest_assets(limit=2)]
    while cursor := pages[-1].next_cursor:
        pages.append(mux.newest_assets(limit=2, cursor=cursor))
    seen = [asset.id for page in pages for asset in page.assets]
    assert set(made) <= set(seen)
    assert len(seen) == len(set(seen))
    assert all(len(page.assets) == 2 for page, _ in pairwise(pages))


def test_a_deleted_asset_is_gone_and_deleting_it_again_says_so(mux: MuxApi, film_url: str) -> None:
    asset_id = mux.create_asset(body_for(film_url)).id
    assert mux.delete_asset(asset_id)
    assert not mux.delete_asset(asset_id)
    with pytest.raises(NotFound):
        mux.get_asset(asset_id)


def test_a_wrong_body_is_refused_in_muxs_words(mux: MuxApi) -> None:
    with pytest.raises(Refused, match="invalid_parameters") as refused:
        mux.create_asset({"inputs": [{"url": "no address"}]})
    assert refused.value.status == 400


def test_the_token_says_where_it_belongs(mux: MuxApi) -> None:
    whoami = mux.whoami()
    assert (whoami.environment, whoami.environment_type) == ("Sandbox", "development")
    assert whoami.environment_id == "sandbox"
    assert "video:write" in whoami.permissions
    assert whoami.answered_at is not None
    assert abs(whoami.answered_at - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_signing_key_is_known_until_it_is_deleted(mux: MuxApi) -> None:
    url = mux._client.configuration.host
    key_id, _ = signing_key(url)
    assert mux.has_signing_key(key_id)
    headers = urllib3.make_headers(basic_auth="id:secret")
    urllib3.request("DELETE", f"{url}/system/v1/signing-keys/{key_id}", headers=headers)
    assert not mux.has_signing_key(key_id)
    assert not mux.has_signing_key("../whoami")


def test_a_pushed_file_becomes_an_asset_of_its_upload(mux: MuxApi, film: Path) -> None:
    settings = asset_request(url=None, passthrough="p-1", options=Options(), policy=Policy.PUBLIC)
    upload = mux.create_upload(settings, cors_origin="*", timeout_s=3600)
    assert (upload.status, upload.asset_id) == ("waiting", None)
    body = film.read_bytes()
    ResumableUploader(piece_bytes=GRANULE_BYTES).send(upload.url, iter([body]), size_bytes=None)
    done = mux.get_upload(upload.id)
    assert done.status == "asset_created"
    asset = settled(mux, str(done.asset_id))
    assert (asset.status, asset.upload_id, asset.passthrough) == (AssetStatus.READY, upload.id, "p-1")
    assert asset.duration_s == pytest.approx(2.0, abs=0.2)


def test_a_cancelled_upload_takes_no_bytes_and_is_not_cancelled_twice(mux: MuxApi) -> None:
    upload = mux.create_upload({}, cors_origin="*", timeout_s=3600)
    mux.cancel_upload(upload.id)
    assert mux.get_upload(upload.id).status == "cancelled"
    with pytest.raises(Refused) as refused:
        mux.cancel_upload(upload.id)
    assert refused.value.status == 403


def test_subtitles_become_a_track_under_our_own_mark(mux: MuxApi, film_url: str) -> None:
    asset = settled(mux, mux.create_asset(body_for(film_url)).id)
    with serving(lambda _: Reply(200, b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n")) as texts:
        url = f"{texts.url}/de.vtt"
        mux.add_text_track(asset.id, url=url, language="de", name="Deutsch", passthrough="p-7")
    [track] = [one for one in mux.get_asset(asset.id).tracks if one["type"] == "text"]
    assert (track["language_code"], track["name"], track["passthrough"]) == ("de", "Deutsch", "p-7")


def test_an_unknown_upload_is_not_found(mux: MuxApi) -> None:
    with pytest.raises(NotFound):
        mux.get_upload("a" * 40)


def test_an_answer_without_a_readable_date_is_no_error() -> None:
    body = b'{"data": {"environment_name": "Live", "environment_type": "production"}}'
    with serving(in_turn(Reply(200, body, {"Date": "today"}))) as server:
        whoami = api_at(server.url).whoami()
    assert (whoami.environment, whoami.permissions, whoami.answered_at) == ("Live", (), None)


def test_over_the_limit_is_rate_limited_not_refused() -> None:
    with running_mux(post_per_s=0.1, burst_s=10.0) as url:
        mux = api_at(url)
        mux.create_asset(body_for("http://127.0.0.1:1/none.mp4"))
        with pytest.raises(RateLimited):
            mux.create_asset(body_for("http://127.0.0.1:1/none.mp4"))


def test_an_asset_made_without_an_answer_is_found_by_its_passthrough(film_url: str) -> None:
    with running_mux(limits=False, faults={"drop_after_create_rate": "1"}) as url:
        mux, body = api_at(url), body_for(film_url)
        with pytest.raises(Unavailable):
            mux.create_asset(body)
        assert [asset.passthrough for asset in mux.newest_assets().assets] == [body["passthrough"]]


def test_wrong_credentials_name_the_settings() -> None:
    double = running_mux(limits=False, token_id="right", token_secret="right")
    with double as url, pytest.raises(Refused) as refused:
        api_at(url).whoami()
    assert "MUX_TOKEN_ID" in refused.value.hint
