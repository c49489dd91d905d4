"""Bulk jobs in memory: over the shelf's lessons, as far as the pages look at them."""

from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from core.access import Person
from core.batch import BatchKind, BatchState, ItemState
from core.bulk import AT_MUX, Lessons, Order, Totals
from core.bulk_worklist import Change
from core.library import LibraryFilter, LibraryLine
from core.migration import Options, SkipReason
from core.playback import Provider
from core.records import Batch, Item
from tests.fakes import EPOCH
from tests.pages.fake_library import FakeLibrary

if TYPE_CHECKING:
    from tests.pages.fakes import School


class FakeBulk:
    def __init__(self, school: "School") -> None:
        self.school = school

    def totals(self, kind: BatchKind, order: Order, lessons: Lessons) -> Totals:
        reasons = Counter(_skip(kind, order, line) for line in self._chosen(lessons))
        change = reasons.pop(None, 0)
        made_s = {"plus": 60.0 * change} if kind is BatchKind.NORMALISE and change else {}
        skipped = {why: count for why, count in reasons.items() if why}
        return Totals(change=change, skipped=skipped, made_s=made_s)

    def freeze(
        self,
        kind: BatchKind,
        order: Order,
        lessons: Lessons,
        *,
        name: str,
        options: Options,
        by: Person,
        once: str = "",
    ) -> Batch:
        chosen, number = self._chosen(lessons), len(self.school.batches) + 1
        batch = Batch(
            id=number,
            kind=kind,
            name=name,
            state=BatchState.RUNNING,
            options=options,
            order=order,
            created_by=by.name,
            created_at=EPOCH,
            started_at=EPOCH,
            total=len(chosen),
            movable=sum(_skip(kind, order, line) is None for line in chosen),
        )
        self.school.batches[number] = batch
        self.school.begun |= {once: number} if once else {}
        for line in chosen:
            self._add(batch, line, _skip(kind, order, line))
        return batch

    def last_remake(self, lesson_id: str) -> Item | None:
        found = [one for one in self.school.items.values() if one.lesson_id == lesson_id and one.from_asset]
        return found[-1] if found else None

    def change(self, item_id: UUID, *, lock: bool = False) -> Change | None:
        item = self.school.items.get(item_id)
        if item is None or item.lesson_id is None:
            return None
        batch = self.school.batches[item.batch_id]
        assert batch.order
        [title] = [line.title for line in self.school.shelf.lines if line.lesson_id == item.lesson_id]
        return Change(item=item, title=title, batch_state=batch.state, kind=batch.kind, order=batch.order)

    def _add(self, batch: Batch, line: LibraryLine, why: SkipReason | None) -> None:
        item = Item(
            id=uuid4(),
            batch_id=batch.id,
            source_id=None,
            lesson_id=line.lesson_id,
            state=ItemState.SKIPPED if why else ItemState.QUEUED,
            etag="",
            from_asset="asset-1" if batch.kind is BatchKind.NORMALISE and not why else None,
            reason=why,
        )
        self.school.items[item.id] = item

    def _chosen(self, lessons: Lessons) -> list[LibraryLine]:
        library = FakeLibrary(self.school.shelf)
        wanted = LibraryFilter() if lessons.picked.mode == "some" else lessons.filter
        found = library.matching(wanted, lessons.reader)
        return [line for line in found if line.lesson_id in lessons.picked]


def _skip(kind: BatchKind, order: Order, line: LibraryLine) -> SkipReason | None:
    if order.owner_id is not None and line.owner != order.owner_id:
        return SkipReason.NOT_YOURS
    so = {
        BatchKind.PUBLISH: line.is_published is True,
        BatchKind.UNPUBLISH: line.is_published is not True,
        BatchKind.COURSE: line.course == order.title,
    }
    if kind in AT_MUX and line.provider is not Provider.MUX:
        return SkipReason.NOT_AT_MUX
    so |= {BatchKind.POLICY: line.policy == order.wanted, BatchKind.DELETE: False, BatchKind.NORMALISE: False}
    if kind is BatchKind.CAPTIONS:
        return SkipReason.CAPTIONED if line.captions else None
    return SkipReason.ALREADY if so[kind] else None
