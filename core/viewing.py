"""Viewing: how lessons are watched, for whoever may see it: teachers their own, whatever they ask for."""

from collections.abc import Mapping, Sequence
from datetime import date

from core import syncing
from core.access import Action, Person, allows, check_could
from core.attention import asked
from core.course_walk import CourseWalk
from core.few import hidden, told_sum
from core.heatmap import kept_by_mux
from core.lesson_day import LessonTotal
from core.library import LibraryChoices, LibraryFilter, LibraryLine, Published, Reader
from core.overview import overview_of
from core.period import Days, Period, day_of
from core.playback import Provider
from core.ports import Services, Tx
from core.quality_weakness import starts_of
from core.retention_moment import left_early
from core.viewings import CourseLesson, Overview, known_days

MOST_UNWATCHED = 50
MOST_IN_COURSE = 150
"""Lessons of a course that are drawn."""


def reader_of(by: Person) -> Reader:
    """Whose lessons this person sees the figures of: everybody's, or their own. Raises `NotAllowed`."""
    check_could(by, Action.SEE_VIEWING)
    return Reader(is_all=allows(by, Action.SEE_VIEWING), user_id=by.host_user_id)


def overview(period: Period | Days, *, course: str = "", by: Person, services: Services) -> Overview:
    """What was watched in the days up to the last whole one, or in given ones, of the lessons that the person
    sees; with `course`, of those in it. Raises `NotAllowed`."""
    reader, fresh = reader_of(by), syncing.freshness(services=services)
    now_at, zone = services.clock(), services.settings.school_timezone
    days = period if isinstance(period, Days) else fresh.days(period, now=now_at, zone=zone)
    with services.uow("viewing.read") as tx:
        lessons = _lessons(reader, course, tx)
        now, before = (_by_lesson(lessons, one, tx) for one in (days, days.before))
        by_day = {one.day: one for one in tx.figures.totals(lessons, days.before.first, days.last)}
        read, most = tx.figures.read_days(since=days.before.first), asked(now)
        return overview_of(
            days,
            fresh=fresh,
            known=known_days(days, read, by_day),
            by_day=by_day,
            now=now,
            before=before,
            plays=tx.viewings.plays(most, days),
            starts=starts_of(tx.quality.of_lessons(lessons, days)),
            left=left_early(tx.heatmaps.of_lessons(most, kept_by_mux(days, today=day_of(now_at, zone)))),
            unwatched=_unwatched(reader, course, days, tx) if read.keys() >= {*days} else (0, ()),
        )


def lines(lessons: Sequence[str], *, by: Person, services: Services) -> Mapping[str, LibraryLine]:
    """These lessons as the library shows them, for pictures and titles; those that are gone, or are not the
    person's to see, are left out. Raises `NotAllowed`."""
    reader = reader_of(by)
    with services.uow("viewing.lines.read") as tx:
        return {line.lesson_id: line for line in tx.viewings.lines(_seen(lessons, reader, tx))}


def titles(lessons: Sequence[str], *, by: Person, services: Services) -> Mapping[str, str]:
    """The titles of many lessons, by id; as `lines`, without those that are not the person's to see."""
    reader = reader_of(by)
    with services.uow("viewing.titles.read") as tx:
        return tx.viewings.titles(_seen(lessons, reader, tx))


def choices(*, by: Person, services: Services) -> LibraryChoices:
    """The courses that the person can choose among. Raises `NotAllowed`."""
    reader = reader_of(by)
    with services.uow("viewing.choices.read") as tx:
        return tx.library.choices(reader=reader)


def at_mux(course: str, *, by: Person, services: Services) -> tuple[int, int]:
    """How many of the person's published lessons play from Mux, and how many there are: why there may be no
    figures. Raises `NotAllowed`."""
    reader = reader_of(by)
    all_of_them = LibraryFilter(course=course, published=Published.YES)
    moved = LibraryFilter(course=course, published=Published.YES, provider=Provider.MUX)
    with services.uow("viewing.empty.read") as tx:
        return tx.library.count(moved, reader=reader), tx.library.count(all_of_them, reader=reader)


def course_lessons(course: str, days: Days, *, by: Person, services: Services) -> Sequence[CourseLesson]:
    """The first lessons of a course in its order, each with its views by week or month; of other people's
    courses none. Raises `NotAllowed`."""
    reader = reader_of(by)
    with services.uow("viewing.course.read") as tx:
        named = tx.viewings.in_order(reader, course, limit=MOST_IN_COURSE)
        ids = [lesson_id for lesson_id, _ in named]
        found = _by_lesson(ids, days, tx)
        by_piece = tx.viewings.by_piece(ids, days, days.grain)
    few = hidden({lesson_id: one.views for lesson_id, one in found.items()})
    return [
        CourseLesson(
            lesson_id=lesson_id,
            title=title,
            views=None if lesson_id in few else found[lesson_id].views if lesson_id in found else 0,
            by_piece=_pieces(by_piece.get(lesson_id, {}), is_few=lesson_id in few),
        )
        for lesson_id, title in named
    ]


def course_walk(course: str, *, by: Person, services: Services) -> CourseWalk:
    """How learners walk through the published lessons of a course; of other people's courses none. Raises
    `NotAllowed`."""
    reader = reader_of(by)
    with services.uow("viewing.walk.read") as tx:
        named = tx.viewings.in_order(reader, course, limit=MOST_IN_COURSE, published=True)
        return CourseWalk(lessons=named, walk=tx.viewings.walk([lesson_id for lesson_id, _ in named]))


def _lessons(reader: Reader, course: str, tx: Tx) -> Sequence[str] | None:
    """None: the whole school, which is asked for at once."""
    return None if reader.is_all and not course else tx.viewings.lessons_of(reader, course)


def _unwatched(reader: Reader, course: str, days: Days, tx: Tx) -> tuple[int, Sequence[str]]:
    return tx.viewings.unwatched(reader, course, moved_before=days.first, limit=MOST_UNWATCHED)


def _seen(lessons: Sequence[str], reader: Reader, tx: Tx) -> Sequence[str]:
    """Those among them that the reader may see."""
    if reader.is_all:
        return lessons
    own = frozenset(tx.viewings.lessons_of(reader, ""))
    return [one for one in lessons if one in own]


def _by_lesson(lessons: Sequence[str] | None, days: Days, tx: Tx) -> dict[str, LessonTotal]:
    found = tx.figures.by_lesson(lessons, days.first, days.last)
    return {one.lesson_id: one for one in found}


def _pieces(by_piece: Mapping[date, int], *, is_few: bool) -> Mapping[date, int | None]:
    """As they may be told beside their sum, where that is told."""
    few = frozenset(by_piece) if is_few or told_sum(by_piece) is None else hidden(by_piece)
    return {piece: None if piece in few else views for piece, views in by_piece.items()}
