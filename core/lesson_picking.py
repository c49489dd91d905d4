"""Picking: a file that lies in S3 already becomes a lesson's video."""

from collections.abc import Sequence

from core import address
from core.access import Action, Person, check
from core.admitting import admit
from core.errors import InvalidInput, NotFound, StaleState
from core.kind import MIGRATABLE
from core.lesson import Moment, status_facts
from core.lesson_form import Field
from core.ports import Services, Tx
from core.selection import Filter, Sort
from core.source import Finding, HostRow, Source
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
    """Have the lesson play this file from S3; the next migration takes it to Mux.

    Raises `StaleState` where the lesson plays from Mux or a video is on its way to it, `InvalidInput` for
    what is no video, `NotFound`, `NotAllowed`.
    """
    check(by, Action.SEE_SOURCES)
    with services.uow("lesson.pick") as tx:
        ties = admit(by, Action.EDIT_LESSON, lesson_id, tx=tx)
        source = _source(tx, source_id)
        _check_free(tx, lesson_id)
        places = {"video_url": _url(source, services)}
        before = tx.host.point("lessons", lesson_id, places)
        if not before:
            raise InvalidInput("The school's lessons have no column for an address.", hint="Upload the file.")
        tx.sources.link(source.id, _row(tx, ties))
        tx.host.write("lessons", lesson_id, status_facts("lessons", Moment.READY))
        tx.audit(by, "pick file in S3", f"lesson {lesson_id}", before=before, after=places)
        tx.commit()


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


def _check_free(tx: Tx, lesson_id: str) -> None:
    if (tx.host.read("lessons", lesson_id) or {}).get("mux_playback_id"):
        raise StaleState(
            "The lesson plays from Mux, and would go on playing that.", hint="Delete its copy at Mux first."
        )
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


def _row(tx: Tx, ties: LessonTies) -> HostRow:
    row = tx.host.lesson(ties.lesson_id)
    return HostRow(
        table="lessons",
        row_id=ties.lesson_id,
        column="video_url",
        title=row.values.get(Field.TITLE) if row else None,
        course_id=tx.videos.course_id_of(ties.lesson_id),
        owner_id=ties.creator_id,
        is_public=ties.is_public,
    )
