"""Every path of api.mux.com that the double answers."""

from sandbox.mux.api import (
    assets,
    delivery_usage,
    files,
    metrics,
    system,
    tracks,
    uploads,
    usage_exports,
    views,
)

ROUTES = [
    *assets.ROUTES,
    *tracks.ROUTES,
    *files.ROUTES,
    *uploads.ROUTES,
    *delivery_usage.ROUTES,
    *system.ROUTES,
    *metrics.ROUTES,
    *views.ROUTES,
    *usage_exports.ROUTES,
]
