"""What the database answers, as protocols that `core/db/` fills; those of one `Tx` share its connection."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.asset import Asset
from core.event import Event
from core.found import Settled, Waiting
from core.kind import Kind
from core.lesson_form import LessonRows
from core.migration import Options, PlanTotals
from core.own_videos import OwnVideos
from core.records import AuditRow, EventRow, Scan, Switch, Written
from core.selection import Choice, Facets, Filter, Sort
from core.source import HostRow, MediaFacts, ObjectFacts, Source


class Sources(Protocol):
    """`mux_admin.sources`, `scans` and `source_links`."""

    def begin_scan(self, bucket: str, prefix: str) -> Scan:
        """The unfinished scan of this bucket part, else a new one."""

    def upsert_page(self, scan: Scan, page: Sequence[ObjectFacts]) -> Scan:
        """Take in one listing page by COPY. A changed etag or size is a new version: what was known of the
        old bytes (kind, length, SHA-256) is forgotten. Returns the scan, moved on to the page's last key."""

    def finish_scan(self, scan: Scan) -> None:
        """Mark what this scan did not see as gone, and fold the segments of HLS folders into one source."""

    def relink(self, *, domains: Mapping[str, str], endpoint_hosts: Sequence[str]) -> int:
        """Read the host's rows anew and record which source each points at; returns how many point.

        A row whose object was not seen makes a source; where its bucket could not be listed to its end, its
        finding is UNLISTED, else MISSING.
        """

    def take_in(self, found: ObjectFacts) -> int:
        """The source of an object that an upload brought, made where there is none; returns its id."""

    def link(self, source_id: int, row: HostRow) -> None:
        """Have the row's column point at this source, and at no other one."""

    def unlink(self, table: str, row_id: str) -> None:
        """The row names no source any more."""

    def refresh_findings(self, source_ids: Sequence[int] | None = None) -> None:
        """Compute findings and standing again; for all sources when no ids are given."""

    def unprobed(self, *, limit: int) -> list[int]:
        """Ids of present sources whose kind or length is not known, was not found unreadable and is not put
        off at present."""

    def put_off_probe(
        self, source_id: int, *, trouble: str | None, first_wait_s: float, most_wait_s: float
    ) -> None:
        """It could not be looked into: rest, twice as long with each try; a `trouble` makes it UNREADABLE
        meanwhile."""

    def doubt_troubles(self) -> int:
        """Make every UNREADABLE source that is present unprobed again; returns how many."""

    def get(self, source_id: int) -> Source | None:
        """None where there is no such source."""

    def set_media(
        self, source_id: int, kind: Kind, media: MediaFacts | None, *, error: str | None, etag: str
    ) -> None:
        """Record what a probe of this version found; `error` makes it UNREADABLE. Nothing happens when a
        scan has found another version since."""

    def set_sha256(self, source_id: int, sha256: str, *, etag: str) -> None:
        """Record the hash of this version, unless a scan has found another one since."""

    def same_size_and_etag(self, source_id: int) -> list[Source]:
        """Other present sources that may hold the same bytes."""

    def keep_ticks(self, kept_id: str, *, person: str, ticks: str) -> None:
        """Keep a selection for a week under this person's id, in place of what was kept under it."""

    def kept_ticks(self, kept_id: str, *, person: str) -> str | None:
        """What this person kept under the id, at most a week ago."""

    def rows_of(self, source_id: int, *, but_on: str | None = None) -> list[HostRow]:
        """The host rows that point at the source. With `but_on`, those that are to switch to that asset: not
        those that did, nor lessons that name this HLS folder beside the film itself."""

    def page(self, filter: Filter, sort: Sort, *, number: int, size: int) -> list[Source]:
        """Page `number` (from 1) of the sources that match."""

    def count(self, filter: Filter, *, among: Collection[int] | None = None) -> int:
        """How many match, of these ids alone when they are given."""

    def facets(self) -> Facets:
        """How many there are of each kind, standing and finding, and when the last scan was."""

    def totals(self, choice: Choice, options: Options) -> PlanTotals:
        """What a choice comes to under these options: what is made, what is there, what is skipped."""

    def ids(self, choice: Choice, *, limit: int) -> list[int]:
        """Up to `limit` sources of the choice."""

    def own_videos(self, owner_id: str, *, limit: int = 20) -> OwnVideos:
        """How the videos stand whose lessons belong to this host user."""


