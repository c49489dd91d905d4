"""`mux_admin.uploads` in a dict, for the faces."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import StaleState
from core.upload import Upload, UploadState, UploadTrouble, Via


@dataclass(slots=True)
class FakeUploads:
    kept: dict[UUID, Upload] = field(default_factory=dict)

    def add(self, upload: Upload) -> None:
        if any(one.is_alive and one.lesson_id == upload.lesson_id for one in self.kept.values()):
            raise StaleState("Somebody is already uploading a video to this lesson.")
        self.kept[upload.id] = upload

    def opened_since(self, subject: str, moment: datetime) -> list[datetime]:
        mine = (one for one in self.kept.values() if one.subject == subject)
        return sorted(one.created_at for one in mine if one.created_at > moment)

    def get(self, upload_id: UUID, *, lock: bool = False) -> Upload | None:
        return self.kept.get(upload_id)

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
        return self.note(upload_id, state=then, moved_at=now, trouble=trouble, reason=reason, **facts)

    def note(self, upload_id: UUID, **facts: Any) -> Upload:
        if "via" in facts:
            facts["via"] = Via(facts["via"])
        self.kept[upload_id] = replace(self.kept[upload_id], **facts)
        return self.kept[upload_id]

    def resources(self, lesson_id: str) -> list[Any]:
        return []
