"""Scenarios that together pass every failpoint of a part, and what becomes of them when they are killed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tests.integration.engine.harness import Engine
from tests.integration.engine.points import PORTS

W = TypeVar("W")


@dataclass(slots=True)
class Kills(Generic[W]):
    """One part's, whose scenarios go through a `W`. They run first, once each, and tell which points they
    pass."""

    points: Iterable[str]
    school_of: Callable[[W], Engine]
    in_order: Callable[[W], None]
    passed: dict[str, Callable[[W], None]] = field(default_factory=dict)
    """The first scenario that passes each point."""
    inside: set[str] = field(default_factory=set)
    """What was passed while a transaction was open."""

    def play(self, scenario: Callable[[W], None], way: W) -> None:
        """Nobody is killed."""
        scenario(way)
        self.in_order(way)
        trip = self.school_of(way).trip
        for point in trip.passed:
            self.passed.setdefault(point, scenario)
        self.inside.update(trip.passed_inside)

    def kill(self, point: str, way: W) -> None:
        """Once, at this point."""
        assert point in self.passed, "no scenario passes this point: add one"
        trip = self.school_of(way).trip
        trip.point = point
        self.passed[point](way)
        assert trip.killed
        self.in_order(way)

    def not_passed(self) -> set[str]:
        """Points that no scenario passes."""
        return set(self.points) - set(self.passed)

    def asked_inside(self) -> set[str]:
        """Of whom outside something was asked while a transaction was open."""
        return {point for point in self.inside if point.partition(".")[0] in PORTS}
