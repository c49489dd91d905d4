"""The words for lessons that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.lesson_comparing import Comparison
from core.lesson_day_told import Told
from core.retention import Curve, half_gone_s
from core.retention_looking import LessonViewing
from dashboard import formats
from dashboard.library.cards import UNTITLED

LONGEST_TITLE, LEGEND_TITLE = 60, 22
HEIGHT_PX = 340
"""Of a chart: on a phone five names above it take a third of that."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
"""Beside its colour, by which somebody who sees few colours tells a lesson from the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A lesson as charts and tables name it: by number, title, and how its line is drawn."""

    number: int
    seen: LessonViewing

    @property
    def title(self) -> str:
        return formats.shortened(self.seen.title, LONGEST_TITLE) or UNTITLED

    @property
    def legend(self) -> str:
        return f"{self.number} {formats.shortened(self.seen.title, LEGEND_TITLE) or UNTITLED}"

    @property
    def dash(self) -> str:
        return DASHES[(self.number - 1) % len(DASHES)]

    @property
    def views(self) -> int | None:
        """None where they are few."""
        return self.seen.told.views

    @property
    def watch_ms(self) -> int | None:
        return self.seen.told.watch_ms

    @property
    def half_gone_s(self) -> float | None:
        """When half have left; None where more stay, or there is no curve."""
        return half_gone_s(self.seen.curve) if isinstance(self.seen.curve, Curve) else None


def shown(lines: Sequence[Line]) -> Sequence[Told]:
    """Each lesson's days; by weeks where one of them is told so, because days would not lie beside these."""
    weekly = any(line.seen.told.is_weekly for line in lines)
    return [line.seen.by_week if weekly else line.seen.by_day for line in lines]


def lines(found: Comparison) -> Sequence[Line]:
    """The lessons, numbered from 1."""
    return [Line(number=number, seen=seen) for number, seen in enumerate(found.lessons, 1)]


def quoted(line: Line) -> str:
    """As it stands in a sentence."""
    return f"“{line.title}”"
