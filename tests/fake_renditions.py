"""MP4s of `tests.fakes.FakeVideoHost`: they stay as they are until a test says what became of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from core.asset import Asset
from core.errors import NotFound, Refused


class FakeRenditions:
    """The part of the fake host about static renditions and pictures."""

    assets: dict[str, Asset]
    numbers: Iterator[int]
    thumbnails: dict[str, float | None]
    _called: Callable[[str], None]
    _answer: Callable[[Any], Any]

    def create_rendition(self, asset_id: str, *, resolution: str, passthrough: str) -> str:
        self._called("create_rendition")
        asset = self._there(asset_id)
        if any(one.get("resolution") == resolution for one in asset.static_renditions):
            raise Refused("static_renditions must not repeat a resolution", status=400)
        file = {
            "id": f"rendition-{next(self.numbers)}",
            "name": "audio.m4a" if resolution == "audio-only" else f"{resolution}.mp4",
            "resolution": resolution,
            "status": "preparing",
            "passthrough": passthrough,
        }
        self.assets[asset_id] = replace(asset, static_renditions=(*asset.static_renditions, file))
        return str(self._answer(file["id"]))

    def delete_rendition(self, asset_id: str, rendition_id: str) -> bool:
        self._called("delete_rendition")
        asset = self.assets.get(asset_id)
        if asset is None:
            return False
        left = tuple(one for one in asset.static_renditions if one["id"] != rendition_id)
        self.assets[asset_id] = replace(asset, static_renditions=left)
        return len(left) < len(asset.static_renditions)

    def rendition_became(self, asset_id: str, rendition_id: str, **facts: Any) -> Mapping[str, Any]:
        """Have Mux say so from now on."""
        asset = self._there(asset_id)
        files = [{**one, **facts} if one["id"] == rendition_id else one for one in asset.static_renditions]
        self.assets[asset_id] = replace(asset, static_renditions=tuple(files))
        return next(one for one in files if one["id"] == rendition_id)

    def set_thumbnail(self, asset_id: str, at_s: float | None) -> None:
        self._called("set_thumbnail")
        self._there(asset_id)
        self.thumbnails[asset_id] = at_s

    def _there(self, asset_id: str) -> Asset:
        if asset_id not in self.assets:
            raise NotFound(f"Mux has no asset {asset_id}.")
        return self.assets[asset_id]
