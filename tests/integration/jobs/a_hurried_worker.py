"""The real worker as a process, which gives up a job within a second: `python -m …a_hurried_worker`."""

from core.batch import Retry
from core.bootstrap import build
from core.jobs import running
from core.jobs.worker import run_worker
from core.settings import Settings

if __name__ == "__main__":
    running.BACKOFF = Retry(attempts=2, first_s=0.1, most_s=0.1)
    run_worker(build(Settings.from_env()))
