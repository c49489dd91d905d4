"""`/system/v1/usage/exports`: what is billed, a CSV for each day of UTC, behind URLs that end.

Mux does not publish the names of the columns by usage; these are the double's own. As with Mux's CSVs of
days before exports were enabled, what is stored is not told apart by how cold it is.
"""

import csv
import hashlib
import hmac
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.mux.api.answers import environment, page_of
from sandbox.mux.api.delivery_usage import by_resolution, delivered_s
from sandbox.mux.config import ENVIRONMENT_ID
from sandbox.mux.environment import Environment
from sandbox.mux.errors import ApiError, forbidden
from sandbox.mux.store import Row
from sandbox.mux.validation import whole_number
from sandbox.mux.views.question import window

KEPT_D = 400
READY_AT_H = 8
"""So many hours into the next day a day's CSV is begun; here it is ready at once then."""

MOST_TTL_S = 604_800
DAY_S = 86_400
QUALITIES = ("basic", "plus", "premium")
TIERS = ("audio_only", "720p", "1080p", "1440p", "2160p")
USAGE = [
    f"{what}_{q}_{tier}_minutes"
    for what in ("input", "storage", "delivery")
    for q in QUALITIES
    for tier in TIERS
]


async def listing(request: Request) -> Response:
    """The newest first; nothing of days that are not over, nor of those whose CSV is still made."""
    env = environment(request)
    if not env.config.usage_exports:
        raise forbidden(
            "Usage CSV export is not enabled for your organization. Enable it in the Mux Dashboard under "
            "Usage > Exports. This setting cannot be enabled via the API."
        )
    ttl_s = whole_number(request, "download_url_ttl", 3600, most=MOST_TTL_S)
    days = _days(request, env)
    limit, offset = page_of(request)
    expires_s = int(env.clock()) + ttl_s
    shown = [_shown(env, day, expires_s) for day in days[offset : offset + limit]]
    meta = {"page": offset // limit + 1, "pages": -(-len(days) // limit), "limit": limit, "total": len(days)}
    return JSONResponse({"data": shown, "meta": meta})


async def download(request: Request) -> Response:
    """The CSV; whoever has the URL may read it until it ends."""
    env, query = environment(request), request.query_params
    day, expires = request.path_params["day"], query.get("X-Amz-Expires", "")
    right = hmac.compare_digest(_signature(env, day, expires), query.get("X-Amz-Signature", ""))
    if not right or int(expires) < env.clock():
        return PlainTextResponse("Request has expired", status_code=403)
    return PlainTextResponse(await _csv(env, date.fromisoformat(day)), media_type="text/csv")


def _days(request: Request, env: Environment) -> list[date]:
    """Those that are asked for and that there are."""
    now = datetime.fromtimestamp(env.clock(), UTC)
    given = request.query_params.getlist("timeframe[]")
    from_s, until_s = window(given, env.clock()) if given else (0, int(env.clock()))
    yesterday = now.date() - timedelta(days=1)
    oldest = now.date() - timedelta(days=KEPT_D)
    first = max(datetime.fromtimestamp(from_s, UTC).date(), oldest)
    last = min(datetime.fromtimestamp(until_s - 1, UTC).date(), yesterday)
    if last == yesterday and now.hour < READY_AT_H:
        raise ApiError(
            412,
            "precondition_failed",
            "One or more usage CSVs for the requested timeframe are currently being processed. "
            "Try again later.",
        )
    days = [last - timedelta(days=back) for back in range((last - first).days + 1)]
    if not days:
        raise ApiError(404, "not_found", "No usage CSVs found for the requested timeframe.")
    return days


def _shown(env: Environment, day: date, expires_s: int) -> dict[str, Any]:
    query = {"X-Amz-Expires": expires_s, "X-Amz-Signature": _signature(env, str(day), str(expires_s))}
    url = f"{env.config.public_url}/usage-exports/{day}.csv?{urlencode(query)}"
    return {"date": str(day), "file_size": None, "download_url": url, "download_url_expires_at": expires_s}


def _signature(env: Environment, day: str, expires: str) -> str:
    return hmac.new(str(env.chance.seed).encode(), f"{day}:{expires}".encode(), hashlib.sha256).hexdigest()


async def _csv(env: Environment, day: date) -> str:
    from_s = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    delivered = await delivered_s(env, from_s, from_s + DAY_S)
    text = io.StringIO()
    rows = csv.DictWriter(text, ["asset_id", "environment_id", "creator_id", *USAGE], restval="0")
    rows.writeheader()
    for row in env.store.assets.every():
        asset = row.body["asset"]
        used = dict(_used(row, from_s, delivered.get(asset["id"], 0.0)))
        if used:
            creator = asset.get("meta", {}).get("creator_id", "")
            ids = {"asset_id": asset["id"], "environment_id": ENVIRONMENT_ID, "creator_id": creator}
            rows.writerow(ids | used)
    return text.getvalue()


def _used(row: Row, from_s: int, seconds: float) -> Iterator[tuple[str, str]]:
    """What is billed of an asset on the day, in minutes, by column."""
    asset: Mapping[str, Any] = row.body["asset"]
    if "duration" not in asset or asset.get("test") or asset["status"] == "errored":
        return
    quality, minutes = asset["video_quality"], asset["duration"] / 60
    tier = asset["resolution_tier"].replace("-", "_")
    created_s, end_s = int(asset["created_at"]), from_s + DAY_S
    gone_s = end_s if row.live else int(row.body["deleted_at"])
    kept_s = min(gone_s, end_s) - max(created_s, from_s)
    if kept_s > 0:
        yield f"storage_{quality}_{tier}_minutes", f"{minutes * kept_s / DAY_S:.6f}"
    if from_s <= created_s < end_s:
        yield f"input_{quality}_{tier}_minutes", f"{minutes:.6f}"
    if seconds:
        for name, part_s in by_resolution(asset["resolution_tier"], seconds).items():
            yield f"delivery_{quality}_{name.removeprefix('tier_')}_minutes", f"{part_s / 60:.6f}"


ROUTES = [Route("/system/v1/usage/exports", listing)]
DOWNLOADS = [Route("/usage-exports/{day}.csv", download)]
