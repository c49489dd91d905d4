"""Face: runs the jobs. Start as many as you like, on as many machines; they share queue and limits."""

import logging

import core.loading
from core import bootstrap
from core.ports import Call, Services
from face import start

log = logging.getLogger("lectern.worker")


def describe(services: Services) -> str:
    """One line: what this worker runs with; no secret in it."""
    settings = services.settings
    rates = " · ".join(f"{call} {services.pace.rate_per_s(call):g}/s" for call in Call)
    buckets = ", ".join(bucket.name for bucket in settings.s3_buckets) or "no bucket"
    mode = "pull" if settings.pull_works else "push"
    return f"Mux at {settings.mux_base_url} ({rates}) · S3 {buckets} · {mode} by default"


if __name__ == "__main__":
    services = start("worker", "mux_token_id", "mux_token_secret", repeats=True)
    log.info(describe(services))
    core.loading.done()
    bootstrap.run_worker(services)
