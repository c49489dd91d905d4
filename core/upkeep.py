"""What keeps us true to Mux: whose assets these are, which are to go, what each comparison found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.access import Person
from core.master import Masters


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The environment of Mux that holds the assets recorded here."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An asset that is to be deleted at Mux. `asked`: by a person, not because it is a twin."""

    asset_id: str
    asked: bool
    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a reconcile found and did."""

    assets: int = 0
    """Assets at Mux."""
    twins: int = 0
    """Copies of ours that nobody uses, deleted."""
    gone: int = 0
    """Assets we held for alive that Mux does not have."""
    moved: int = 0
    """Items that went on because of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileRow:
    """One reconcile of the past; `error` and `hint` say why it stopped, where it did."""

    by: str
    started_at: datetime
    finished_at: datetime
    found: Reconciled
    error: str | None = None
    hint: str = ""


class Old(StrEnum):
    """What is forgotten in time, and what of it stays all the same."""

    EVENTS = "events"
    """But those that wait, and those of open intents, which the search for a lost answer reads."""
    HISTORY = "history"
    """Lines of batches that were over before."""
    RECONCILES = "reconciles"
    """But the last one."""
    VIEWINGS = "viewings"
    """Those last heard of before: what they counted stands in the school's rows."""
    TROUBLES = "troubles"
    """What players could not do."""
    CAPTIONS = "captions"
    """Those that are gone, but not while others that took their place answer for them."""
    UPLOADS = "uploads"
    """Those that ended before, but the one that a lesson plays and those that may go on."""
    HEATMAPS = "heatmaps"
    """Those of videos that nobody has looked at since."""
    FAILED_VIEWS = "failed_views"
    """Single views that ended with an error."""
    DIGESTS = "digests"
    """What became of letters."""


class Upkeep(Masters, Protocol):
    """`mux_admin.environment`, `discards`, `reconciles` and `masters`."""

    def environment(self) -> Environment | None:
        """None until an asset of ours was seen at Mux."""

    def note_environment(self, environment: Environment) -> None:
        """Keep the first one; a second never replaces it."""

    def want_gone(self, asset_id: str, *, asked: bool, by: Person) -> None:
        """Remember that an asset is to be deleted, until it is; what a person asked for outranks a twin's."""

    def wish(self, asset_id: str) -> Wish | None:
        """Who wanted it gone; None where nobody did."""

    def wishes(self, *, tried_before: datetime, limit: int = 100) -> Sequence[str]:
        """Ids of assets to be deleted that were not tried since, the longest untried first."""

    def tried(self, asset_id: str, *, now: datetime) -> None:
        """Mux was asked to delete it, whatever came of it."""

    def drop_wish(self, asset_id: str) -> Wish | None:
        """Forget the wish: the asset is gone, or in use after all. Returns what was forgotten."""

    def reconciled(self, row: ReconcileRow) -> None:
        """Keep what a comparison with Mux came to."""

    def forget(self, old: Old, *, before: datetime, limit: int) -> int:
        """Delete such rows from before; returns how many, at most `limit`."""

    def local_secret(self) -> str:
        """What Lectern signs with for itself."""

    def last_reconcile(self) -> ReconcileRow | None:
        """What the last one came to; None before the first."""