class Events(Protocol):
    """`mux_admin.webhook_events`."""

    def store(self, event: Event, *, now: datetime) -> bool:
        """Keep it; False when it is known already."""

    def take(self, event_id: str) -> Event | None:
        """Lock it for ingestion; None when it was ingested or does not exist."""

    def ingested(self, event_id: str, *, now: datetime) -> None:
        """It changed what follows from it; a replay makes it ingestible again."""

    def failed(self, event_id: str, *, error: str, most: int) -> None:
        """Count one failed try; from the `most`-th on the error stands and nobody is told to try again."""

    def created_under(self, passthrough: str) -> list[Asset]:
        """Assets that `video.asset.*` events announced under this passthrough."""

    def newest(self, *, limit: int = 100, type: str = "", failed: bool = False) -> list[EventRow]:
        """The newest first; of one type or of all, or those alone whose ingestion failed."""

    def waiting(self, *, before: datetime, limit: int = 1000) -> list[str]:
        """Ids of events that should have been ingested by now, and were not given up."""

    def replay(self, event_id: str) -> bool:
        """Make it ingestible again; False when it does not exist."""

    def last_received_at(self) -> datetime | None:
        """When Mux last reached us; None before the first event."""


class HostTables(LessonRows, Protocol):
    """The school's own tables: the only way in."""

    def write(self, table: str, row_id: str, facts: Mapping[str, Any]) -> Written:
        """Write what the columns found allow and keep the rest in `pending_facts`.

        Only declared columns are accepted (`InvalidInput`); values are bound.
        """

    def insert(self, table: str, facts: Mapping[str, Any], *, fill: Sequence[str] = ()) -> str:
        """Add a row of what the columns found allow, None left out; returns its id. `fill` names columns that
        get an empty value where they need one. Where it is refused, all stays as it was."""

    def point(self, table: str, row_id: str, places: Mapping[str, str | None]) -> Mapping[str, Any] | None:
        """Have columns of `core.address.COLUMNS` name another object, or none; returns what stood in those
        that are there, None where there is no such row."""

    def read(self, table: str, row_id: str) -> Mapping[str, Any] | None:
        """What the row says in the columns that Lectern adds, facts that wait for theirs included; None
        where there is no such row."""

    def addresses(self, table: str, row_id: str, *, lock: bool = True) -> Mapping[str, Any] | None:
        """What the row's columns of `core.address.COLUMNS` hold, the row locked; None where there is none."""

    def put_back(self, switch: Switch, *, loosely: bool = False) -> bool:
        """Write `before` again where the row still holds `after`; False when somebody changed it since.

        `loosely`: where it still names the same playback id, each column that holds what was written.
        """

    def switched(self, item_id: UUID) -> list[Switch]:
        """The rows that the item switched, with what stood in them before."""

    def amend(self, asset_id: str, facts: Mapping[str, Any]) -> None:
        """Write what came later into the rows of `videos` that play the asset; a way back knows of it."""

    def keep_switch(self, item_id: UUID, row: HostRow, written: Written, after: Mapping[str, Any]) -> None:
        """Remember what stood in the row before the item switched it, so that it can be put back."""

    def pending_rows(self) -> int:
        """How many rows wait for columns."""

    def waiting(self, *, after: Waiting | None = None, limit: int = 200) -> list[Waiting]:
        """Rows some of whose facts could be written now, in key order from the first after `after`."""

    def settle(self, waiting: Waiting) -> Settled | None:
        """Write what waits for the row as far as the columns allow, and complete its kept switch; None where
        nothing was to be written."""

    def let_go(self, waiting: Waiting) -> Mapping[str, Any]:
        """Forget what waits for the row; returns it."""

    def awaits(self, item_id: UUID) -> bool:
        """Whether rows that the item switched still wait for columns."""


class Audit(Protocol):
    def newest(self, *, limit: int = 100, subject: str = "") -> list[AuditRow]:
        """The newest first; about one subject or about all."""
