"""Mux at the pace it allows."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from core.asset import Asset
from core.errors import InvalidInput, RateLimited, Refused
from core.mux.engagement import PacedEngagement
from core.mux.figures import PacedFigures
from core.mux.master import PacedMasters
from core.mux.playback_ids import PacedPlaybackIds
from core.mux.quality import PacedQuality
from core.mux.renditions import PacedRenditions
from core.mux.thumbnails import PacedThumbnails
from core.mux.tracks import PacedTracks
from core.mux.usage import PacedUsage
from core.ports import AssetPage, Call, DirectUpload, Lane, Pace, VideoHost, Whoami


class PacedMux(
    PacedTracks,
    PacedPlaybackIds,
    PacedMasters,
    PacedRenditions,
    PacedThumbnails,
    PacedFigures,
    PacedEngagement,
    PacedQuality,
    PacedUsage,
):
    """Waits for a slot of its lane before each call but the POSTs, and keeps everybody informed of refusals.

    Before a POST the caller waits: it has an intent to write between the wait and the call. The System API is
    not of the paced buckets; it can be asked while the database, which keeps the pace, is away.
    """

    def __init__(self, mux: VideoHost, pace: Pace, lane: Lane) -> None:
        self._mux = mux
        self._pace = pace
        self._lane = lane

    def create_asset(self, body: Mapping[str, Any]) -> Asset:
        with self._slowing(Call.POST):
            return self._mux.create_asset(body)

    def create_upload(
        self, settings: Mapping[str, Any], *, cors_origin: str, timeout_s: int, test: bool = False
    ) -> DirectUpload:
        with self._slowing(Call.POST):
            return self._mux.create_upload(settings, cors_origin=cors_origin, timeout_s=timeout_s, test=test)

    def get_asset(self, asset_id: str) -> Asset:
        with self._slot():
            return self._mux.get_asset(asset_id)

    def get_upload(self, upload_id: str) -> DirectUpload:
        with self._slot():
            return self._mux.get_upload(upload_id)

    def cancel_upload(self, upload_id: str) -> None:
        with self._slot():
            self._mux.cancel_upload(upload_id)

    def newest_assets(self, *, cursor: str | None = None, limit: int = 100) -> AssetPage:
        with self._slot():
            return self._mux.newest_assets(cursor=cursor, limit=limit)

    def delete_asset(self, asset_id: str) -> bool:
        with self._slot():
            return self._mux.delete_asset(asset_id)

    def whoami(self) -> Whoami:
        return self._mux.whoami()

    def has_signing_key(self, key_id: str) -> bool:
        return self._mux.has_signing_key(key_id)

    def _slowing_posts(self) -> AbstractContextManager[None]:
        return self._slowing(Call.POST)

    def _slot(self) -> AbstractContextManager[None]:
        return self._slot_of(Call.OTHER)

    def _data_slot(self) -> AbstractContextManager[None]:
        return self._slot_of(Call.DATA)

    @contextmanager
    def _slot_of(self, call: Call) -> Iterator[None]:
        self._pace.wait(call, self._lane)
        with self._slowing(call):
            yield

    @contextmanager
    def _slowing(self, call: Call) -> Iterator[None]:
        try:
            yield
        except RateLimited as error:
            self._pace.slow(call, wait_s=error.retry_after_s)
            raise
        except (Refused, InvalidInput):
            self._pace.refused(call)
            raise
