"""Figures of what was watched: what they cost at Mux Data's limit, and the page over days by the million."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import analytics_fill as fill
from bench import analytics_page as page
from bench.claim import Claim
from bench.driving import prepared
from core.figures import KEPT_BY_MUX_D
from core.period import Period
from sandbox.stack import running_stack

# Of so many videos the double makes up views of four weeks for longer than a call may take.
FULL = fill.Scale(
    rate_per_s=5.0,
    days=KEPT_BY_MUX_D,
    assets=1_000,
    of_a_large_day=10_000,
    periods=(Period.WEEK,),
)
QUICK = fill.Scale(rate_per_s=10.0, days=4, assets=110, of_a_large_day=290, periods=(Period.WEEK,))


def measure(*, quick: bool) -> Iterator[Claim]:
    scale = QUICK if quick else FULL
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), **fill.stack(scale)) as stack:
        services = prepared(stack)
        yield from fill.claims(stack, services, scale)
        yield from page.claims(stack, services, page.QUICK if quick else page.FULL)
