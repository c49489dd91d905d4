"""`/video/v1/delivery-usage`: seconds delivered per asset, from the same views that Mux Data tells of."""

from collections import defaultdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.mux.api.answers import data, environment, page_of
from sandbox.mux.environment import Environment
from sandbox.mux.errors import invalid
from sandbox.mux.views.audience import views_for
from sandbox.mux.views.question import Question

HOUR_S = 3600
NEWEST_AGE_S = 12 * HOUR_S
OLDEST_AGE_S = 90 * 24 * HOUR_S
# Players fetch ahead of what they show.
FETCHED_AHEAD = 1.04
TIERS = ("2160p", "1440p", "1080p", "720p")


async def listing(request: Request) -> Response:
    """Rows above nought, most delivered first; nothing younger than 12 hours or older than 90 days."""
    env, query = environment(request), request.query_params
    if query.get("asset_id") and query.get("live_stream_id"):
        raise invalid("asset_id and live_stream_id are mutually exclusive")
    from_s, until_s = _window(query.getlist("timeframe[]"), env.clock())
    limit, offset = page_of(request, default_limit=100)
    seen = (max(from_s, int(env.clock()) - OLDEST_AGE_S), min(until_s, _newest_s(env.clock())))
    found = {} if query.get("live_stream_id") else await delivered_s(env, *seen, query.get("asset_id"))
    rows = sorted(
        (_row(env, asset_id, seconds) for asset_id, seconds in found.items()),
        key=lambda row: row["delivered_seconds"],
        reverse=True,
    )
    frame: dict[str, Any] = {"timeframe": [from_s, until_s], "limit": limit, "page": offset // limit + 1}
    return data(rows[offset : offset + limit], **frame, total_row_count=len(rows))


async def delivered_s(
    env: Environment, from_s: int, until_s: int, asset_id: str | None = None
) -> dict[str, float]:
    """Seconds delivered between two moments, by asset."""
    asked = Question(from_s=from_s, until_s=until_s)
    question = asked.only("asset_id", asset_id) if asset_id else asked
    total_s: dict[str, float] = defaultdict(float)
    for view in await views_for(env, question):
        if view.asset_id:
            total_s[view.asset_id] += view.playing_ms / 1000 * FETCHED_AHEAD
    return {asset_id: seconds for asset_id, seconds in total_s.items() if seconds > 0}


def _row(env: Environment, asset_id: str, delivered_s: float) -> dict[str, Any]:
    found = env.store.assets.find(asset_id)
    # Deleted assets stay in the store for this list.
    assert found is not None, "views are only made up for assets that were there"
    asset = found.body["asset"]
    row = {
        "asset_id": asset_id,
        "created_at": asset["created_at"],
        "asset_state": asset["status"] if found.live else "deleted",
        "asset_duration": asset["duration"],
        "asset_resolution_tier": asset["resolution_tier"],
        "asset_encoding_tier": asset["encoding_tier"],
        "asset_video_quality": asset["video_quality"],
        "delivered_seconds": round(delivered_s, 6),
        "delivered_seconds_by_resolution": by_resolution(asset["resolution_tier"], delivered_s),
    }
    row |= {"passthrough": asset["passthrough"]} if "passthrough" in asset else {}
    return row | ({} if found.live else {"deleted_at": str(found.body["deleted_at"])})


def by_resolution(tier: str, delivered_s: float) -> dict[str, float]:
    """Two thirds at the asset's own tier, the rest one below; a tier without delivery is left out."""
    if tier == "audio-only":
        return {"tier_audio_only": round(delivered_s, 6)}
    lower = TIERS[min(TIERS.index(tier) + 1, len(TIERS) - 1)]
    if lower == tier:
        return {f"tier_{tier}": round(delivered_s, 6)}
    return {f"tier_{tier}": round(delivered_s * 2 / 3, 6), f"tier_{lower}": round(delivered_s / 3, 6)}


def _window(given: list[str], now_s: float) -> tuple[int, int]:
    """Two epoch seconds; by default the newest full hour that is old enough."""
    if not given:
        return _newest_s(now_s) - HOUR_S, _newest_s(now_s)
    if len(given) != 2 or not all(text.isdecimal() for text in given) or int(given[0]) >= int(given[1]):
        raise invalid("timeframe must be a start and an end in epoch seconds")
    return int(given[0]), int(given[1])


def _newest_s(now_s: float) -> int:
    return int(now_s - NEWEST_AGE_S) // HOUR_S * HOUR_S


ROUTES = [Route("/video/v1/delivery-usage", listing)]
