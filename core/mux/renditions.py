"""The calls about an asset's static renditions; see `core.renditions.RenditionHost`."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from mux_python import AssetsApi

from core.errors import NotFound
from core.ports import VideoHost


class RenditionCalls:
    """The part of `MuxApi` about static renditions."""

    _assets: AssetsApi

    def create_rendition(self, asset_id: str, *, resolution: str, passthrough: str) -> str:
        body = {"resolution": resolution, "passthrough": passthrough}
        action = f"make an MP4 of asset {asset_id}"
        answer = self._call(action, self._assets.create_asset_static_rendition, asset_id, body)
        return str(answer["data"]["id"])

    def delete_rendition(self, asset_id: str, rendition_id: str) -> bool:
        action = f"delete an MP4 of asset {asset_id}"
        try:
            self._call(action, self._assets.delete_asset_static_rendition, asset_id, rendition_id)
        except NotFound:
            return False
        return True

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> dict[str, Any]:
        raise NotImplementedError


class PacedRenditions:
    """The part of `PacedMux` about static renditions."""

    _mux: VideoHost

    def create_rendition(self, asset_id: str, *, resolution: str, passthrough: str) -> str:
        with self._slowing_posts():
            return self._mux.create_rendition(asset_id, resolution=resolution, passthrough=passthrough)

    def delete_rendition(self, asset_id: str, rendition_id: str) -> bool:
        with self._slot():
            return self._mux.delete_rendition(asset_id, rendition_id)

    def _slowing_posts(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def _slot(self) -> AbstractContextManager[None]:
        raise NotImplementedError
