"""Mastering: a copy's master at Mux is asked for, waited for and, once nothing is made of it, closed again.

Its address opens the whole video: it is asked for at the moment of use, and kept and logged nowhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from core.errors import NotFound, Refused, Unavailable
from core.event import Event
from core.feeding import feed_in
from core.master import PATIENCE, PREPARED, Master, MasterState, Opened
from core.migration import Trouble
from core.ports import Services, Tx
from core.shielding import shielded
from core.stepping import CopyRejectedError, before_post, requeue
from core.work import Remake

LOOK_S = 60.0
"""How often Mux is asked, should its event not come."""

LASTS = timedelta(days=1)
"""After that Mux closes it by itself."""

NONE_MADE = "Mux could not give the original of the copy that the lesson plays."
GONE = "The copy that the lesson plays was deleted at Mux."


def is_open(work: Remake, services: Services) -> bool:
    """Whether Mux can fetch the old copy's master at this moment; else the item waits until Mux says so.

    Raises `CopyRejectedError` where there will be none.
    """
    with _translated():
        master = services.mux.master(work.old.id)
        if master.state is MasterState.READY:
            return True
        if master.state is MasterState.ERRORED:
            raise CopyRejectedError(Trouble.NO_MASTER, NONE_MADE, hint="Retry asks for it once more.")
        if master.state is MasterState.NONE:
            _open(work, services)
    _wait(work, services)
    return False


def address(work: Remake, services: Services) -> str:
    """Where Mux fetches the master, for this one use. Raises `Unavailable` where it was closed meanwhile."""
    url = services.mux.master(work.old.id).url
    if not url:
        raise Unavailable("The original of the copy is not open at Mux any more.")
    return url


def hear(tx: Tx, event: Event, *, services: Services) -> None:
    """Mux says what became of a master: whatever waits for it is due."""
    tx.upkeep.told(event.object_id, now=services.clock())
    for batch_id in tx.bulk.wake(event.object_id):
        feed_in(tx, batch_id, services)


def close_unused(*, services: Services) -> None:
    """Take away the masters that we opened and of which nothing is made any more."""
    with services.uow("master.unused.read") as tx:
        unused = tx.upkeep.unused()
    for one in unused:
        shielded(f"The master of asset {one.asset_id} is closed later", partial(_close, one, services))


def _open(work: Remake, services: Services) -> Master | None:
    with services.uow("master.opening") as tx:
        if before_post(tx, work) is None:
            return None
        tx.upkeep.opening(work.old.id, now=services.clock())
        tx.commit()
    return services.mux.open_master(work.old.id)


def _wait(work: Remake, services: Services) -> None:
    """Back to the queue; what Mux has said at this very moment counts. Raises `CopyRejectedError` after
    hours."""
    now = services.clock()
    with services.uow("master.wait") as tx:
        opened = tx.upkeep.opened(work.old.id)
        if opened and now - opened.asked_at > PATIENCE:
            raise CopyRejectedError(Trouble.NO_MASTER, NONE_MADE, hint="Look at status.mux.com, then retry.")
        if current := before_post(tx, work):
            delay_s = 0.0 if opened and opened.told else LOOK_S
            requeue(tx, current, delay_s=delay_s, reason=PREPARED, services=services)
            feed_in(tx, work.item.batch_id, services)
        tx.commit()


def _close(opened: Opened, services: Services) -> None:
    try:
        services.mux.close_master(opened.asset_id)
    except Refused:
        if services.clock() - opened.asked_at < LASTS:
            raise
    with services.uow("master.closed") as tx:
        tx.upkeep.closed(opened)
        tx.commit()


@contextmanager
def _translated() -> Iterator[None]:
    """What Mux says of the old copy is no fault of a file in S3."""
    try:
        yield
    except NotFound as error:
        raise CopyRejectedError(Trouble.ASSET_DELETED, GONE, hint="Look at the lesson.") from error
    except Refused as error:
        if error.account_wide:
            raise
        raise CopyRejectedError(Trouble.NO_MASTER, str(error), hint=error.hint) from error
