"""The library in memory: lessons by owner, and the views that people keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.asset import Policy
from core.errors import InvalidInput
from core.library import (
    Beyond,
    Captions,
    Film,
    LibraryChoices,
    LibraryFilter,
    LibraryLine,
    LibrarySort,
    Reader,
)
from core.library_view import SavedView, of_kept
from core.playback import Provider

EVERY_FILTER = frozenset({"course", "provider", "state", "captions", "quality", "owner", "published"})


@dataclass(slots=True)
class Shelf:
    lines: list[LibraryLine] = field(default_factory=list)
    views: dict[str, list[SavedView]] = field(default_factory=dict)
    knows: frozenset[str] = EVERY_FILTER


def lessons() -> list[LibraryLine]:
    """60 lessons of tess's and ben's that play from everywhere, and one in each state."""
    providers = (Provider.MUX, Provider.S3, Provider.HLS)
    usual = [
        LibraryLine(
            lesson_id=str(number),
            title=f"Lesson {number}",
            course="Algebra" if number % 2 else "Sets",
            owner="tess" if number % 3 else "ben",
            is_published=number % 10 != 0,
            provider=providers[number % 3],
            film=Film.PLAYS,
            duration_s=600.0,
            captions=number % 2 == 0,
            quality="plus" if number % 3 == 0 else None,
            playback_id=f"play-{number}" if number % 3 == 0 else None,
            policy=(Policy.PUBLIC if number % 2 else Policy.SIGNED) if number % 3 == 0 else None,
        )
        for number in range(1, 61)
    ]
    silent = [film for film in Film if film is not Film.PLAYS]
    bare = LibraryLine(lesson_id="", title="", provider=Provider.NONE, film=Film.MISSING)
    return usual + [replace(bare, lesson_id=f"x-{film}", film=film) for film in silent]


class FakeLibrary:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def page(
        self,
        filter: LibraryFilter,
        sort: LibrarySort,
        *,
        reader: Reader,
        number: int,
        size: int,
        beyond: Beyond | None = None,
    ) -> Sequence[LibraryLine]:
        found = self.matching(filter, reader)
        ordered = sorted(found, key=lambda one: one.title) if sort is LibrarySort.TITLE else found
        first = (number - 1) * size
        if beyond:
            places = [place for place, one in enumerate(ordered) if one.lesson_id == beyond.lesson_id]
            if not places:
                return []
            first = places[0] - size if beyond.is_ahead else places[0] + 1
        return ordered[max(first, 0) : first + size]

    def count(self, filter: LibraryFilter, *, reader: Reader) -> int:
        return len(self.matching(filter, reader))

    def choices(self, *, reader: Reader) -> LibraryChoices:
        seen = self.matching(LibraryFilter(), reader)
        return LibraryChoices(
            courses={one.course: one.course for one in seen if one.course},
            owners={one.owner: one.owner for one in seen if one.owner},
            knows=self.shelf.knows,
        )

    def matching(self, wanted: LibraryFilter, reader: Reader) -> list[LibraryLine]:
        mine = [
            one for one in self.shelf.lines if reader.is_all or (one.owner and one.owner == reader.user_id)
        ]
        return [one for one in mine if matches(one, wanted)]


def matches(line: LibraryLine, wanted: LibraryFilter) -> bool:
    return (
        wanted.search.lower() in f"{line.title} {line.lesson_id}".lower()
        and wanted.course in ("", line.course)
        and wanted.provider in ("", line.provider)
        and wanted.state in ("", line.film)
        and wanted.quality in ("", line.quality)
        and wanted.owner in ("", line.owner)
        and (not wanted.captions or line.captions == (wanted.captions == Captions.WITH))
        and (not wanted.published or line.is_published == (wanted.published == "yes"))
    )


class FakeViews:
    def __init__(self, shelf: Shelf) -> None:
        self.views = shelf.views

    def of(self, person: str) -> Sequence[SavedView]:
        return list(self.views.get(person, ()))

    def add(self, person: str, name: str, values: Mapping[str, str], *, most: int) -> bool:
        mine = self.views.setdefault(person, [])
        if any(view.name == name for view in mine):
            raise InvalidInput("You have a view of this name.")
        filter, sort, look = of_kept(values)
        mine.append(SavedView(id=len(mine) + 1, name=name, filter=filter, sort=sort, look=look))
        return len(mine) <= most

    def rename(self, person: str, view_id: int, name: str) -> bool:
        mine = self.views.get(person, [])
        self.views[person] = [replace(one, name=name) if one.id == view_id else one for one in mine]
        return True

    def delete(self, person: str, view_id: int) -> bool:
        self.views[person] = [one for one in self.views.get(person, []) if one.id != view_id]
        return True
