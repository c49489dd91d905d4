"""What the double wrote down of a school, and what was used by that: second by second and in fractions, with
nothing of Lectern's costs and usage.

A day with deliveries counts as played from its first to its last moment, as docs/costs.md has it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sandbox.mux.config import Config
from sandbox.mux.store import Store
from sandbox.mux.views import audience, made_up

HOUR_S, DAY_S = 3600, 86_400
FETCHED = Fraction(104, 100)
LOWER = {"2160p": "1440p", "1440p": "1080p", "1080p": "720p"}
"""What the double delivers a third of an asset in."""

Thing = tuple[str, ...]
Used = dict[tuple[date, Thing], Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An asset or an MP4 of it, from one second to another; `end_s` is None while it is there."""

    asset_id: str
    quality: str
    tier: str
    minutes: Fraction
    start_s: int
    end_s: int | None
    is_advanced: bool = False


class Books:
    """The double's, as they stand on its disk; it told deliveries up to `told_s`."""

    def __init__(self, state: Path, *, seed: int, now_s: float) -> None:
        store = Store(state)
        self._rows = {row.id: row for row in store.assets.every()}
        self._events = [row.body["event"] for row in store.events.every()]
        env: Any = SimpleNamespace(
            store=store, config=Config(state=state, history_days=0), clock=lambda: now_s
        )
        self._watched = audience.watched_assets(env)
        store.close()
        self._seed, self._now_s = seed, int(now_s)
        self.told_s = (self._now_s - 12 * HOUR_S) // HOUR_S * HOUR_S

    def assets(self) -> Iterator[Kept]:
        """Those that are charged."""
        for row in self._rows.values():
            asset = row.body["asset"]
            if asset["status"] == "ready" and not asset.get("test"):
                yield Kept(
                    asset_id=row.id,
                    quality=asset["video_quality"],
                    tier=asset["resolution_tier"],
                    minutes=Fraction(str(asset["duration"])) / 60,
                    start_s=int(asset["created_at"]),
                    end_s=row.body["deleted_at"],
                )

    def files(self) -> Iterator[Kept]:
        """MP4s of these, from when they were ready."""
        assets = {one.asset_id: one for one in self.assets()}
        gone = {
            event["data"]["id"]: _second(event)
            for event in self._events
            if event["type"] == "video.asset.static_rendition.deleted"
        }
        for event in self._events:
            if event["type"] == "video.asset.static_rendition.ready":
                data, of = event["data"], assets[event["data"]["asset_id"]]
                yield Kept(
                    asset_id=of.asset_id,
                    quality=of.quality,
                    tier=data["resolution_tier"],
                    minutes=of.minutes,
                    start_s=_second(event),
                    end_s=min(filter(None, (gone.get(data["id"]), of.end_s)), default=None),
                    is_advanced=data["type"] == "advanced",
                )

    def delivered(self) -> Iterator[tuple[str, int, Fraction]]:
        """Asset, hour and seconds, as far as they are told."""
        for watched in self._watched:
            for view in made_up.views(self._seed, watched, 0, self.told_s):
                seconds = Fraction(view.playing_ms, 1000) * FETCHED
                if seconds and watched.asset_id:
                    yield watched.asset_id, int(view.end_at_s) // HOUR_S * HOUR_S, seconds

    def used(self, first: date, end: date) -> Used:
        """What was used at Mux from one day up to another."""
        found: Used = defaultdict(Fraction)
        plays: dict[str, set[int]] = defaultdict(set)
        for asset_id, hour_s, seconds in self.delivered():
            plays[asset_id].add(hour_s // DAY_S)
            asset = self._rows[asset_id].body["asset"]
            if first <= _day(hour_s) < end and not asset.get("test"):
                for tier, part in _by_tier(asset["resolution_tier"], seconds):
                    found[_day(hour_s), ("delivery", asset["video_quality"], tier)] += part / 60
        for what, kept in (("storage", self.assets()), ("rendition storage", self.files())):
            for one in kept:
                self._keep(what, one, plays[one.asset_id], found, first, end)
        return found

    def _keep(self, what: str, one: Kept, plays: set[int], found: Used, first: date, end: date) -> None:
        month_s, begin_s = Fraction((end - first).days * DAY_S), _second_of(first)
        if begin_s <= one.start_s < _second_of(end) and (what == "storage" or one.is_advanced):
            name = "input" if what == "storage" else "rendition input"
            found[_day(one.start_s), (name, one.quality, one.tier)] += one.minutes
        gone_s = self._now_s if one.end_s is None else one.end_s
        for hour_s in range(begin_s, min(_second_of(end), gone_s), HOUR_S):
            kept_s = min(gone_s, hour_s + HOUR_S) - max(one.start_s, hour_s)
            if kept_s > 0:
                thing = (what, one.quality, one.tier, _cold(hour_s // DAY_S, plays))
                found[_day(hour_s), thing] += one.minutes * kept_s / month_s
        if (what, one.quality) == ("storage", "basic") and one.end_s and first <= _day(one.end_s) < end:
            rest = 1 - _months(one.start_s, one.end_s)
            thing = ("storage", "basic", one.tier, _cold((one.end_s - 1) // DAY_S, plays))
            found[_day(one.end_s), thing] += one.minutes * max(rest, Fraction(0))


def _by_tier(tier: str, seconds: Fraction) -> list[tuple[str, Fraction]]:
    if tier not in LOWER:
        return [(tier, seconds)]
    return [(tier, seconds * 2 / 3), (LOWER[tier], seconds / 3)]


def _cold(day: int, plays: set[int]) -> str:
    since = min((day - played for played in plays if played <= day), default=None)
    if since is None or since > 90:
        return "cold"
    return "infrequent" if since > 30 else "standard"


def _months(start_s: int, end_s: int) -> Fraction:
    """Parts of calendar months between the two."""
    found, day = Fraction(0), _day(start_s).replace(day=1)
    while _second_of(day) < end_s:
        after = (day + timedelta(days=31)).replace(day=1)
        kept_s = min(end_s, _second_of(after)) - max(start_s, _second_of(day))
        found, day = found + Fraction(kept_s, (after - day).days * DAY_S), after
    return found


def _second(event: Mapping[str, Any]) -> int:
    return int(datetime.fromisoformat(event["created_at"]).timestamp())


def _day(second: int) -> date:
    return datetime.fromtimestamp(second, UTC).date()


def _second_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
