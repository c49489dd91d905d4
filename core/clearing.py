"""Clearing: copies at Mux that nothing plays any more are shown, and deleted when somebody says so.

They come about where the school deletes a lesson, or gives it another video on its own site.
"""

from collections.abc import Sequence

from core.access import Action, Person, check
from core.asset import Quality
from core.estimate import CardsOfDay, Estimate, sum_of
from core.leftover import Leftovers
from core.naming import NAMED
from core.ports import Services, Tx
from core.stepping import let_go


def leftovers(*, by: Person, services: Services, limit: int = 100) -> Leftovers:
    """The longest of them, and what all come to. Raises `NotAllowed`."""
    check(by, Action.SEE_HEALTH)
    with services.uow("leftovers.read") as tx:
        return tx.lessons.leftovers(limit=limit)


def price(found: Leftovers, cards: CardsOfDay) -> Estimate | None:
    """What keeping them costs a month; None where none has a known quality. Raises `UnknownPrice`."""
    known = {Quality(one): seconds for one, seconds in found.seconds.items() if one in set(Quality)}
    return sum_of(known, size_bytes=0, cards=cards) if known else None


def clear(asset_ids: Sequence[str], *, by: Person, services: Services) -> int:
    """Have these copies deleted at Mux by the worker; returns how many. What is not left over any more stays.
    Raises `NotAllowed`."""
    check(by, Action.CLEAR_COPIES)
    with services.uow("leftovers.clear") as tx:
        gone = [one for one in sorted(set(asset_ids)) if _let_go(tx, one, by)]
        if gone:
            after = {"copies": len(gone), "asset_ids": gone[:NAMED]}
            tx.audit(by, "delete copies that nothing plays", "assets", after=after)
        tx.commit()
    return len(gone)


def _let_go(tx: Tx, asset_id: str, by: Person) -> bool:
    """Asked under the asset's lock, as whoever has a row name it does."""
    if tx.assets.lock(asset_id) is None or not tx.lessons.is_leftover(asset_id):
        return False
    let_go(tx, asset_id, by=by)
    return True
