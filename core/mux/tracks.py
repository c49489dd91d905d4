"""The calls about an asset's tracks; see `core.text_tracks.TrackHost`."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from mux_python import ApiClient, AssetsApi

from core.errors import NotFound
from core.ports import VideoHost

JSON = {"Accept": "application/json", "Content-Type": "application/json"}


class TrackCalls:
    """The part of `MuxApi` about tracks."""

    _client: ApiClient
    _assets: AssetsApi

    def add_text_track(self, asset_id: str, *, url: str, language: str, name: str, passthrough: str) -> str:
        said = {"type": "text", "text_type": "subtitles", "url": url, "language_code": language}
        body = {**said, "name": name, "passthrough": passthrough}
        action = f"add subtitles to asset {asset_id}"
        answer = self._call(action, self._assets.create_asset_track, asset_id, body)
        return str(answer["data"]["id"])

    def generate_subtitles(
        self, asset_id: str, audio_track_id: str, *, language: str, name: str, passthrough: str
    ) -> str:
        wanted = {"language_code": language, "name": name, "passthrough": passthrough}
        answer = self._call(
            f"write subtitles for asset {asset_id}",
            self._assets.generate_asset_track_subtitles,
            asset_id,
            audio_track_id,
            {"generated_subtitles": [wanted]},
        )
        return str(answer["data"][0]["id"])

    def rename_track(self, asset_id: str, track_id: str, *, name: str) -> None:
        # mux-python has no method for it.
        path = f"/video/v1/assets/{quote(asset_id, safe='')}/tracks/{quote(track_id, safe='')}"
        self._call(f"rename track {track_id}", self._patch, path, {"name": name})

    def delete_track(self, asset_id: str, track_id: str) -> bool:
        try:
            self._call(f"delete track {track_id}", self._assets.delete_asset_track, asset_id, track_id)
        except NotFound:
            return False
        return True

    def _patch(self, path: str, body: Mapping[str, Any], **options: Any) -> Any:
        return self._client.call_api(
            path, "PATCH", header_params=JSON, body=dict(body), auth_settings=["accessToken"], **options
        )

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> dict[str, Any]:
        raise NotImplementedError


class PacedTracks:
    """The part of `PacedMux` about tracks."""

    _mux: VideoHost

    def add_text_track(self, asset_id: str, *, url: str, language: str, name: str, passthrough: str) -> str:
        with self._slowing_posts():
            return self._mux.add_text_track(
                asset_id, url=url, language=language, name=name, passthrough=passthrough
            )

    def generate_subtitles(
        self, asset_id: str, audio_track_id: str, *, language: str, name: str, passthrough: str
    ) -> str:
        with self._slowing_posts():
            return self._mux.generate_subtitles(
                asset_id, audio_track_id, language=language, name=name, passthrough=passthrough
            )

    def rename_track(self, asset_id: str, track_id: str, *, name: str) -> None:
        with self._slot():
            self._mux.rename_track(asset_id, track_id, name=name)

    def delete_track(self, asset_id: str, track_id: str) -> bool:
        with self._slot():
            return self._mux.delete_track(asset_id, track_id)

    def _slowing_posts(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def _slot(self) -> AbstractContextManager[None]:
        raise NotImplementedError
