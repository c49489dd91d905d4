"""Makes up views. What an asset was watched on one day follows from the seed, the asset and the day alone."""

import hashlib
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sandbox.mux.views.trouble import TROUBLED_ONE_IN, became, usual
from sandbox.mux.views.view import View

DAY_S = 86_400
PLACES = (("US", "NA"), ("DE", "EU"), ("GB", "EU"), ("IN", "AS"), ("BR", "SA"), ("FR", "EU"), ("PL", "EU"))
DEVICES = (
    ("Chrome", "Windows", "desktop"),
    ("Safari", "OS X", "desktop"),
    ("Chrome", "Android", "phone"),
    ("Safari", "iOS", "phone"),
    ("Safari", "iPadOS", "tablet"),
    ("Edge", "Windows", "desktop"),
)
VIEWERS = 240
SILENT_EVERY = 8
# Learners watch in the afternoon and evening; weekends are quiet.
HOURS = (8, 9, 10, 11, 13, 14, 15, 16, 16, 17, 17, 18, 18, 19, 19, 19, 20, 20, 21, 22)
WEEK = (1.1, 1.2, 1.2, 1.1, 0.9, 0.4, 0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the views of an asset depend on."""

    asset_id: str | None
    seq: int
    playback_ids: tuple[str, ...]
    video_ids: tuple[str, ...]
    """What players call it, one name for each page that shows it."""
    title: str | None
    creator_id: str | None
    duration_s: float
    height: int | None
    from_s: float
    until_s: float
    """The asset's life as viewing goes; no view starts outside."""
    some_silent: bool = False
    """Whether some pages have a player that does not say what it plays."""

    @property
    def name(self) -> str:
        """What its views follow from."""
        return self.asset_id or f"file of {self.video_ids[0]}"


def views(
    seed: int,
    watched: Watched,
    from_s: float,
    until_s: float,
    *,
    by_start: bool = False,
) -> Iterator[View]:
    """Views that end in the window (`by_start`: begin in it), oldest day first."""
    # A view that ends in the window may have begun the day before.
    first, last = max(from_s - DAY_S, watched.from_s), min(until_s, watched.until_s)
    for day in range(int(first // DAY_S), int(last // DAY_S) + 1):
        for view in _of_day(seed, watched, day):
            at_s = view.start_at_s if by_start else view.end_at_s
            alive = watched.from_s <= view.start_at_s < watched.until_s
            if alive and from_s <= at_s < until_s:
                yield view


def by_id(seed: int, known: dict[int, Watched], view_id: str) -> View | None:
    """The view an id stands for: it names its asset's number, its day and its place in that day."""
    try:
        seq, day, _ = (int(part, 35) for part in view_id.split("Z")[:3])
    except ValueError:
        return None
    found = _of_day(seed, known[seq], day) if seq in known else ()
    return next((view for view in found if view.id == view_id), None)


@lru_cache(maxsize=50_000)
def popularity(seed: int, asset_id: str) -> float:
    """Views on a usual day. A few films are watched a lot, most now and then."""
    return min(40.0, math.exp(_chance(seed, asset_id, "popularity").gauss(0.6, 0.9)))


@lru_cache(maxsize=50_000)
def is_troubled(seed: int, name: str) -> bool:
    """Whether some browsers do not like the film."""
    return _chance(seed, name, "trouble").random() * TROUBLED_ONE_IN < 1


@lru_cache(maxsize=40_000)
def _of_day(seed: int, watched: Watched, day: int) -> tuple[View, ...]:
    chance = _chance(seed, watched.name, day)
    expected = popularity(seed, watched.name) * WEEK[(day + 3) % 7]
    # 2.3 views a day: always two, a third one on three days of ten.
    count = int(expected) + (chance.random() < expected % 1)
    views = (_view(seed, chance, watched, day, place) for place in range(count))
    if not is_troubled(seed, watched.name):
        return tuple(views)
    return tuple(became(view, _trouble(seed, watched, day, place)) for place, view in enumerate(views))


def _view(seed: int, chance: random.Random, watched: Watched, day: int, place: int) -> View:
    whole_ms = max(1, int(watched.duration_s * 1000))
    failed, left, share = _began(chance)
    reached_ms = int(whole_ms * share)
    playing_ms = int(reached_ms * chance.uniform(0.85, 1.25))
    rebuffers = chance.choices((0, 1, 2, 4), (80, 12, 6, 2))[0] if playing_ms else 0
    rebuffer_ms = sum(chance.randint(200, 1500) for _ in range(rebuffers))
    startup_ms = int(chance.lognormvariate(6.4, 0.5))
    watch_ms = playing_ms + rebuffer_ms + startup_ms + int(playing_ms * chance.uniform(0, 0.2))
    start_at_s = day * DAY_S + chance.choice(HOURS) * 3600 + chance.uniform(0, 3600)
    country, continent = chance.choices(PLACES, (30, 25, 12, 10, 8, 8, 7))[0]
    browser, system, device = chance.choices(DEVICES, (34, 16, 20, 16, 8, 6))[0]
    return View(
        id="Z".join(_base35(number) for number in (watched.seq, day, place)) + "Z0view",
        asset_id=watched.asset_id,
        # By place, not by chance: a playback id added later leaves all other numbers alone.
        playback_id=watched.playback_ids[place % len(watched.playback_ids)] if watched.playback_ids else None,
        video_id=_said(watched, day + place),
        video_title=watched.title,
        video_creator_id=watched.creator_id,
        video_duration_ms=whole_ms,
        height=watched.height,
        start_at_s=start_at_s,
        end_at_s=start_at_s + watch_ms / 1000,
        watch_ms=watch_ms,
        playing_ms=playing_ms,
        reached_ms=reached_ms,
        again_ms=_watched_again(seed, watched, whole_ms, (day, place)),
        startup_ms=startup_ms,
        rebuffer_count=rebuffers,
        rebuffer_ms=rebuffer_ms,
        fault=usual(_trouble(seed, watched, day, place)) if failed else None,
        left_before_start=left,
        bits_per_s=chance.randint(900_000, 5_200_000),
        viewer=f"user-{chance.randint(1, VIEWERS)}",
        country=country,
        continent=continent,
        browser=browser,
        system=system,
        device=device,
    )


def _began(chance: random.Random) -> tuple[bool, bool, float]:
    """Whether it failed, whether the viewer did not wait for it, and the share of the film that was seen."""
    failed, left = chance.random() < 0.012, chance.random() < 0.02
    return failed, left, 0.0 if failed or left else _share_watched(chance)


def _said(watched: Watched, number: int) -> str | None:
    """By number, not by chance: pages that are told of later leave all other numbers alone."""
    if not watched.video_ids or (watched.some_silent and number % SILENT_EVERY == 0):
        return None
    return watched.video_ids[number % len(watched.video_ids)]


def _share_watched(chance: random.Random) -> float:
    """Half see it through; the others leave early more often than late."""
    return chance.uniform(0.95, 1.0) if chance.random() < 0.5 else max(0.02, chance.betavariate(1.1, 1.8))


def _watched_again(seed: int, watched: Watched, whole_ms: int, view: tuple[int, int]) -> tuple[int, int]:
    """Each film has one place, some percent of it long, that many of those who come to it go back to."""
    # Chances of their own: what else is made up stays as it was.
    place, viewer = _chance(seed, watched.asset_id, "again"), _chance(seed, watched.asset_id, *view, "again")
    start, length, liked = place.uniform(0.1, 0.8), place.uniform(0.03, 0.1), place.uniform(0.1, 0.7)
    if viewer.random() >= liked:
        return 0, 0
    return int(whole_ms * start), int(whole_ms * (start + length))


def _trouble(seed: int, watched: Watched, day: int, place: int) -> random.Random:
    """A chance of its own: what else is made up stays as it was."""
    return _chance(seed, watched.name, day, place, "trouble")


def _chance(seed: int, *about: object) -> random.Random:
    key = ":".join(map(str, (seed, *about))).encode()
    return random.Random(int.from_bytes(hashlib.sha256(key).digest()[:8], "big"))


def _base35(number: int) -> str:
    # Without Z, which parts the numbers of an id.
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXY"
    text = ""
    while number or not text:
        number, rest = divmod(number, 35)
        text = digits[rest] + text
    return text
