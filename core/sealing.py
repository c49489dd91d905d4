"""Sealing: tokens of Lectern's own for the API, where nobody else issues any."""

from collections.abc import Collection

from core.access import Action, Person, Role, check, roles_from_claim
from core.errors import ConfigError, InvalidInput
from core.ports import Services
from core.seal import Unsealed

AUDIENCE = "lectern-api"
LONGEST_S = 7 * 86_400.0


def secret(*, services: Services) -> str:
    """What Lectern signs with for itself, the same in every process; it goes into no log and no answer."""
    with services.uow("secret.read") as tx:
        return tx.upkeep.local_secret()


def token(
    subject: str, *, roles: Collection[Role] = (), lifetime_s: float, by: Person, services: Services
) -> str:
    """A token that names a person to the API: `subject` is their id in the school's `users`.

    Who made it for whom is kept. Raises `ConfigError` where API_ISSUER issues the tokens, `InvalidInput`,
    `NotAllowed`.
    """
    check(by, Action.MAKE_TOKENS)
    if services.settings.api_issuer:
        raise ConfigError("Tokens come from API_ISSUER.", hint="Ask the issuer for one.")
    if not subject.strip():
        raise InvalidInput("A token names somebody.", hint="Give their id in the school's users.")
    if not 0 < lifetime_s <= LONGEST_S:
        raise InvalidInput("A token lives for at most seven days.")
    claims = {
        "aud": AUDIENCE,
        "sub": subject,
        "roles": sorted(role.value for role in roles),
        "exp": int(services.clock().timestamp() + lifetime_s),
    }
    with services.uow("token.make") as tx:
        made = services.seals.seal(claims, secret=tx.upkeep.local_secret())
        kept = {name: claims[name] for name in ("roles", "exp")}
        tx.audit(by, "make token", f"person {subject}", after=kept)
        tx.commit()
    return made


def person_of(token: str, *, secret: str, services: Services) -> Person:
    """Whom one of our own tokens names. Raises `Unsealed`."""
    now_s = services.clock().timestamp()
    claims = services.seals.unseal(token, secret=secret, audience=AUDIENCE, now_s=now_s)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.strip():
        raise Unsealed("sub")
    return Person(
        subject=subject, email="", roles=roles_from_claim(claims.get("roles")), host_user_id=subject
    )
