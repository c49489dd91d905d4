"""A school with something of everything, for looking at pages that are full."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from core.asset import Asset, AssetStatus, Policy
from core.batch import BatchKind, BatchState, ItemState
from core.kind import Kind
from core.migration import Options, SkipReason, Trouble
from core.records import Batch, ChangeRow, EventRow
from core.selection import Standing
from core.source import Finding, Source
from tests.fakes import EPOCH
from tests.pages.fake_costs import some_usage
from tests.pages.fake_lessons import some_lessons
from tests.pages.fake_library import lessons
from tests.pages.fake_uploads import everything
from tests.pages.fake_viewing import some_viewing
from tests.pages.fakes import School, add_item

COURSES = ("Algebra II", "Sets and logic", "Geometry", "Physics for everyone")


def source(number: int, **facts: object) -> Source:
    """A video of ten minutes and 84 MB, unless said otherwise."""
    usual = Source(
        id=number,
        bucket="school-videos",
        key=f"courses/{number % 4}/lesson-{number:03}.mp4",
        size_bytes=84_000_000,
        etag=f"etag-{number}",
        kind=Kind.VIDEO,
        standing=Standing.READY,
        findings=(),
        modified_at=EPOCH - timedelta(hours=number),
        duration_s=600.0,
        width=1280,
        height=720,
        title=f"Lesson {number}",
        course=COURSES[number % 4],
        rows=2,
    )
    return replace(usual, **facts)


def full_school() -> School:
    """120 videos ready, every standing and finding, a running batch with every item state, events."""
    school = School()
    for number in range(1, 121):
        school.sources[number] = source(number)
    for offset, finding in enumerate(Finding):
        school.sources[200 + offset] = _found(200 + offset, finding)
    _batch_with_everything(school)
    _events(school)
    school.history.append(ChangeRow(at=EPOCH, item_id=None, what="running", reason=None))
    school.pending_rows = 17
    school.videos = everything()
    school.shelf.lines = lessons()
    school.viewing = some_viewing()
    school.usage = some_usage()
    school.lessons = some_lessons()
    return school


def _found(number: int, finding: Finding) -> Source:
    standings = {Finding.ON_MUX: Standing.ON_MUX, Finding.NOT_VIDEO: Standing.NOT_VIDEO}
    standing = standings.get(finding, Standing.NEEDS_LOOK)
    kind = Kind.DOCUMENT if finding is Finding.NOT_VIDEO else Kind.VIDEO
    return source(number, findings=(finding,), standing=standing, kind=kind)


def _batch_with_everything(school: School) -> None:
    batch = Batch(
        id=1,
        kind=BatchKind.MIGRATION,
        name="Autumn courses",
        state=BatchState.RUNNING,
        options=Options(),
        created_by="dana",
        created_at=EPOCH,
        started_at=EPOCH,
        total=0,
    )
    school.batches[1] = batch
    numbers = iter(range(300, 400))
    for state in ItemState:
        if state is not ItemState.FAILED:
            _item(school, batch, next(numbers), state)
    for trouble in Trouble:
        _item(school, batch, next(numbers), ItemState.FAILED, trouble=trouble)


def _item(school: School, batch: Batch, number: int, state: ItemState, **facts: object) -> None:
    school.sources[number] = source(number, standing=Standing.MOVING)
    if state in (ItemState.DONE, ItemState.AWAITING_SCHEMA):
        asset = Asset(
            id=f"asset-{number}",
            status=AssetStatus.READY,
            playback_id=f"play-{number}",
            policy=Policy.PUBLIC,
            duration_s=600.0,
        )
        school.assets[asset.id] = asset
        facts["asset_id"] = asset.id
    if state is ItemState.SKIPPED:
        facts["reason"] = SkipReason.EMPTY
    add_item(school, batch, school.sources[number], state, **facts)


def _events(school: School) -> None:
    for number, kind in enumerate(("video.asset.ready", "video.asset.errored", "video.asset.created"), 1):
        school.events.append(
            EventRow(
                id=f"event-{number}",
                type=kind,
                object_id=f"asset-{number}",
                created_at=EPOCH,
                received_at=EPOCH,
                ingested_at=EPOCH if number == 1 else None,
                error="The asset is not known." if number == 2 else None,
            )
        )


def item_in(school: School, state: ItemState) -> UUID:
    """The id of an item in this state."""
    return next(item.id for item in school.items.values() if item.state is state)
