"""The calls about the moment of an asset's picture; see `core.thumbnail.ThumbnailHost`."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from mux_python import ApiClient, AssetsApi

from core.ports import VideoHost

JSON = {"Accept": "application/json"}


class ThumbnailCalls:
    """The part of `MuxApi` about pictures."""

    _client: ApiClient
    _assets: AssetsApi

    def set_thumbnail(self, asset_id: str, at_s: float | None) -> None:
        action = f"choose the picture of asset {asset_id}"
        if at_s is None:
            # mux-python has no method for it.
            path = f"/video/v1/assets/{quote(asset_id, safe='')}/thumbnail-time"
            self._call(action, self._delete, path)
        else:
            self._call(action, self._assets.update_asset, asset_id, {"thumbnail_time": at_s})

    def _delete(self, path: str, **options: Any) -> Any:
        return self._client.call_api(
            path, "DELETE", header_params=JSON, auth_settings=["accessToken"], **options
        )

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> dict[str, Any]:
        raise NotImplementedError


class PacedThumbnails:
    """The part of `PacedMux` about pictures."""

    _mux: VideoHost

    def set_thumbnail(self, asset_id: str, at_s: float | None) -> None:
        with self._slot():
            self._mux.set_thumbnail(asset_id, at_s)

    def _slot(self) -> AbstractContextManager[None]:
        raise NotImplementedError
