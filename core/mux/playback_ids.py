"""The calls about an asset's playback ids; see `core.playback_ids.PlaybackIdHost`."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from mux_python import AssetsApi

from core.asset import Policy
from core.errors import NotFound
from core.ports import VideoHost


class PlaybackIdCalls:
    """The part of `MuxApi` about playback ids."""

    _assets: AssetsApi

    def create_playback_id(self, asset_id: str, policy: Policy) -> str:
        action = f"give asset {asset_id} a playback id"
        body = {"policy": policy.value}
        answer = self._call(action, self._assets.create_asset_playback_id, asset_id, body)
        return str(answer["data"]["id"])

    def delete_playback_id(self, asset_id: str, playback_id: str) -> bool:
        action = f"take a playback id of asset {asset_id} away"
        try:
            self._call(action, self._assets.delete_asset_playback_id, asset_id, playback_id)
        except NotFound:
            return False
        return True

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> Mapping[str, Any]:
        raise NotImplementedError


class PacedPlaybackIds:
    """The part of `PacedMux` about playback ids."""

    _mux: VideoHost

    def create_playback_id(self, asset_id: str, policy: Policy) -> str:
        with self._slowing_posts():
            return self._mux.create_playback_id(asset_id, policy)

    def delete_playback_id(self, asset_id: str, playback_id: str) -> bool:
        with self._slot():
            return self._mux.delete_playback_id(asset_id, playback_id)

    def _slowing_posts(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def _slot(self) -> AbstractContextManager[None]:
        raise NotImplementedError
