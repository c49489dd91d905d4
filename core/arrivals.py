"""Uploads and lesson resources, as protocols that `core/db/` fills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.batch import ItemState
from core.resource import Resource
from core.upload import Upload, UploadState, UploadTrouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """An upload that goes to Mux by a batch, and where the batch's item stands."""

    upload_id: UUID
    state: ItemState
    reason: str | None
    asset_id: str | None


class Uploads(Protocol):
    """`mux_admin.uploads`."""

    def add(self, upload: Upload) -> None:
        """Keep a new one. Raises `StaleState` where another video is on its way to the lesson."""

    def opened_since(self, subject: str, moment: datetime) -> list[datetime]:
        """When this person opened uploads since, oldest first; whoever else asks waits for our end."""

    def get(self, upload_id: UUID, *, lock: bool = False) -> Upload | None:
        """With `lock`, held until the transaction ends."""

    def by_mux_id(self, mux_upload_id: str) -> UUID | None:
        """The one that Mux knows under this id."""

    def alive_at(self, lesson_id: str) -> Upload | None:
        """The video that is on its way to the lesson."""

    def move(
        self,
        upload_id: UUID,
        then: UploadState,
        *,
        now: datetime,
        trouble: UploadTrouble | None = None,
        reason: str | None = None,
        **facts: Any,
    ) -> Upload:
        """Take it to its next state, with columns that change by it. Raises `IllegalMove`."""

    def note(self, upload_id: UUID, **facts: Any) -> Upload:
        """Change columns, not the state."""

    def newest(self, *, subject: str | None, lesson_id: str | None, limit: int) -> Sequence[Upload]:
        """The newest first; one person's or everybody's."""

    def silent(self, *, before: datetime, now: datetime, limit: int) -> Sequence[Upload]:
        """Alive ones that have not moved, nor been asked about, since, and those whose time is over."""

    def untidy(self, *, limit: int) -> Sequence[Upload]:
        """Those that are over and may have left something in S3 that nobody wants."""

    def in_batches(self) -> Sequence[Led]:
        """Those that go by a batch and are not through, and those whose batch may yet try them again."""

    def asked(self, upload_ids: Sequence[UUID], *, now: datetime) -> None:
        """The sweep has gone after these."""

    def add_resource(self, resource: Resource, *, now: datetime) -> None:
        """Keep what lies beside a lesson; a second time changes nothing."""

    def given(self, resource_id: UUID, asset_id: str) -> None:
        """The asset has these subtitles by now."""

    def resources(self, lesson_id: str) -> Sequence[Resource]:
        """What lies beside a lesson: in the order it was put into, then oldest first."""
