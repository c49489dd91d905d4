"""A stage per test, as uploads have it."""

from tests.integration.uploads.conftest import clock, early, film, mux_seed, mux_url, s3, stage, webhook

__all__ = ["clock", "early", "film", "mux_seed", "mux_url", "s3", "stage", "webhook"]
