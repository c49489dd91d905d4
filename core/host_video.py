"""What the school's own rows say of a video, as a protocol that `core/db/` fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class HostVideo:
    """A row of `lessons` or `videos`, in the columns that were there before us.

    `addresses` are those of its video by column (`video_url`, `hls_url`, `s3_key`), without any query, which
    may hold somebody's signature. `beside` are the ids of its rows in the other table.
    """

    table: str
    row_id: str
    title: str | None
    addresses: Mapping[str, str]
    beside: tuple[str, ...] = ()


class HostVideos(Protocol):
    """The school's rows of videos, read whatever columns they have."""

    def get(self, table: str, row_id: str) -> HostVideo | None:
        """One row; None where table or row are not there."""
