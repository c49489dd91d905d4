"""What the use cases need of the outside world, as protocols that the folders of `core/` fill."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.access import Person
from core.advice_finds import AdviceRecords
from core.answer import AssetPage as AssetPage
from core.answer import DirectUpload as DirectUpload
from core.answer import Whoami as Whoami
from core.arrivals import Uploads
from core.batch_cost import BatchCosts
from core.budget_alert import Budgets, Hook
from core.bulk_worklist import Bulk
from core.correction import Corrections
from core.cost_shares import CostShares
from core.digest import Digests
from core.event import Event
from core.figures import Figures
from core.heatmap import Heatmaps
from core.host_profiles import HostProfiles
from core.host_schema import HostSchema, SchemaRequests
from core.host_video import HostVideos
from core.intents import Intents
from core.lesson_records import LessonRecords
from core.letter import Post
from core.library_view import Library, SavedViews
from core.mirror import Assets
from core.pace import Call as Call
from core.pace import Lane as Lane
from core.pace import Pace as Pace
from core.people import People
from core.playable import Playables, PlayablesAtOnce
from core.playback import Signer as Signer
from core.price_card import PriceCard
from core.prices import Prices
from core.quality import Qualities
from core.records import Job
from core.renditions import Renditions
from core.repositories import Audit, Events, HostTables, Sources
from core.scanrun import ScanRuns
from core.seal import Seals
from core.settings import Settings
from core.storage import Media, ObjectStore
from core.text_tracks import TextTracks
from core.upkeep import Upkeep
from core.usage_past import UsagePast
from core.usage_records import UsageRecords
from core.usage_s3 import TrafficStore
from core.video_host import VideoHost as VideoHost
from core.viewings import Viewings
from core.watch import Watches
from core.worklist import Batches
from core.year_ahead import Forecaster

Clock = Callable[[], datetime]
"""The present moment, aware, UTC."""


class Tx(Protocol):
    """One transaction with everything that can happen in it."""

    scan_runs: ScanRuns
    sources: Sources
    batches: Batches
    intents: Intents
    assets: Assets
    events: Events
    host: HostTables
    people: People
    playables: Playables
    watches: Watches
    videos: HostVideos
    audits: Audit
    upkeep: Upkeep
    schema_runs: SchemaRequests
    corrections: Corrections
    uploads: Uploads
    captions: TextTracks
    renditions: Renditions
    library: Library
    views: SavedViews
    bulk: Bulk
    lessons: LessonRecords
    figures: Figures
    heatmaps: Heatmaps
    quality: Qualities
    viewings: Viewings
    digests: Digests
    past: UsagePast
    advice: AdviceRecords
    prices: Prices
    usage: UsageRecords
    cost_shares: CostShares
    budgets: Budgets
    batch_costs: BatchCosts

    def commit(self) -> None:
        """Make it all true at once; what was enqueued can be taken from then on."""

    def receive(self, events: Sequence[Event], *, now: datetime) -> frozenset[str]:
        """In a `….one`, so committed at once: keep them with the jobs they wake; the ids of the new ones."""

    def rollback(self) -> None:
        """Undo what was done so far; the transaction can go on."""

    def enqueue(
        self, job: Job, *, at: datetime | None = None, key: str | None = None, priority: int = 0, **args: Any
    ) -> None:
        """Enqueue in this transaction. With `key`, nothing happens when one with that key waits already."""

    def audit(
        self,
        actor: Person,
        action: str,
        subject: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep who did what to what, with what changed, in this transaction."""


class UnitOfWork(Protocol):
    """`with uow("name") as tx:` rolls back unless `tx.commit()` was called.

    The name is where a test can kill the process, before and after the commit.
    """

    def __call__(self, name: str) -> AbstractContextManager[Tx]: ...


class Player(Protocol):
    """Playing a copy the way a browser would."""

    def first_frame(self, manifest_url: str) -> None:
        """Fetch manifest, rendition and first segment and decode a frame.

        Raises `Unavailable` when it may play in a moment, `Refused` when it does not play.
        """

    def links(self, manifest_url: str) -> Iterator[str]:
        """The same link by link, each named once it holds: `manifest`, `rendition`, `first segment`,
        `first frame`."""

    def picture(self, url: str) -> None:
        """Fetch a picture. Raises as `first_frame` does."""

    def text(self, url: str) -> bytes:
        """Fetch a text track. Raises as `first_frame` does."""


class Uploader(Protocol):
    """Sending bytes to a direct upload URL."""

    def send(self, url: str, chunks: Iterator[bytes], *, size_bytes: int | None) -> None:
        """PUT in order, going on from the server's position; `size_bytes` None: told with the last piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a use case may ask for; `core.bootstrap.build` makes it, tests make their own."""

    settings: Settings
    clock: Clock
    uow: UnitOfWork
    pace: Pace
    mux: VideoHost
    """In the batch lane."""
    mux_now: VideoHost
    """In the interactive lane: a person waits."""
    store: ObjectStore
    media: Media
    player: Player
    uploader: Uploader
    schema: HostSchema
    """The shape of the school's own tables."""
    profiles: HostProfiles
    """What else ops may switch on in them."""
    signer: Signer | None
    """None without a signing key."""
    seals: Seals
    post: Post | None = None
    """What takes letters; None where none are sent."""
    hook: Hook | None = None
    """What is told of budgets by webhook; None where no address is set."""
    built_in_cards: Sequence[PriceCard] = ()
    """The price cards that Lectern brings with it."""
    forecaster: Forecaster | None = None
    """What finds trends; without, none are looked for."""
    traffic: TrafficStore | None = None
    """What says what left a bucket; None where S3 is not Amazon's."""
    at_once: PlayablesAtOnce | None = None
    """What playing asks on an event loop; None where every question has a thread."""
