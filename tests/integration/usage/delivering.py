"""Mux's delivery usage over a list of rows, and services that read it into a real database."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

from core.billed import Export
from core.errors import NotFound, Refused
from core.figures import Span
from core.forms import Secret
from core.ports import Services, UnitOfWork
from core.usage_delivery import DeliveryPage
from tests.pages.fakes import School, services

NOW = datetime(2026, 3, 10, 14, 20, tzinfo=UTC)
"""Mux tells of deliveries up to 02:00 of this day, and of all days from 11 December 2025 on."""


def row(asset_id: str = "film", seconds: float | str = 90, **facts: Any) -> dict[str, Any]:
    """All of it delivered at 1080p, of an asset of plus, unless told otherwise."""
    usual = {
        "asset_id": asset_id,
        "asset_video_quality": "plus",
        "delivered_seconds": seconds,
        "delivered_seconds_by_resolution": {"tier_1080p": seconds},
    }
    return usual | facts


@dataclass
class Deliveries:
    """The same rows every day, unless a day has its own; `errors` are raised by the calls they are numbered
    by, from 1."""

    rows: Sequence[Mapping[str, Any]] = ()
    of_days: dict[date, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    errors: dict[int, Exception] = field(default_factory=dict)
    asked: Counter[date] = field(default_factory=Counter)
    spans: dict[date, Span] = field(default_factory=dict)
    tells_total: bool = True
    csvs: dict[date, str] = field(default_factory=dict)
    """Billing exports, of which there are none unless a test has some."""
    no_exports: Exception | None = None
    being_made: date | None = None
    """As long as this day is asked for, the list is refused."""
    opened: list[date] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    def deliveries(self, *, span: Span, page: int, limit: int) -> DeliveryPage:
        day = datetime.fromtimestamp(span.start_s, UTC).date()
        with self.lock:
            self.asked[day] += 1
            self.spans[day] = span
            error = self.errors.pop(self.asked.total(), None)
        if error:
            raise error
        rows = self.of_days.get(day, self.rows)
        total = len(rows) if self.tells_total else None
        return DeliveryPage(rows=rows[(page - 1) * limit : page * limit], total=total)

    def exports(self, first: date, last: date, *, page: int, limit: int) -> Sequence[Export]:
        if self.no_exports:
            raise self.no_exports
        if self.being_made and first <= self.being_made <= last:
            raise Refused("Mux refused to list billing exports (412).", status=412)
        days = sorted((day for day in self.csvs if first <= day <= last), reverse=True)
        if not days:
            raise NotFound("Mux cannot list billing exports.")
        return [Export(day=day, url=Secret(f"https://exports.test/{day}?secret")) for day in days][:limit]

    def export_lines(self, export: Export) -> Iterator[str]:
        self.opened.append(export.day)
        yield from self.csvs[export.day].splitlines(keepends=True)


def over(uow: UnitOfWork, mux: object, *, now: datetime = NOW) -> Services:
    known: Any = {"uow": uow, "mux": mux, "clock": lambda: now}
    return replace(services(School()), **known)
