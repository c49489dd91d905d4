"""What happens in a school from 22 March to 4 July 2026, as a list; and what of it lies in S3."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from tests.integration.usage.books import Used
from tests.integration.usage.long_films import Film
from tests.integration.usage.staging import GB, Stage

BEGINS = datetime(2026, 3, 22, 9, tzinfo=UTC)
ENDS = datetime(2026, 7, 4, 14, 33, tzinfo=UTC)
FILMS = {
    "small": Film(210, (1280, 720)),
    "large": Film(480, (1920, 1080)),
    "larger": Film(35, (2560, 1440)),
    "largest": Film(47, (3840, 2160)),
    "sound": Film(59, None),
}
FEW_VIEWS = {"never": 0.0, "seldom": 0.02, "seldom too": 0.03, "4K": 1.3, "1440p": 0.9, "test": 3.0}
"""Views a day; `many` have others."""

Made = dict[str, str]
"""Ids of assets and MP4s, by the names that they have here."""
Act = Callable[[Stage, Made], object]
Action = tuple[datetime, Act]


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def make(name: str, film: str, quality: str, **options: bool) -> Act:
    return lambda stage, made: made.update({name: stage.make(film, quality, **options)})


def delete(name: str) -> Act:
    return lambda stage, made: stage.delete(made[name])


def make_file(name: str, of: str, resolution: str) -> Act:
    return lambda stage, made: made.update({name: stage.make_file(made[of], resolution)})


def delete_file(name: str, of: str) -> Act:
    return lambda stage, made: stage.delete_file(made[of], made[name])


def many() -> Iterator[Action]:
    """Thirty assets over the hundred days; every fourth is deleted after some weeks."""
    films, qualities = ("small", "large", "large", "sound", "small"), ("plus", "basic", "plus", "premium")
    for n in range(30):
        made_at = BEGINS + timedelta(days=3 * n, hours=7 * n % 24, minutes=13 * n % 60, seconds=n)
        yield made_at, make(f"asset {n}", films[n % 5], qualities[n % 4])
        gone_at = made_at + timedelta(days=9 + n, hours=5)
        if n % 4 == 1 and gone_at < ENDS:
            yield gone_at, delete(f"asset {n}")


SPECIAL: list[Action] = [
    (at(4, 2), make("4K", "largest", "premium")),
    (at(4, 3), make("1440p", "larger", "plus")),
    (at(4, 20), make("never", "large", "plus")),
    (at(3, 23), make("seldom", "small", "plus")),
    (at(3, 24), make("seldom too", "large", "premium")),
    (at(5, 5, 8), make("brief", "large", "basic")),
    (at(5, 5, 13, 20), delete("brief")),
    (at(6, 20, 3), make("brief in June", "small", "basic")),
    (at(6, 20, 3, 7), delete("brief in June")),
    (at(5, 31, 22), make("over the end", "small", "basic")),
    (at(6, 1, 3), delete("over the end")),
    (at(5, 6), make("test", "large", "plus", test=True)),
    (at(5, 7, 6), make_file("mp4", "asset 2", "720p")),
    (at(5, 7, 8), make_file("m4a", "asset 3", "audio-only")),
    (at(5, 8, 7), make_file("mp4 of never", "never", "highest")),
    (at(5, 9, 2), make_file("mp4 of 4K", "4K", "highest")),
    (at(5, 19, 17), delete_file("mp4", "asset 2")),
    (at(6, 18, 17), delete_file("mp4 of never", "never")),
]
FILES: list[tuple[datetime, str, str, int, str]] = [
    (at(4, 1), "school-videos", "a.mp4", 310 * GB, "STANDARD"),
    (at(4, 1, 13), "school-archive", "b.mp4", 2_048 * GB + 777, "STANDARD_IA"),
    (at(5, 12), "school-videos", "c.mp4", 1_000 * GB + 123_456_789, "STANDARD"),
    (at(6, 9), "school-videos", "a.mp4", 310 * GB, "STANDARD_IA"),
    (at(6, 25), "school-videos", "c.mp4", 0, ""),
]
"""What was put where when, in which class; without one it was removed."""


def views_a_day(made: Made) -> Callable[[int, str], float]:
    """In the place of the double's own, by seed and asset."""

    def popularity(_seed: int, asset_id: str) -> float:
        name = next(name for name, one in made.items() if one == asset_id)
        if name.startswith("asset "):
            return (0.4, 2.2, 6.0, 0.05)[int(name.removeprefix("asset ")) % 4]
        return FEW_VIEWS.get(name, 0.4)

    return popularity


def play(stage: Stage, made: Made) -> None:
    """All that happens, in order; usage is read once a week, and after each MP4."""
    acts = [*many(), *SPECIAL]
    acts += [(when, lambda stage, _, told=told: stage.lay(*told)) for when, *told in FILES]
    days = [BEGINS.date() + timedelta(days=n) for n in range((ENDS - BEGINS).days + 1)]
    acts += [
        (at(day.month, day.day, 10), lambda stage, _, day=day: stage.left(day, *leaving(day)))
        for day in days
        if any(leaving(day))
    ]
    acts += [(at(day.month, day.day, 14, 33), lambda stage, _: stage.read()) for day in days[6::7]]
    acts += [(ENDS, lambda stage, _: stage.read())]
    for when, act in sorted(acts, key=lambda one: one[0]):
        stage.turn(when)
        act(stage, made)


def leaving(day: date) -> tuple[int, int, int]:
    """Bytes out, reads and writes of a day; on every ninth CloudWatch has nothing."""
    return (0, 0, 0) if day.day % 9 == 0 else (day.day * 1_234_567_890, 40_000 + day.day, 7_000 * day.month)


def in_s3(first: date, end: date) -> Used:
    """What lay there and what left it from one day up to another; a day counts as it ended."""
    found: Used = {}
    for n in range((end - first).days):
        day = first + timedelta(days=n)
        began = datetime(day.year, day.month, day.day, tzinfo=UTC)
        part = Fraction(round(min(max((ENDS - began).total_seconds(), 0), 86_400)), 86_400)
        lain = {(bucket, key): (size, name) for when, bucket, key, size, name in FILES if when.date() <= day}
        for size, name in lain.values():
            if name and part:
                thing = (day, ("s3 storage", name))
                found[thing] = found.get(thing, Fraction(0)) + Fraction(size, GB) * part / (end - first).days
        if day < ENDS.date():
            out, reads, writes = leaving(day)
            found[day, ("s3 egress",)] = Fraction(out, GB)
            found[day, ("s3 reads",)], found[day, ("s3 writes",)] = Fraction(reads), Fraction(writes)
    return found
