"""What lessons used, and what they are told under: what the database answers for an allocation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.library import Reader
from core.month_costs import Group
from core.usage import Month, Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLesson:
    """A lesson with what it is told under; "" where the school does not tell, or it is gone."""

    lesson_id: str
    title: str = ""
    course_id: str = ""
    course: str = ""
    teacher_id: str = ""
    teacher: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What lessons used of one thing, videos of several lessons shared evenly."""

    sku: Sku
    quantity: Decimal


class CostShares(Protocol):
    """What assets used, by the lessons that play them, and what lies in S3, by those that name it: evenly
    where several do."""

    def by_lesson(
        self, month: Month, *, until: datetime, prices: Mapping[Sku, Decimal]
    ) -> Mapping[str, Mapping[Group, Decimal]]:
        """What assets and files of each lesson cost at these prices, by group, without what costs nothing.

        Under "" stand assets that no lesson plays in the month. One that is replaced in it counts all month.
        """

    def quantities(self, lessons: Sequence[str], month: Month, *, until: datetime) -> Sequence[Quantity]:
        """What the assets and files of these lessons used; of "" assets that no lesson plays."""

    def lessons(self, reader: Reader) -> Sequence[CostLesson]:
        """The lessons that somebody sees, with their course and who made them."""
