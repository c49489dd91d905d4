"""Failures grouped by cause, each with a way to its videos and with what to do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.batch import BatchKind, ItemState
from core.migrating import Status
from core.migration import Trouble
from dashboard import errors, formats, query
from dashboard.batches import actions, kinds, remedies
from dashboard.reasons import TROUBLE, Remedy
from dashboard.services import services

STATE, CAUSE, PAGE = "state", "trouble", "items"
"""Names in the URL: what the list of videos is narrowed to."""

FAILED, KEPT = "failed", "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items of a batch with one cause: all of them failed, or all of them kept from a rollback."""

    batch_id: int
    kind: BatchKind
    what: str
    trouble: Trouble
    count: int


def show(status: Status) -> None:
    """Nothing failed: nothing shown."""
    failed = list(_groups(status, FAILED, status.troubles))
    kept = list(_groups(status, KEPT, status.not_rolled_back))
    if failed:
        with st.container(border=True):
            _head(status)
            _lines(failed)
    if kept:
        with st.container(border=True):
            st.markdown(f"**Not rolled back: {formats.number(sum(group.count for group in kept))}**")
            _lines(kept)


def _groups(status: Status, what: str, counts: Mapping[Trouble, int]) -> Iterator[Group]:
    """The most frequent first."""
    batch = status.batch
    for trouble, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        yield Group(batch_id=batch.id, kind=batch.kind, what=what, trouble=trouble, count=count)


def _head(status: Status) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        failed = kinds.counted(status.batch.kind, status.progress.failed)
        st.markdown(f"**{failed} failed**", width="content")
        actions.retry_button(status)


def _lines(groups: list[Group]) -> None:
    for group in groups:
        reason, name = TROUBLE[group.trouble], f"{group.what}_{group.trouble}"
        with st.container(horizontal=True, vertical_alignment="center", key=f"cause_{name}"):
            count = formats.number(group.count)
            st.markdown(f":red-badge[{count}] **{reason.short}.** {reason.sentence}", width="stretch")
            look = reason.remedy is Remedy.LOOK
            these = "this" if group.count == 1 else "these"
            if group.what == FAILED:
                alone = look or len(groups) == 1  # for a single cause the button above does the same
                remedies.show(reason.remedy, name=name, retry=None if alone else partial(retry, group))
            st.button(
                f"{'Look at' if look else 'Show'} {these} {_things(group)}",
                key=f"see_{name}",
                icon=":material/filter_list:",
                help="The list below shows these alone.",
                on_click=see,
                args=(group,),
            )


def _things(group: Group) -> str:
    one = "lesson" if group.kind.is_bulk else "file"
    return one if group.count == 1 else f"{one}s"


def see(group: Group) -> None:
    """Narrow the list of videos to the group."""
    query.put(STATE, ItemState.FAILED.value if group.what == FAILED else "")
    query.put(CAUSE, group.trouble.value)
    query.put(PAGE, "")


@errors.guarded
def retry(group: Group) -> None:
    """Try the videos of one cause again."""
    with services().uow("batch.cause.read") as tx:
        found = tx.batches.items(
            group.batch_id, state=ItemState.FAILED, trouble=group.trouble, size=max(group.count, 1)
        )
    actions.retry(group.batch_id, [row.id for row in found], kinds.thing(group.kind))
