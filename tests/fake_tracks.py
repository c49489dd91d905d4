"""Text tracks of `tests.fakes.FakeVideoHost`: they stay as they are until a test says what became of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from core.asset import Asset
from core.errors import NotFound, Refused

Answer = TypeVar("Answer")


class FakeTracks:
    """The part of the fake host about tracks."""

    assets: dict[str, Asset]
    numbers: Iterator[int]
    _called: Callable[[str], None]
    _answer: Callable[[Any], Any]

    def add_text_track(self, asset_id: str, *, url: str, language: str, name: str, passthrough: str) -> str:
        self._called("add_text_track")
        return self._add(asset_id, "uploaded", language, name, passthrough)

    def generate_subtitles(
        self, asset_id: str, audio_track_id: str, *, language: str, name: str, passthrough: str
    ) -> str:
        self._called("generate_subtitles")
        assert any(one["id"] == audio_track_id for one in self.assets[asset_id].tracks)
        return self._add(asset_id, "generated_vod", language, name, passthrough)

    def rename_track(self, asset_id: str, track_id: str, *, name: str) -> None:
        self._called("rename_track")
        if any(one.get("name") == name for one in self.assets[asset_id].tracks):
            raise Refused(f"A text track named {name} already exists.", status=400)
        self.track_became(asset_id, track_id, name=name)

    def delete_track(self, asset_id: str, track_id: str) -> bool:
        self._called("delete_track")
        asset = self.assets[asset_id]
        left = tuple(one for one in asset.tracks if one["id"] != track_id)
        self.assets[asset_id] = replace(asset, tracks=left)
        return len(left) < len(asset.tracks)

    def track_became(self, asset_id: str, track_id: str, **facts: Any) -> Mapping[str, Any]:
        """Have Mux say so from now on."""
        asset = self.assets[asset_id]
        tracks = [{**one, **facts} if one["id"] == track_id else one for one in asset.tracks]
        self.assets[asset_id] = replace(asset, tracks=tuple(tracks))
        found = next((one for one in tracks if one["id"] == track_id), None)
        if found is None:
            raise NotFound(f"Mux has no track {track_id}.")
        return found

    def _add(self, asset_id: str, source: str, language: str, name: str, passthrough: str) -> str:
        asset = self.assets[asset_id]
        if any(one.get("type") == "text" and one.get("name") == name for one in asset.tracks):
            raise Refused(f"A text track named {name} already exists.", status=400)
        track = {
            "id": f"track-{next(self.numbers)}",
            "type": "text",
            "text_source": source,
            "status": "preparing",
            "language_code": language,
            "name": name,
            "passthrough": passthrough,
        }
        self.assets[asset_id] = replace(asset, tracks=(*asset.tracks, track))
        return str(self._answer(track["id"]))
