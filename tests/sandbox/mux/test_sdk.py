"""Stock mux-python, its own validation on, finds in the double what it expects of Mux."""

from collections.abc import Iterator
from typing import Any

import mux_python
import pytest
from mux_python.exceptions import ApiException, NotFoundException, UnauthorizedException

from sandbox.mux.testing import running_mux
from tests.sandbox.mux.stage import Caller, eventually


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"token_id": "the-id", "token_secret": "the-secret"}


@pytest.fixture
def sdk(mux: Caller) -> Iterator[mux_python.ApiClient]:
    with client(mux.base, "the-secret") as connected:
        yield connected


def client(base: str, secret: str) -> mux_python.ApiClient:
    configuration = mux_python.Configuration(host=base, username="the-id", password=secret)
    assert configuration.client_side_validation
    return mux_python.ApiClient(configuration)


def ready_asset(assets: mux_python.AssetsApi, url: str) -> mux_python.Asset:
    request = mux_python.CreateAssetRequest(
        inputs=[mux_python.InputSettings(url=url)],
        playback_policies=[mux_python.PlaybackPolicy.PUBLIC],
        passthrough="row-1",
        meta=mux_python.AssetMetadata(title="Fractions"),
        static_renditions=[mux_python.CreateStaticRenditionRequest(resolution="highest")],
    )
    made = assets.create_asset(request).data
    return eventually(lambda: (a := assets.get_asset(made.id).data).status == "ready" and a)


def test_assets(sdk: mux_python.ApiClient, host: str):
    assets = mux_python.AssetsApi(sdk)
    asset = ready_asset(assets, f"{host}/film.mp4")
    assert asset.duration == pytest.approx(6.0, abs=0.1)
    assert asset.passthrough == "row-1"
    assert [found.id for found in assets.list_assets(limit=10).data] == [asset.id]
    assert assets.get_asset_input_info(asset.id).data[0].file.container_format == "mp4"
    changed = assets.update_asset(asset.id, mux_python.UpdateAssetRequest(passthrough="row-2")).data
    assert changed.passthrough == "row-2"
    added = assets.create_asset_playback_id(
        asset.id, mux_python.CreatePlaybackIDRequest(policy="signed")
    ).data
    assert assets.get_asset_playback_id(asset.id, added.id).data.policy == "signed"
    assets.delete_asset_playback_id(asset.id, added.id)
    assets.delete_asset(asset.id)
    with pytest.raises(NotFoundException):
        assets.get_asset(asset.id)


def test_parts_of_an_asset(sdk: mux_python.ApiClient, host: str):
    assets = mux_python.AssetsApi(sdk)
    asset = ready_asset(assets, f"{host}/film.mp4")
    sound = next(track for track in asset.tracks if track.type == "audio")
    wanted = mux_python.AssetGeneratedSubtitleSettings(language_code="en", name="English")
    request = mux_python.GenerateTrackSubtitlesRequest(generated_subtitles=[wanted])
    (track,) = assets.generate_asset_track_subtitles(asset.id, sound.id, request).data
    assert track.text_source == "generated_vod"
    eventually(
        lambda: all(f.status == "ready" for f in assets.get_asset(asset.id).data.static_renditions.files)
    )
    master = mux_python.UpdateAssetMasterAccessRequest(master_access="temporary")
    assert assets.update_asset_master_access(asset.id, master).data.master.status == "preparing"


def test_uploads(sdk: mux_python.ApiClient):
    uploads = mux_python.DirectUploadsApi(sdk)
    settings = mux_python.CreateAssetRequest(playback_policies=["signed"], passthrough="row-1")
    made = uploads.create_direct_upload(
        mux_python.CreateUploadRequest(cors_origin="*", new_asset_settings=settings)
    ).data
    assert uploads.get_direct_upload(made.id).data.status == "waiting"
    assert [found.id for found in uploads.list_direct_uploads().data] == [made.id]
    assert uploads.cancel_direct_upload(made.id).data.status == "cancelled"
    with pytest.raises(ApiException) as refused:
        uploads.cancel_direct_upload(made.id)
    assert refused.value.status == 403


def test_signing_keys(sdk: mux_python.ApiClient):
    keys = mux_python.SigningKeysApi(sdk)
    made = keys.create_signing_key().data
    assert made.private_key
    assert [found.id for found in keys.list_signing_keys().data] == [made.id]
    assert keys.get_signing_key(made.id).data.private_key is None
    keys.delete_signing_key(made.id)
    assert keys.list_signing_keys().data == []


def test_a_wrong_secret(mux: Caller):
    with client(mux.base, "wrong") as sdk, pytest.raises(UnauthorizedException):
        mux_python.AssetsApi(sdk).list_assets()


def test_too_many_requests(host: str):
    def create_ten(assets: mux_python.AssetsApi) -> None:
        for _ in range(10):
            assets.create_asset({"inputs": [{"url": f"{host}/film.mp4"}]})

    with running_mux() as base, client(base, "any") as sdk, pytest.raises(ApiException) as refused:
        create_ten(mux_python.AssetsApi(sdk))
    assert refused.value.status == 429
