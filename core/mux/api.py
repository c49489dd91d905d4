"""Mux's REST API: mux-python carries raw JSON both ways, so that a new field or enum value breaks nothing."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from mux_python import (
    ApiClient,
    AssetsApi,
    Configuration,
    DeliveryUsageApi,
    DirectUploadsApi,
    MetricsApi,
    VideoViewsApi,
)

from core.asset import Asset, asset_from_json
from core.errors import NotFound, Unavailable
from core.mux.engagement import EngagementCalls
from core.mux.errors import translated
from core.mux.figures import FigureCalls
from core.mux.master import MasterCalls
from core.mux.playback_ids import PlaybackIdCalls
from core.mux.quality import QualityCalls
from core.mux.renditions import RenditionCalls
from core.mux.thumbnails import ThumbnailCalls
from core.mux.tracks import TrackCalls
from core.mux.usage import UsageCalls
from core.ports import AssetPage, Clock, DirectUpload, Whoami
from core.storable import storable

# urllib3 writes request lines, and mux-python whole bodies, at DEBUG: upload URLs are among them.
logging.getLogger("urllib3").setLevel(logging.WARNING)
logging.getLogger("mux_python").setLevel(logging.WARNING)


CONNECTIONS = 32
"""Kept open at most; more calls at once than that pay for new ones."""


class MuxApi(
    TrackCalls,
    PlaybackIdCalls,
    MasterCalls,
    RenditionCalls,
    ThumbnailCalls,
    FigureCalls,
    EngagementCalls,
    QualityCalls,
    UsageCalls,
):
    """The calls Lectern makes, unpaced; see `PacedMux`. Safe to share between threads: one per process."""

    def __init__(
        self,
        *,
        base_url: str,
        token_id: str,
        token_secret: str,
        clock: Clock,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 30.0,
    ) -> None:
        self._client = _client(base_url, token_id, token_secret)
        self._assets = AssetsApi(self._client)
        self._uploads = DirectUploadsApi(self._client)
        self._metrics = MetricsApi(self._client)
        self._views = VideoViewsApi(self._client)
        self._deliveries = DeliveryUsageApi(self._client)
        self._clock = clock
        self._timeouts_s = (connect_timeout_s, read_timeout_s)

    def create_asset(self, body: Mapping[str, Any]) -> Asset:
        """POST an asset; see `VideoHost` for what is unknown after an error."""
        return self._asset(self._call("create an asset", self._assets.create_asset, dict(body)))

    def create_upload(
        self, settings: Mapping[str, Any], *, cors_origin: str, timeout_s: int, test: bool = False
    ) -> DirectUpload:
        body = {"new_asset_settings": dict(settings), "cors_origin": cors_origin, "timeout": timeout_s}
        said = body | ({"test": True} if test else {})
        return _upload(self._call("create an upload", self._uploads.create_direct_upload, said))

    def get_asset(self, asset_id: str) -> Asset:
        """The asset as it is now."""
        return self._asset(self._call(f"show asset {asset_id}", self._assets.get_asset, asset_id))

    def get_upload(self, upload_id: str) -> DirectUpload:
        """The upload and, once its bytes are in, its asset's id."""
        return _upload(self._call(f"show upload {upload_id}", self._uploads.get_direct_upload, upload_id))

    def cancel_upload(self, upload_id: str) -> None:
        """Have it take no more bytes; `Refused` (403) when it no longer waits for any."""
        self._call(f"cancel upload {upload_id}", self._uploads.cancel_direct_upload, upload_id)

    def newest_assets(self, *, cursor: str | None = None, limit: int = 100) -> AssetPage:
        """A page of all assets; the query's order is Mux's own."""
        query: dict[str, Any] = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = self._call("list assets", self._assets.list_assets, **query)
        seen_at = self._clock()
        assets = [asset_from_json(data, seen_at=seen_at) for data in answer["data"]]
        return AssetPage(assets=assets, next_cursor=answer.get("next_cursor"))

    def delete_asset(self, asset_id: str) -> bool:
        """False when Mux has no such asset (any more)."""
        try:
            self._call(f"delete asset {asset_id}", self._assets.delete_asset, asset_id)
        except NotFound:
            return False
        return True

    def whoami(self) -> Whoami:
        """The environment and permissions of the token; any token may ask."""
        action = "say whose token this is"
        body, headers = self._send(action, self._call_unlisted, "/system/v1/whoami")
        data = _envelope(action, body)["data"]
        return Whoami(
            environment=str(data.get("environment_name", "")),
            environment_type=str(data.get("environment_type", "")),
            permissions=tuple(data.get("permissions") or ()),
            environment_id=str(data.get("environment_id") or ""),
            answered_at=_date(headers.get("Date")),
        )

    def has_signing_key(self, key_id: str) -> bool:
        """Whether the token's environment has it; the token needs the permission `system:read`."""
        action = f"show signing key {key_id}"
        try:
            self._send(action, self._call_unlisted, f"/system/v1/signing-keys/{quote(key_id, safe='')}")
        except NotFound:
            return False
        return True

    def _asset(self, answer: Mapping[str, Any]) -> Asset:
        return asset_from_json(answer["data"], seen_at=self._clock())

    def _call_unlisted(self, path: str, **options: Any) -> Any:
        """GET of an endpoint that mux-python has no method for."""
        accept = {"Accept": "application/json"}
        return self._client.call_api(
            path, "GET", header_params=accept, auth_settings=["accessToken"], **options
        )

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> dict[str, Any]:
        """The answer's envelope: `data` and what stands beside it; {} for an answer without a body."""
        body, _ = self._send(action, method, *args, **query)
        return _envelope(action, body) if body else {}

    def _send(
        self, action: str, method: Callable[..., Any], *args: Any, **query: Any
    ) -> tuple[bytes, Mapping[str, str]]:
        """Body and headers of the answer."""
        with translated(action):
            answer = method(*args, _preload_content=False, _request_timeout=self._timeouts_s, **query)
            return answer.data, answer.headers


def _client(base_url: str, token_id: str, token_secret: str) -> ApiClient:
    lenient = Configuration()
    lenient.client_side_validation = False
    # Models and requests ask the default, not the client's own configuration.
    Configuration.set_default(lenient)
    configuration = Configuration(host=base_url, username=token_id, password=token_secret)
    configuration.client_side_validation = False
    configuration.retries = False
    configuration.connection_pool_maxsize = CONNECTIONS
    return ApiClient(configuration)


def _envelope(action: str, body: bytes) -> dict[str, Any]:
    """Something in between may answer 200 with a page of its own; what Mux did is then unknown."""
    try:
        answer = storable(json.loads(body))
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "data" not in answer:
        raise Unavailable(f"Mux's answer to the request to {action} was not readable.")
    return answer


def _date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text or "")
    except ValueError:
        return None


def _upload(answer: Mapping[str, Any]) -> DirectUpload:
    data = answer["data"]
    return DirectUpload(
        id=str(data["id"]),
        url=str(data.get("url") or ""),
        status=str(data.get("status") or "waiting"),
        asset_id=data.get("asset_id"),
    )
