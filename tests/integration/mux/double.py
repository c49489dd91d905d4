"""What tests ask of a running double beyond the calls of the adapter."""

import time

import urllib3

from core.asset import Asset, AssetStatus
from core.mux.api import MuxApi

PATIENCE_S = 15.0


def settled(mux: MuxApi, asset_id: str) -> Asset:
    """The asset once it is no longer preparing."""
    deadline = time.monotonic() + PATIENCE_S
    while (asset := mux.get_asset(asset_id)).status is AssetStatus.PREPARING:
        assert time.monotonic() < deadline, "the asset is preparing for ever"
    return asset


def made_ready(mux: MuxApi, url: str, policy: str) -> Asset:
    """A settled asset made of the file at `url`."""
    made = mux.create_asset({"inputs": [{"url": url}], "playback_policies": [policy]})
    return settled(mux, made.id)


def signing_key(base_url: str) -> tuple[str, str]:
    """Id and private key (base64 PEM) of a new signing key."""
    headers = urllib3.make_headers(basic_auth="id:secret")
    answer = urllib3.request("POST", f"{base_url}/system/v1/signing-keys", headers=headers)
    data = answer.json()["data"]
    return data["id"], data["private_key"]
