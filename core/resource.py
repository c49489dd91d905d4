"""A lesson's resources: audio, PDFs, pictures and subtitles that lie beside its video."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.filekind import FileKind
from core.source import Location

CHAPTERS = r"(^|\.)chapters\.vtt$"
"""What the file of a lesson's chapters is called, whatever the case; PostgreSQL reads it as Python does."""


def is_chapters(name: str) -> bool:
    """Whether a file of this name holds a lesson's chapters; any other subtitles are words that are said."""
    return re.search(CHAPTERS, name, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One file; `url` opens it for a while, and is '' until somebody who may see it asks."""

    id: UUID
    lesson_id: str
    kind: FileKind
    name: str
    mime: str
    size_bytes: int
    location: Location
    person: str
    created_at: datetime
    language: str | None = None
    """Of subtitles."""
    asset_id: str | None = None
    """The asset at Mux that was given these subtitles."""
    url: str = field(default="", repr=False)

    @property
    def are_captions(self) -> bool:
        """Whether they are words that are said, and so a track of what the lesson plays."""
        return self.kind is FileKind.SUBTITLE and not is_chapters(self.name)
