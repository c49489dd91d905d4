"""Failures grouped by cause, each with a way to its videos and with what to do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.batch import ItemState
from core.migrating import Status
from core.migration import Trouble
from dashboard import errors, formats, query
from dashboard.batches import actions, remedies
from dashboard.reasons import TROUBLE, Remedy
from dashboard.services import services

STATE, CAUSE, PAGE = "state", "trouble", "items"
"""Names in the URL: what the list of videos is narrowed to."""

FAILED, KEPT = "failed", "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Videos of a batch with one cause: all of them failed, or all of them kept from a rollback."""

    batch_id: int
    what: str
    trouble: Trouble
    count: int


def show(status: Status) -> None:
    """Nothing failed: nothing shown."""
    failed = list(_groups(status.batch.id, FAILED, status.troubles))
    kept = list(_groups(status.batch.id, KEPT, status.not_rolled_back))
    if failed:
        with st.container(border=True):
            _head(status)
            _lines(failed)
    if kept:
        with st.container(border=True):
            st.markdown(f"**Not rolled back: {formats.number(sum(group.count for group in kept))}**")
            _lines(kept)


def _groups(batch_id: int, what: str, counts: Mapping[Trouble, int]) -> Iterator[Group]:
    """The most frequent first."""
    for trouble, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        yield Group(batch_id=batch_id, what=what, trouble=trouble, count=count)


def _head(status: Status) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{formats.counted(status.progress.failed, 'video')} failed**", width="content")
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
                f"{'Look at' if look else 'Show'} {these} {'file' if group.count == 1 else 'files'}",
                key=f"see_{name}",
                icon=":material/filter_list:",
                help="The list below shows these videos alone.",
                on_click=see,
                args=(group,),
            )


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
    actions.retry(group.batch_id, [row.id for row in found])
