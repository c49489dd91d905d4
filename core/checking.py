"""Checking: does everything that Lectern depends on work, and if not, what to do about it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial

from core import applying
from core.applying import SchemaStatus
from core.diagnosis import Check, failed, ok, skipped, warn
from core.errors import AppError, NotFound, Refused
from core.ports import Services, Whoami
from core.settings import Settings

NEEDED_SCOPES = {
    "video:read": "see assets",
    "video:write": "make and delete assets",
}
USEFUL_SCOPES = {
    "data:read": "analytics stay empty",
    "system:read": "the signing key cannot be compared with Mux's",
}
"""What is missing without each."""

SKEW_NOTED = timedelta(seconds=30)
SKEW_TOO_MUCH = timedelta(minutes=5)
"""Mux's signatures count for five minutes, and so does the search for lost answers."""


def tried(name: str, look: Callable[[], Iterable[Check]]) -> list[Check]:
    """What `look` finds; an `AppError` is a finding too, and the others still get their turn."""
    try:
        return list(look())
    except AppError as error:
        return [failed(name, str(error), error.hint)]


def doctor(
    *, services: Services, prepare: Callable[[Services], None], origin: str | None = None
) -> list[Check]:
    """Look at every dependency; `origin` is the dashboard's address, for the buckets' CORS rules.

    `prepare` creates `mux_admin` where it is not current, as every start does.
    """
    settings = services.settings
    return [
        ok("settings", "Every setting is of the right form."),
        *tried("database", partial(_database, services, prepare)),
        *tried("mux", partial(_mux, services)),
        *_buckets(services, origin),
        *_webhook(settings),
        *tried("signing key", partial(_signing, services)),
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
    yield _host_tables(applying.status(services=services))


def _host_tables(found: SchemaStatus) -> Check:
    name, waiting = "school's tables", f"{found.pending_rows:,} rows wait for their Mux columns"
    if not found.current:
        hint = "`cli.py schema plan` shows the SQL, `cli.py schema apply --yes` adds what is missing."
        rows = f"; {waiting}" if found.pending_rows else ""
        sentence = f"{found.pending} changes are pending{rows}. Videos can be moved all the same."
        return warn(name, sentence, " ".join([*found.obstacles, hint]))
    if found.pending_rows:
        return warn(name, f"Up to date, but {waiting}.", "A worker writes them; is one running?")
    return ok(name, "The school's tables have all the Mux columns.")


def _mux(services: Services) -> Iterable[Check]:
    settings = services.settings
    if not (settings.mux_token_id and settings.mux_token_secret):
        hint = "Set MUX_TOKEN_ID and MUX_TOKEN_SECRET: an access token of Mux's dashboard."
        yield failed("mux", "No Mux access token is set.", hint)
        return
    me = services.mux_now.whoami()
    yield ok("mux", f"The token is of Mux's environment {me.environment} ({me.environment_type}).")
    yield from _scopes(me.permissions)
    yield _clock(me, services)


def _scopes(permissions: Sequence[str]) -> Iterable[Check]:
    missing = [scope for scope in NEEDED_SCOPES if scope not in permissions]
    if missing:
        needs = ", ".join(f"{scope} ({NEEDED_SCOPES[scope]})" for scope in missing)
        hint = "Make a token with these permissions in Mux's dashboard."
        yield failed("token scopes", f"The token lacks {needs}.", hint)
        return
    absent = [scope for scope in USEFUL_SCOPES if scope not in permissions]
    if absent:
        loss = "; ".join(f"without {scope}, {USEFUL_SCOPES[scope]}" for scope in absent)
        yield warn("token scopes", f"Videos can be moved; {loss}.", "Give the token these permissions.")
    else:
        yield ok("token scopes", "The token may do all that Lectern does.")


def _clock(me: Whoami, services: Services) -> Check:
    if me.answered_at is None:
        return skipped("clock", "Mux's answer carries no time.")
    skew = abs(services.clock() - me.answered_at)
    if skew <= SKEW_NOTED:
        return ok("clock", f"This machine and Mux agree on the time within {SKEW_NOTED.seconds} s.")
    sentence = f"This machine's clock and Mux's differ by {skew.total_seconds():.0f} s."
    hint = "Switch time synchronisation on: signatures and presigned URLs depend on it."
    return (failed if skew >= SKEW_TOO_MUCH else warn)("clock", sentence, hint)


def _buckets(services: Services, origin: str | None) -> list[Check]:
    buckets = services.settings.s3_buckets
    if not buckets:
        return [
            failed("s3", "No bucket is named.", "Set S3_BUCKETS, for example school-videos,archive/2024.")
        ]
    names = list(dict.fromkeys(bucket.name for bucket in buckets))
    # A role may be allowed to list below its prefix alone, so that is what is tried.
    prefixes = {bucket.name: bucket.prefix for bucket in reversed(buckets)}
    listings = [tried(f"s3 {name}", partial(_listing, name, prefixes[name], services)) for name in names]
    cors = [tried(f"cors {name}", partial(_cors, name, origin, services)) for name in names]
    return [check for checks in listings + cors for check in checks]


def _listing(bucket: str, prefix: str, services: Services) -> Iterable[Check]:
    name = f"s3 {bucket}"
    try:
        keys = services.store.list_bucket(bucket, prefix)
    except NotFound as error:
        yield failed(name, str(error), "Correct the name in S3_BUCKETS, or the region in AWS_REGION.")
    except Refused as error:
        hint = "The credentials need s3:ListBucket on the bucket and s3:GetObject on its keys."
        yield failed(name, str(error), error.hint if error.account_wide else hint)
    else:
        empty = warn(name, "The bucket can be listed, and is empty.", "Is it the right one?")
        yield ok(name, "The bucket can be listed.") if keys else empty


def _cors(bucket: str, origin: str | None, services: Services) -> Iterable[Check]:
    name = f"cors {bucket}"
    if origin is None:
        yield skipped(name, "Not looked at: say `--origin` with the dashboard's address.")
    elif {origin, "*"} & set(services.store.cors_origins(bucket)):
        yield ok(name, f"Browsers at {origin} may load from the bucket.")
    else:
        hint = "Add a CORS rule for GET, HEAD and PUT from this origin; docs/deployment.md has one to copy."
        yield warn(name, f"Browsers at {origin} may not load from the bucket.", hint)


def _webhook(settings: Settings) -> list[Check]:
    count = len(settings.mux_webhook_secret)
    if not count:
        hint = "Set MUX_WEBHOOK_SECRET to the signing secret that Mux shows for the endpoint."
        return [failed("webhook secret", "No webhook secret is set, so no event can be trusted.", hint)]
    return [ok("webhook secret", f"{count} set; an event may prove itself by any of them.")]


def _signing(services: Services) -> Iterable[Check]:
    if services.signer is None:
        hint = "Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, or choose public playback for every batch."
        yield warn("signing key", "No signing key is set: signed playback is refused.", hint)
        return
    services.signer.token("doctor", "v", lifetime_s=60)
    yield ok("signing key", "A playback token can be signed.")


def _pull(settings: Settings) -> list[Check]:
    if settings.pull_works:
        return [ok("pull", "Mux can fetch presigned URLs of this S3.")]
    hint = "Batches push by default: the bytes go through the worker."
    return [warn("pull", "Mux cannot fetch from an S3 that only this machine reaches.", hint)]
