"""An audience: how many viewers of a video, or of all of them, used which kind of device and browser, and in
which country they were.

Pure. Few of them are not told apart: no viewer is to be known by a count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.few import FEWEST_TOLD

MOST_TOLD = 6
"""Groups that are told one by one; the smaller ones are the others."""


class Side(StrEnum):
    """What viewers are told apart by, as Mux Data names it."""

    DEVICE = "viewer_device_category"
    COUNTRY = "country"
    BROWSER = "browser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Viewers with the same device, country or browser; `name` None: Mux does not know which, or they are the
    others. A viewer with two devices is in two groups."""

    side: Side
    name: str | None
    viewers: int


def most_viewers(groups: Sequence[Group]) -> int | None:
    """More viewers than these there were not: the smallest sum of a side, in which one may be counted twice.
    None where nothing is known of them.

    >>> most_viewers([Group(side=Side.DEVICE, name=name, viewers=2) for name in ("phone", "tv")])
    4
    """
    sums = [sum(one.viewers for one in groups if one.side is side) for side in {one.side for one in groups}]
    return min(sums, default=None)


def told(groups: Sequence[Group], side: Side) -> list[Group]:
    """The groups of one side as they may be told, the largest first and the others last; every viewer is in
    one of them. Nothing is told where no group is left that has a name."""
    mine = [(one.name, one.viewers) for one in groups if one.side is side]
    return [Group(side=side, name=name, viewers=count) for name, count in merged(mine)]


def merged(counts: Sequence[tuple[str | None, int]]) -> list[tuple[str | None, int]]:
    """Names with their counts as they may be told, the largest first and the others last, without a name.

    Counts under `FEWEST_TOLD` are taken together, with the smallest of the others where they are as few even
    so. Nothing is left where none is that has a name.

    >>> merged([("phone", 9), ("tablet", 6), ("tv", 2), (None, 1)]), merged([("phone", 4)])
    ([('phone', 9), (None, 9)], [])
    """
    ranked = sorted(counts, key=lambda one: -one[1])
    shown = [(name, count) for name, count in ranked if name and count >= FEWEST_TOLD][:MOST_TOLD]
    others = sum(count for _, count in counts) - sum(count for _, count in shown)
    if shown and 0 < others < FEWEST_TOLD:
        others += shown.pop()[1]
    if not shown:
        return []
    return [*shown, *([(None, others)] if others else [])]
