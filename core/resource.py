"""A lesson's resources: audio, PDFs, pictures and subtitles that lie beside its video."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.filekind import FileKind
from core.source import Location


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
