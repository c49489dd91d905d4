"""Every path of api.mux.com that the double answers."""

from sandbox.mux.api import assets, files, system, tracks, uploads

ROUTES = [*assets.ROUTES, *tracks.ROUTES, *files.ROUTES, *uploads.ROUTES, *system.ROUTES]
