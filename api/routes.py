"""The registry of endpoints: a path that is not here does not exist."""

from typing import Any

from api import captions, costs, health, playback, schema, uploads, videos, viewing
from api.endpoint import Answer, Call, Endpoint
from api.openapi import document

UNCHANGED = "public, max-age=300, stale-while-revalidate=86400"


def description(call: Call) -> Answer:
    """This API, described as OpenAPI 3.1."""
    return Answer(data=document(ENDPOINTS, server=call.services.settings.api_url), cache=UNCHANGED)


ENDPOINTS: tuple[Endpoint, ...] = (
    *playback.ENDPOINTS,  # first, because a path is looked for in this order, and every viewer asks for it
    *health.ENDPOINTS,
    *schema.ENDPOINTS,
    *viewing.ENDPOINTS,
    *captions.ENDPOINTS,
    *costs.ENDPOINTS,
    *uploads.ENDPOINTS,
    *videos.ENDPOINTS,
    Endpoint(method="GET", path="/api/openapi.json", action=None, answer=description, gives=dict[str, Any]),
)
