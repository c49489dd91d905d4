"""What is kept of one lesson and its video, as a protocol that `core/db/` fills."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.leftover import LeftoverCopies
from core.lesson_former import FormerVersions
from core.records import AuditRow, EventRow


class LessonRecords(FormerVersions, LeftoverCopies, Protocol):
    """What is kept of lessons and their videos, for the lesson's own page."""

    def events(self, object_ids: Sequence[str], *, number: int, size: int) -> tuple[Sequence[EventRow], int]:
        """Page `number` (from 1) of what Mux told of these objects, the newest first, and how many in all."""

    def first_events(self, object_ids: Sequence[str]) -> Mapping[str, datetime]:
        """When Mux first sent each type of event about these objects."""

    def input_reasons(self, asset_id: str) -> Mapping[str, str]:
        """Why Mux could not take the file as it was and made another of it, as it said."""

    def audits(self, subjects: Sequence[str], *, number: int, size: int) -> tuple[Sequence[AuditRow], int]:
        """Page `number` (from 1) of who did what to these, the newest first, and how many there are."""

    def last_copy(self, lesson_id: str) -> str | None:
        """The asset that the lesson was made to play last, also where it does not any more; None where it was
        made to play none."""

    def lessons_on(self, asset_id: str, *, but: str, limit: int) -> Sequence[tuple[str, str]]:
        """Other lessons that play the asset: id and title."""

    def resource_ids(self, lesson_id: str) -> Sequence[UUID]:
        """The lesson's resources in their order, held until the transaction ends."""

    def arrange(self, lesson_id: str, resource_ids: Sequence[UUID]) -> None:
        """Put the lesson's resources into this order."""

    def rename(self, lesson_id: str, resource_id: UUID, name: str) -> bool:
        """Give one of its resources another name; False where it has no such one."""

    def remove(self, lesson_id: str, resource_id: UUID) -> bool:
        """Forget one of its resources; the object in S3 stays. False where it has no such one."""
