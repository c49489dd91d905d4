"""What Mux answers beside assets: a page of them, an upload, whose token it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.asset import Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPage:
    assets: Sequence[Asset]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectUpload:
    """`url` opens the upload: hand it to the browser at the moment of use, keep it nowhere."""

    id: str
    url: str = field(repr=False)
    status: str = "waiting"
    asset_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whoami:
    environment: str
    environment_type: str
    permissions: tuple[str, ...]
    environment_id: str = ""
    answered_at: datetime | None = None
    """Mux's own clock, from the answer's `Date` header."""
