"""Checking Mux: the access token and what it may do, the clock, the signing key."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from core import recognising
from core.diagnosis import Check, clock_check, failed, ok, tried, warn
from core.errors import AppError, Unavailable
from core.ports import Services, Signer, Whoami

NEEDED_SCOPES = {
    "video:read": "no copy can be seen or verified",
    "video:write": "no copy can be made or deleted",
}
USEFUL_SCOPES = {
    "data:read": "analytics stay empty",
    "system:read": "the signing key cannot be compared with Mux's",
}
"""What does not work without each."""


def check_mux(services: Services) -> list[Check]:
    """Every finding about Mux. None of it needs the database: whose token it is counts to no rate limit."""
    me = _whoami(services)
    if isinstance(me, Check):
        return [me, *tried("signing key", partial(_signing, services, ()))]
    return [
        ok("mux", f"The token is of Mux's environment {me.environment} ({me.environment_type})."),
        scopes(me.permissions),
        clock_check("clock", "Mux", me.answered_at, services.clock()),
        *tried("signing key", partial(_signing, services, me.permissions)),
    ]


def _whoami(services: Services) -> Whoami | Check:
    if not services.settings.mux_token_id:
        hint = "Set MUX_TOKEN_ID and MUX_TOKEN_SECRET: an access token of Mux's dashboard."
        return failed("mux", "No Mux access token is set.", hint)
    try:
        me = services.mux_now.whoami()
        with suppress(Unavailable):  # the database has a check of its own
            recognising.compare(me, services=services)
        return me
    except AppError as error:
        return failed("mux", str(error), error.hint)


def scopes(permissions: Sequence[str]) -> Check:
    """Whether the token may do what Lectern does, and what will not work where it may not."""
    missing = {
        scope: loss for scope, loss in (NEEDED_SCOPES | USEFUL_SCOPES).items() if scope not in permissions
    }
    if not missing:
        return ok("token scopes", "The token may do all that Lectern does.")
    sentence = f"The token lacks {', '.join(f'{scope} ({loss})' for scope, loss in missing.items())}."
    if missing.keys() & NEEDED_SCOPES.keys():
        return failed("token scopes", sentence, "Make a token with these permissions in Mux's dashboard.")
    hint = "Videos can be moved all the same; for the rest, make a token with these permissions."
    return warn("token scopes", sentence, hint)


def _signing(services: Services, permissions: Sequence[str]) -> Iterable[Check]:
    if services.signer is None:
        hint = "Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, or choose public playback for every batch."
        yield warn("signing key", "No signing key is set: signed playback is refused.", hint)
        return
    yield _signing_key(services, services.signer, may_ask="system:read" in permissions)


def _signing_key(services: Services, signer: Signer, *, may_ask: bool) -> Check:
    key_id = services.settings.mux_signing_key
    signer.token("doctor", "v", lifetime_s=60)
    if not may_ask:
        return ok("signing key", "A playback token can be signed; whether Mux knows the key was not asked.")
    if services.mux_now.has_signing_key(key_id):
        return ok("signing key", "A playback token can be signed, and Mux knows the key.")
    hint = "Make a new one in Mux's dashboard, and set MUX_SIGNING_KEY and MUX_PRIVATE_KEY to its halves."
    return failed("signing key", f"Mux has no signing key {key_id}: signed videos do not play.", hint)
