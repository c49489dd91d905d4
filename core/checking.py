"""Checking: does everything that Lectern depends on work, and if not, what to do about it."""

from collections.abc import Callable, Iterable
from functools import partial

from core import inspecting, syncing, usage_reading
from core.diagnosis import Check, failed, ok, skipped, tried, warn
from core.digest_checking import check_digest
from core.errors import AppError
from core.figures import Freshness
from core.inspecting import SchemaStatus
from core.mux_checking import check_mux
from core.ports import Services
from core.s3_checking import check_s3
from core.settings import Settings


def doctor(
    *, services: Services, prepare: Callable[[Services], None], origin: str | None = None
) -> list[Check]:
    """Look at every dependency. One that does not work silences none of the others.

    `prepare` creates `mux_admin` where it is not current, as every start does. `origin` is the dashboard's
    address (`https://host`), for the buckets' CORS rules; without it the one of OIDC_REDIRECT_URI counts.
    """
    settings = services.settings
    return [
        ok("settings", "Every setting is of the right form."),
        *tried("database", partial(_database, services, prepare)),
        *check_mux(services),
        *check_s3(services, origin or settings.dashboard_origin),
        *_webhook(settings),
        *check_digest(services),
        *_pull(settings),
    ]


def settings_failed(error: AppError) -> list[Check]:
    """All that can be said when the settings are wrong."""
    return [failed("settings", str(error), error.hint)]


def _database(services: Services, prepare: Callable[[Services], None]) -> Iterable[Check]:
    with services.uow("doctor.read"):
        yield ok("database", "The database answers.")
    prepare(services)
    yield ok("mux_admin", "Lectern's own tables are there and current.")
    yield _host_tables(inspecting.status(services=services))
    yield _records(services)
    yield _read("figures", "What was watched", syncing.freshness(services=services))
    yield _read("usage", "What Mux delivered", usage_reading.freshness(services=services))


def _host_tables(found: SchemaStatus) -> Check:
    name, waiting = "school's tables", f"{found.pending_rows:,} rows wait for their Mux columns"
    if found.obstacles and not found.pending:
        return warn(name, "Nothing can be added to them as it is.", " ".join(found.obstacles))
    if not found.current:
        hint = "`cli.py schema plan` shows the SQL, `cli.py schema apply --yes` adds what is missing."
        rows = f"; {waiting}" if found.pending_rows else ""
        sentence = f"{found.pending} changes are pending{rows}. Videos can be moved all the same."
        return warn(name, sentence, " ".join([*found.obstacles, hint]))
    if found.pending_rows:
        return warn(name, f"Up to date, but {waiting}.", "A worker writes them; is one running?")
    return ok(name, "The school's tables have all the Mux columns.")


def _records(services: Services) -> Check:
    """What the last comparison with Mux came to."""
    with services.uow("doctor.read") as tx:
        last = tx.upkeep.last_reconcile()
    if last is None:
        return skipped("records", "Not compared with Mux yet; the worker does it every six hours.")
    if last.error:
        sentence = f"The comparison with Mux stopped ({last.finished_at:%Y-%m-%d %H:%M} UTC): {last.error}"
        return failed("records", sentence, last.hint)
    when = f"{last.finished_at:%Y-%m-%d %H:%M} UTC"
    return ok("records", f"Compared with Mux ({when}): {last.found.assets:,} assets there.")


def _read(name: str, what: str, fresh: Freshness) -> Check:
    """How far what is fetched from Mux every hour goes."""
    if fresh.error:
        since = f" The figures are those of {fresh.read_at:%Y-%m-%d %H:%M} UTC." if fresh.read_at else ""
        trouble = f"Something beside the {name} failed" if fresh.is_partly else f"{what} could not be fetched"
        sentence = f"{trouble} ({fresh.tried_at:%Y-%m-%d %H:%M} UTC): {fresh.error}"
        return warn(name, f"{sentence}{since}", fresh.hint)
    if fresh.read_at is None:
        return skipped(name, "Not fetched from Mux yet; the worker does it every hour.")
    final = f", final up to {fresh.final_to:%Y-%m-%d}" if fresh.final_to else ""
    return ok(name, f"{what} is known as of {fresh.read_at:%Y-%m-%d %H:%M} UTC{final}.")


def _webhook(settings: Settings) -> list[Check]:
    count = len(settings.mux_webhook_secret)
    if not count:
        hint = "Set MUX_WEBHOOK_SECRET to the signing secret that Mux shows for the endpoint."
        return [failed("webhook secret", "No webhook secret is set, so no event can be trusted.", hint)]
    return [ok("webhook secret", f"{count} set; an event may prove itself by any of them.")]


def _pull(settings: Settings) -> list[Check]:
    if settings.pull_works:
        return [ok("pull", "Mux can fetch presigned URLs of this S3.")]
    hint = "Batches push by default: the bytes go through the worker."
    return [warn("pull", "Mux cannot fetch from an S3 that the internet does not reach.", hint)]
