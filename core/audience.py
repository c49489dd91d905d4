"""An audience: how many viewers of a video used which kind of device, and in which country they were.

Pure. Few of them are not told apart: no viewer is to be known by a count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.attention import FEWEST_TOLD

MOST_TOLD = 6
"""Groups that are told one by one; the smaller ones are the others."""


class Side(StrEnum):
    """What viewers are told apart by, as Mux Data names it."""

    DEVICE = "viewer_device_category"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Viewers with the same device or country; `name` None: Mux does not know which, or they are the others.
    A viewer with two devices is in two groups."""

    side: Side
    name: str | None
    viewers: int


def told(groups: Sequence[Group], side: Side) -> list[Group]:
    """The groups of one side as they may be told, the largest first and the others last; every viewer is in
    one of them.

    Groups under `FEWEST_TOLD` are taken together, with the smallest of the others where they are as few even
    so. Nothing is told where no group is left that has a name.
    """
    mine = sorted((one for one in groups if one.side is side), key=lambda one: -one.viewers)
    shown = [one for one in mine if one.name and one.viewers >= FEWEST_TOLD][:MOST_TOLD]
    others = sum(one.viewers for one in mine) - sum(one.viewers for one in shown)
    if shown and 0 < others < FEWEST_TOLD:
        others += shown.pop().viewers
    if not shown:
        return []
    return [*shown, *([Group(side=side, name=None, viewers=others)] if others else [])]
