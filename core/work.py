"""Work: an item on its way to a new asset, and what that is made from."""

from dataclasses import dataclass, replace

from core.asset import Asset, Quality
from core.batch import BatchState
from core.bulk import Order
from core.migration import Options
from core.records import Intent, Item
from core.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that a step on the way to a new asset needs, read at once.

    `source` is the file in S3 that it is made from; None where another copy's master has to do.
    """

    item: Item
    batch_state: BatchState
    options: Options
    source: Source | None = None
    intent: Intent | None = None
    asset: Asset | None = None

    @property
    def called(self) -> str | None:
        """The title of what is made."""
        return self.source.title if self.source else None

    @property
    def version(self) -> str:
        """The ETag of the file that it is made from; "" where it is made from no file."""
        return self.item.etag

    @property
    def wanted(self) -> Options:
        """What is asked of Mux."""
        return self.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Work):
    """A file in S3 is to be played from Mux."""

    source: Source
    is_public: bool  # whether every host row that points at the source is


@dataclass(frozen=True, slots=True, kw_only=True)
class Remake(Work):
    """A new copy is to take the place of the one that a lesson plays; `source` is what that was made from,
    while it is the same."""

    old: Asset
    order: Order
    title: str

    @property
    def lesson_id(self) -> str:
        return self.item.lesson_id or ""

    @property
    def called(self) -> str | None:
        return self.title

    @property
    def version(self) -> str:
        return self.source.etag if self.source else ""

    @property
    def wanted(self) -> Options:
        """As the old copy was made, but for the sound; captions that there are go along."""
        known = self.old.video_quality in set(Quality)
        quality = Quality(str(self.old.video_quality)) if known else Quality.PLUS
        return replace(self.options, quality=quality, normalize_audio=True, captions_language=None)
