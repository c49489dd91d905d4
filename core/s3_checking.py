"""Checking S3: listing, the clock, and the CORS rules that let browsers play from it."""

from collections.abc import Iterable
from functools import partial

from core.cors import allowed_methods, may_upload
from core.diagnosis import Check, clock_check, failed, ok, skipped, tried, warn
from core.errors import NotFound, Refused
from core.ports import Services

PLAYING = ("GET", "HEAD")
"""What a browser needs to play from a bucket."""


def check_s3(services: Services, origin: str | None) -> list[Check]:
    """Every finding about the configured buckets; `origin` is the dashboard's address."""
    buckets = services.settings.s3_buckets
    if not buckets:
        return [
            failed("s3", "No bucket is named.", "Set S3_BUCKETS, for example school-videos,archive/2024.")
        ]
    # A role may be allowed to list below its prefix alone, so that is what is tried.
    prefixes = {bucket.name: bucket.prefix for bucket in reversed(buckets)}
    names = list(dict.fromkeys(bucket.name for bucket in buckets))
    listings = [tried(f"s3 {name}", partial(_listing, name, prefixes[name], services)) for name in names]
    clock = tried("clock s3", partial(_clock, names[0], prefixes[names[0]], services))
    cors = [tried(f"cors {name}", partial(_cors, name, origin, services)) for name in names]
    uploads = tried("uploads", partial(_uploads, origin, services))
    return [check for checks in [*listings, clock, *cors, uploads] for check in checks]


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


def _clock(bucket: str, prefix: str, services: Services) -> Iterable[Check]:
    yield clock_check("clock s3", "S3", services.store.time_at(bucket, prefix), services.clock())


def _cors(bucket: str, origin: str | None, services: Services) -> Iterable[Check]:
    name = f"cors {bucket}"
    if origin is None:
        how = "set OIDC_REDIRECT_URI, or say `--origin` with the dashboard's address"
        yield skipped(name, f"Not looked at: {how}.")
        return
    allowed = allowed_methods(services.store.cors_rules(bucket), origin)
    missing = [method for method in PLAYING if method not in allowed]
    if not missing:
        yield ok(name, f"Browsers at {origin} may load from the bucket.")
        return
    which = " and ".join(missing) if allowed else "load"
    hint = "Add a CORS rule for GET and HEAD from this origin; docs/deployment.md has one to copy."
    yield warn(name, f"Browsers at {origin} may not {which} from the bucket.", hint)


def _uploads(origin: str | None, services: Services) -> Iterable[Check]:
    """Whether a browser may bring files to S3 where Mux does not take them."""
    place = services.settings.upload_place
    if origin is None or place is None:
        yield skipped("uploads", "Not looked at: the dashboard's address is not known.")
    elif may_upload(services.store.cors_rules(place.name), origin):
        yield ok("uploads", f"Browsers at {origin} may upload to {place.name}.")
    else:
        hint = "Its CORS rule has to allow PUT and expose ETag; docs/deployment.md has one to copy."
        yield warn("uploads", f"Browsers at {origin} may not upload to {place.name}.", hint)
