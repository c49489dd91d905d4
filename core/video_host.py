"""Mux's REST API, as a protocol that `core/mux/` fills. Each part stands in the room that it is about."""

from collections.abc import Mapping
from typing import Any, Protocol

from core.answer import AssetPage, DirectUpload, Whoami
from core.asset import Asset
from core.billed import ExportHost
from core.figures import DataHost
from core.heatmap import EngagementHost
from core.master import MasterHost
from core.playback_ids import PlaybackIdHost
from core.quality import QualityHost
from core.renditions import RenditionHost
from core.text_tracks import TrackHost
from core.thumbnail import ThumbnailHost
from core.usage_delivery import DeliveryHost


class VideoHost(
    TrackHost,
    PlaybackIdHost,
    MasterHost,
    RenditionHost,
    ThumbnailHost,
    DataHost,
    EngagementHost,
    QualityHost,
    DeliveryHost,
    ExportHost,
    Protocol,
):
    """Mux's REST API. Raises `Unavailable` (whether it took effect is unknown), `RateLimited`, `Refused`,
    `NotFound`. Every call of the Video API but the POSTs waits for its slot; before a POST the caller waits
    on `core.ports.Pace`, because an intent has to be written between the wait and the call."""

    def create_asset(self, body: Mapping[str, Any]) -> Asset:
        """POST an asset. After `Unavailable` it may exist all the same: look for its passthrough first."""

    def create_upload(
        self, settings: Mapping[str, Any], *, cors_origin: str, timeout_s: int, test: bool = False
    ) -> DirectUpload:
        """POST a direct upload for pages of `cors_origin`; its URL opens for `timeout_s` seconds."""

    def get_asset(self, asset_id: str) -> Asset:
        """The asset as it is now."""

    def get_upload(self, upload_id: str) -> DirectUpload:
        """The upload and, once its bytes are in, its asset's id."""

    def cancel_upload(self, upload_id: str) -> None:
        """Have it take no more bytes. Raises `Refused` when it no longer waits for any."""

    def newest_assets(self, *, cursor: str | None = None, limit: int = 100) -> AssetPage:
        """A page of all assets, at most 100; assume no order."""

    def delete_asset(self, asset_id: str) -> bool:
        """False when Mux has no such asset (any more)."""

    def whoami(self) -> Whoami:
        """Whose token this is, and what it may do; any token may ask."""

    def has_signing_key(self, key_id: str) -> bool:
        """Whether the environment has it; the token needs `system:read`."""
