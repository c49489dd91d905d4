"""Reconciling: what is true at Mux against what we believe, so that a lost webhook or answer only costs time.

Absence from a listing proves nothing: each asset that was not listed is asked about by itself, in the
environment that holds ours, and where suspiciously many are missing a person has to say that it is so.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from core.absorbing import absorb
from core.access import SYSTEM, Action, Person, check
from core.asking import ask
from core.asset import Asset, AssetStatus
from core.discarding import discard
from core.errors import AppError, StaleState
from core.finding import CLOCK_SLACK, find_lost, verify_later
from core.ports import AssetPage, Services
from core.recognising import ensure_ours, learn
from core.sweeping import sweep
from core.upkeep import Reconciled, ReconcileRow

log = logging.getLogger(__name__)

MISSING_SHARE, MISSING_LEAST = 0.1, 10
"""When more of our assets than both are missing at once, a wrong token is likelier than so many deletions."""

PAGE_TRIES = 4


def reconcile(*, by: Person, services: Services, believe_missing: bool = False) -> Reconciled:
    """Compare every asset at Mux with our records, delete twins, mark what is gone, nudge the rest.

    With `believe_missing` a person says that many assets were really deleted at Mux. What came of it is kept
    for the health page. Raises `ConfigError` in another environment, `StaleState` where too many are missing.
    """
    check(by, Action.RECONCILE)
    started_at = services.clock()
    try:
        found = _reconcile(started_at, believe_missing, services)
    except AppError as error:
        _note(by, started_at, services, error=error)
        raise
    _note(by, started_at, services, found=found)
    return found


def _reconcile(started_at: datetime, believe_missing: bool, services: Services) -> Reconciled:
    learn(services=services)
    ensure_ours(services=services)
    seen: list[str] = []
    moved = 0
    for page in _pages(services):
        moved += _absorb_all(page, services)
        seen += [asset.id for asset in page]
    gone = _find_gone(seen, started_at - CLOCK_SLACK, believe_missing, services)
    twins = _discard_twins(seen, services)
    find_lost(services=services)
    moved += sweep(services=services, everything=True)
    return Reconciled(assets=len(seen), twins=twins, gone=gone, moved=moved)


def _note(
    by: Person,
    started_at: datetime,
    services: Services,
    *,
    found: Reconciled | None = None,
    error: AppError | None = None,
) -> None:
    row = ReconcileRow(
        by=by.name,
        started_at=started_at,
        finished_at=services.clock(),
        found=found or Reconciled(),
        error=str(error) if error else None,
        hint=error.hint if error else "",
    )
    with services.uow("reconcile.note") as tx:
        tx.upkeep.reconciled(row)
        tx.commit()


def _pages(services: Services) -> Iterator[Sequence[Asset]]:
    """Every asset at Mux, page by page; one answer that is lost does not cost the pages before it."""
    cursor: str | None = None
    while True:
        page = _page(cursor, services)
        yield page.assets
        cursor = page.next_cursor
        if cursor is None:
            return


def _page(cursor: str | None, services: Services) -> AssetPage:
    for _ in range(PAGE_TRIES - 1):
        try:
            return services.mux.newest_assets(cursor=cursor)
        except AppError as error:
            if not error.retryable:
                raise
            log.warning("A page of assets is asked for again: %s", error)
    return services.mux.newest_assets(cursor=cursor)


def _absorb_all(assets: Sequence[Asset], services: Services) -> int:
    """Together if possible, else one by one, so that one that is refused does not hold up the rest."""
    try:
        with services.uow("reconcile.page") as tx:
            moved = [verify_later(tx, absorb(tx, asset, services=services)) for asset in assets]
            tx.commit()
        return sum(moved)
    except AppError as error:
        if len(assets) > 1:
            return sum(_absorb_all([asset], services) for asset in assets)
        log.warning("Asset %s was passed over: %s", assets[0].id, error.sentence)
        return 0


def _find_gone(seen: Sequence[str], created_before: datetime, believe: bool, services: Services) -> int:
    """Ask about each asset that we hold for alive and the listing did not show; returns how many are gone."""
    with services.uow("reconcile.gone.read") as tx:
        missing, held = tx.assets.alive_but(seen, created_before=created_before)
        tests, _ = tx.assets.alive_but(seen, created_before=created_before, test=True)
    if len(missing) > max(MISSING_LEAST, MISSING_SHARE * held) and not believe:
        raise StaleState(
            f"Mux lists {held - len(missing):,} of the {held:,} assets recorded here. "
            "That so many are gone is not believed, and none was given up.",
            hint="Check the token and look at Mux's dashboard. If they were really deleted there, "
            "run `cli.py reconcile --believe-missing`.",
        )
    return sum(_is_gone(asset_id, services) for asset_id in [*missing, *tests])


def _is_gone(asset_id: str, services: Services) -> bool:
    try:
        return ask(asset_id, services=services) is AssetStatus.DELETED
    except AppError as error:
        log.warning("Asset %s is asked about later: %s", asset_id, error.sentence)
        return False


def _discard_twins(seen: Sequence[str], services: Services) -> int:
    with services.uow("reconcile.twins") as tx:
        twins = tx.assets.twins(seen)
        for asset_id in twins:
            tx.upkeep.want_gone(asset_id, asked=False, by=SYSTEM)
        tx.commit()
    return sum(_is_discarded(asset_id, services) for asset_id in twins)


def _is_discarded(asset_id: str, services: Services) -> bool:
    try:
        return discard(asset_id, services=services)
    except AppError as error:
        log.warning("Asset %s is deleted later: %s", asset_id, error.sentence)
        return False
