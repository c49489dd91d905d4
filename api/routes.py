"""The registry of endpoints: a path that is not here does not exist."""

from api import health, playback, schema, uploads, videos, viewing
from api.endpoint import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *health.ENDPOINTS,
    *schema.ENDPOINTS,
    *playback.ENDPOINTS,
    *viewing.ENDPOINTS,
    *uploads.ENDPOINTS,
    *videos.ENDPOINTS,
)
