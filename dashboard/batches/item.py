"""One item of a batch: what happened to it, what to do, and its copy playing."""

from functools import partial
from uuid import UUID

import streamlit as st

from core import migrating
from core.access import Action
from core.asset import Asset, AssetStatus
from core.batch import BatchKind, ItemState
from core.bulk_worklist import Change
from core.migrating import ROLLS_BACK
from core.migration import SkipReason, Trouble
from core.playback import Audience, needs_token, token_lifetime_s
from core.records import Item
from core.work import Move, Work
from dashboard import access, errors, formats, navigation, query
from dashboard.batches import actions, dialogs, items, kinds, remedies
from dashboard.components.player import Video, deaf, player
from dashboard.components.reveal import reveal
from dashboard.reasons import SKIP, TROUBLE
from dashboard.services import services


def chosen(batch_id: int) -> Work | Change | None:
    """The item that the URL names, if it is one of this batch's."""
    try:
        item_id = UUID(st.query_params.get(items.ITEM, ""))
    except ValueError:
        return None
    with services().uow("batch.item.read") as tx:
        work = tx.bulk.change(item_id) or tx.batches.work(item_id)
    return work if work and work.item.batch_id == batch_id else None


@errors.guarded
def show(work: Work | Change) -> None:
    """Its facts, its actions, and the player where there is something to play."""
    reveal(str(work.item.id), key="reveal_item")
    with st.container(border=True):
        if isinstance(work, Change):
            _lesson(work)
        elif isinstance(work, Move):
            _video(work)


def _video(work: Move) -> None:
    title = work.source.title or work.source.key.rsplit("/", 1)[-1]
    st.subheader(formats.literal(title), anchor=False)
    st.markdown(_state(work.item, BatchKind.MIGRATION))
    if work.asset and is_playable(work.asset) and work.item.state in items_on_mux():
        _play(work.asset, title, work.source.id)
    _actions(work.item, title, BatchKind.MIGRATION)
    _facts(work)


def _lesson(work: Change) -> None:
    title = work.title or "Untitled"
    st.subheader(formats.literal(title), anchor=False)
    st.markdown(_state(work.item, work.kind))
    st.page_link(
        navigation.PAGES / "lesson.py",
        label="Open the lesson",
        icon=":material/play_circle:",
        query_params={"lesson": work.lesson_id},
    )
    _actions(work.item, title, work.kind)
    st.code(f"lesson {work.lesson_id}", language=None, wrap_lines=True)


def items_on_mux() -> frozenset[ItemState]:
    return frozenset({ItemState.DONE, ItemState.AWAITING_SCHEMA, ItemState.TESTED})


def is_playable(asset: Asset) -> bool:
    return asset.status is AssetStatus.READY and asset.playback_id is not None


def _state(item: Item, kind: BatchKind) -> str:
    term = kinds.items(kind)[item.state]
    if item.state is ItemState.SKIPPED and item.reason in set(SkipReason):
        return f"{term.badge} {SKIP[SkipReason(item.reason)].sentence}"
    if item.trouble is None:
        return f"{term.badge} {formats.literal(item.reason) if item.reason else term.sentence}"
    said = f"\n\n{formats.literal(item.reason)}" if item.reason else ""
    return f"{term.badge} {TROUBLE[item.trouble].sentence}{said}"


def _play(asset: Asset, title: str, source_id: int) -> None:
    if not access.may_with_source(Action.PLAY, source_id):
        st.caption("Only an admin, or whoever may play one of its lessons, can play it here.")
        return
    if needs_token(asset.policy) and services().signer is None:
        st.warning(TROUBLE[Trouble.SIGNING_KEY_MISSING].sentence)
        return
    player(video(asset, title), key="player", respond=deaf(partial(video, asset, title)))


def video(asset: Asset, title: str) -> Video:
    """The addresses of a copy, with tokens where its policy asks for them."""
    playback_id, hosts = str(asset.playback_id), services().settings.hosts
    return Video(
        title=title,
        src=hosts.manifest(playback_id, token=_token(asset, Audience.VIDEO)),
        poster=hosts.thumbnail(playback_id, token=_token(asset, Audience.THUMBNAIL)),
        storyboard=hosts.storyboard(playback_id, token=_token(asset, Audience.STORYBOARD)),
    )


def _token(asset: Asset, audience: Audience) -> str | None:
    signer = services().signer
    if not needs_token(asset.policy) or signer is None:
        return None
    lifetime_s = token_lifetime_s(asset.duration_s)
    return signer.token(str(asset.playback_id), audience, lifetime_s=lifetime_s)


def _actions(item: Item, title: str, kind: BatchKind) -> None:
    thing = kinds.thing(kind)
    with st.container(horizontal=True, vertical_alignment="center"):
        if item.state is ItemState.FAILED:
            remedies.show(
                TROUBLE[item.trouble or Trouble.UNEXPECTED].remedy,
                name="item",
                retry=errors.acting(partial(actions.retry, item.batch_id, [item.id], thing)),
                label=f"Retry this {thing}",
            )
        if (
            item.state in ROLLS_BACK
            and kind.has_way_back
            and access.may(Action.ROLL_BACK)
            and st.button("Roll back one …", icon=":material/undo:")
        ):
            status = migrating.status(item.batch_id, services=services())
            dialogs.open_roll_back(status, item.id, title)
        st.button("Close", type="tertiary", on_click=query.put, args=(items.ITEM, ""))


def _facts(work: Move) -> None:
    source, attempts = work.source, work.item.attempts
    said = [
        formats.clock(source.duration_s),
        formats.size(source.size_bytes),
        f"used by {formats.counted(source.rows, 'row')}",
        f"tried {formats.counted(attempts, 'time')}" if attempts else "",
    ]
    st.caption(" · ".join(fact for fact in said if fact))
    st.code(str(source.location), language=None, wrap_lines=True)
    if work.item.asset_id:
        st.code(f"asset {work.item.asset_id}", language=None, wrap_lines=True)
