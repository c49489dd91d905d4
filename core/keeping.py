"""Keeping: a selection that is too long for an address, under a short id that only its owner can use."""

from secrets import token_urlsafe

from core.access import Action, Person, check
from core.ports import Services


def keep(
    ticks: str,
    *,
    kept_id: str | None,
    by: Person,
    services: Services,
    action: Action = Action.SEE_SOURCES,
) -> str:
    """Keep it for a week, in place of what was kept under `kept_id`; returns the id. `action` is the right
    to see what was ticked."""
    check(by, action)
    kept_id = kept_id or token_urlsafe(9)
    with services.uow("ticks.keep") as tx:
        tx.sources.keep_ticks(kept_id, person=by.subject, ticks=ticks)
        tx.commit()
    return kept_id


def recall(
    kept_id: str, *, by: Person, services: Services, action: Action = Action.SEE_SOURCES
) -> str | None:
    """What this person kept under the id; None where it is not theirs or is gone."""
    check(by, action)
    with services.uow("ticks.read") as tx:
        return tx.sources.kept_ticks(kept_id, person=by.subject)
