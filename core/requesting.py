"""Requesting: what a person asks the worker to do, audited in the transaction that hands it over."""

from core.access import Action, Person, check
from core.ports import Services
from core.records import Job


def request_scan(*, by: Person, services: Services) -> None:
    """Have the buckets scanned; asked twice it is done once."""
    check(by, Action.SCAN)
    with services.uow("scan.ask") as tx:
        tx.enqueue(Job.SCAN, key="scan")
        tx.audit(by, "scan", "sources")
        tx.commit()


def request_reconcile(*, by: Person, services: Services) -> None:
    """Have our records compared with Mux; asked twice it is done once."""
    check(by, Action.RECONCILE)
    with services.uow("reconcile.ask") as tx:
        tx.enqueue(Job.RECONCILE, key="reconcile")
        tx.audit(by, "reconcile", "assets")
        tx.commit()
