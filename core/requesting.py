"""Requesting: what a person has done about all sources or assets, audited before it begins.

A page hands it to the worker; a shell does it here and now and waits for what comes of it.
"""

from core.access import Action, Person, check
from core.ports import Services
from core.reconciling import reconcile
from core.records import Job
from core.scanning import ScanReport, scan
from core.scanrun import ScanRun
from core.upkeep import Reconciled


def request_scan(*, by: Person, services: Services) -> ScanRun:
    """Have the buckets scanned; asked twice it is done once. Raises `ConfigError` where none is named."""
    check(by, Action.SCAN)
    services.settings.check_buckets()
    with services.uow("scan.ask") as tx:
        run = tx.scan_runs.ask(by.name)
        tx.enqueue(Job.SCAN, key="scan")
        tx.audit(by, "scan", "sources")
        tx.commit()
    return run


def request_reconcile(*, by: Person, services: Services) -> None:
    """Have our records compared with Mux; asked twice it is done once."""
    check(by, Action.RECONCILE)
    with services.uow("reconcile.ask") as tx:
        tx.enqueue(Job.RECONCILE, key="reconcile")
        tx.audit(by, "reconcile", "assets")
        tx.commit()


def scan_now(*, by: Person, services: Services) -> ScanReport:
    """Scan the buckets. Raises what `scan` does, and `NotAllowed`."""
    check(by, Action.SCAN)
    services.settings.check_buckets()
    _note("scan", "sources", by, services)
    return scan(by=by, services=services)


def reconcile_now(*, by: Person, services: Services, believe_missing: bool = False) -> Reconciled:
    """Compare our records with Mux. Raises what `reconcile` does, `NotAllowed`, and Mux's errors."""
    check(by, Action.RECONCILE)
    _note("reconcile", "assets", by, services)
    return reconcile(by=by, services=services, believe_missing=believe_missing)


def _note(action: str, subject: str, by: Person, services: Services) -> None:
    with services.uow("note.ask") as tx:
        tx.audit(by, action, subject)
        tx.commit()
