"""Picking: a file that lies in S3 already becomes a lesson's video."""

from collections.abc import Sequence

from core import address
from core.access import Action, Person, check
from core.admitting import admit
from core.caption_following import follow
from core.errors import InvalidInput, NotFound, StaleState
from core.kind import MIGRATABLE
from core.lesson import Moment, status_facts
from core.lesson_form import Field
from core.lesson_former import Why, emptied
from core.lesson_keeping import keep, names_of
from core.ports import Services, Tx
from core.selection import Choice, Filter, Sort
from core.source import Finding, HostRow, Location, Source
from core.tie import LessonTies

MOST = 30
BROKEN = frozenset({Finding.MISSING, Finding.UNREADABLE, Finding.UNLISTED, Finding.EMPTY})


def offered(search: str, *, by: Person, services: Services) -> Sequence[Source]:
    """Files that a lesson can play and whose key or lesson's title has these words, the newest first."""
    check(by, Action.SEE_SOURCES)
    with services.uow("lesson.pick.read") as tx:
        found = tx.sources.page(Filter(search=search), Sort.NEWEST, number=1, size=MOST * 3)
    return [one for one in found if _plays(one)][:MOST]


def pick(lesson_id: str, source_id: int, *, by: Person, services: Services) -> None:
    """Have the lesson play this file from S3; the next migration takes it to Mux. What it played before is
    kept as an earlier version.

    Raises `StaleState` where a video is on its way to the lesson, `InvalidInput` for what is no video,
    `NotFound`, `NotAllowed`.
    """
    check(by, Action.SEE_SOURCES)
    with services.uow("lesson.pick") as tx:
        ties = admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        source = _source(tx, source_id)
        check_free(tx, lesson_id)
        if keep(tx, lesson_id, why=Why.PICKED, by=by.name, services=services).asset_id:
            _let_go_of_copy(tx, lesson_id, by)
        places = {"video_url": _url(source, services), "hls_url": None}
        before = tx.host.point("lessons", lesson_id, places)
        if not before or "video_url" not in before:
            raise InvalidInput("The school's lessons have no column for an address.", hint="Upload the file.")
        link(tx, ties, "lessons", lesson_id, source.location)
        tx.host.write("lessons", lesson_id, status_facts("lessons", Moment.READY))
        after = {name: places[name] for name in before}
        tx.audit(by, "pick file in S3", f"lesson {lesson_id}", before=before, after=after)
        tx.commit()


def _let_go_of_copy(tx: Tx, lesson_id: str, by: Person) -> None:
    """Its rows name no copy at Mux any more, so that the file is what plays."""
    for table, row_id in names_of(tx, lesson_id):
        moment = Moment.READY if table == "lessons" else Moment.DELETED
        facts = emptied(table, moment)
        written = tx.host.write(table, row_id, facts)
        tx.audit(by, "take from Mux", f"{table} {row_id}", before=written.before, after=facts)
    follow(tx, lesson_id, None, by=by)


def link(tx: Tx, ties: LessonTies, table: str, row_id: str, location: Location | None) -> None:
    """Have the lesson's row count as one of the file that it names from now on, at once."""
    tx.sources.unlink(table, row_id)
    ids = tx.sources.ids(Choice(keys=(str(location),)), limit=1) if location else []
    if ids:
        tx.sources.link(ids[0], _row(tx, ties, table, row_id))


def _plays(source: Source) -> bool:
    return source.kind in MIGRATABLE and not BROKEN & set(source.findings)


def _source(tx: Tx, source_id: int) -> Source:
    source = tx.sources.get(source_id)
    if source is None:
        raise NotFound("There is no such file (any more).", hint="Scan again, then look for it.")
    if not _plays(source):
        raise InvalidInput(
            f"{source.key} is nothing that a lesson can play.", hint="Choose another file, or scan again."
        )
    return source


def check_free(tx: Tx, lesson_id: str) -> None:
    """Raise `StaleState` while an upload is on its way to the lesson."""
    if upload := tx.uploads.alive_at(lesson_id):
        raise StaleState(
            f"{upload.person} is uploading a video to this lesson.",
            hint="Wait until it is done, or cancel it.",
        )


def _url(source: Source, services: Services) -> str:
    settings = services.settings
    return address.url_of(
        source.location,
        domains=settings.s3_domains,
        endpoint_url=settings.s3_endpoint_url,
        region=settings.aws_region,
    )


def _row(tx: Tx, ties: LessonTies, table: str, row_id: str) -> HostRow:
    row = tx.host.lesson(ties.lesson_id)
    return HostRow(
        table=table,
        row_id=row_id,
        column="video_url" if table == "lessons" else "s3_key",
        title=row.values.get(Field.TITLE) if row else None,
        course_id=tx.videos.course_id_of(ties.lesson_id),
        owner_id=ties.creator_id,
        is_public=ties.is_public,
    )
