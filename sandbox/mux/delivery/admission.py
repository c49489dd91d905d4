"""Who may fetch what under a playback id."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import jwt
from starlette.requests import Request

from sandbox.mux.environment import Environment
from sandbox.mux.errors import (
    bad_playback_request,
    no_such_playback,
    not_playable_yet,
    playback_forbidden,
)


class Audience(StrEnum):
    """The `aud` claim that each kind of resource asks for."""

    VIDEO = "v"
    THUMBNAIL = "t"
    GIF = "g"
    STORYBOARD = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A request that may go on."""

    playback_id: str
    body: dict[str, Any]
    """The asset's stored body."""
    params: dict[str, Any]
    """Modifiers: the query of a public id, the claims of a signed one."""
    query: str
    """What links to further resources must carry."""


def admit(env: Environment, request: Request, audience: Audience) -> Admission:
    """Checks id, policy and token; raises the answer that Mux would give."""
    playback_id = request.path_params["playback_id"]
    if not playback_id.isalnum():
        raise bad_playback_request()
    found = env.store.playback_ids.find(playback_id)
    if found is None or found.parent is None:
        raise no_such_playback()
    query = dict(request.query_params)
    params = query
    if found.body["policy"] == "signed":
        params = _claims(env, query, playback_id, audience)
    # Easy to miss with lenient players: Mux refuses a token where none is needed.
    elif "token" in query:
        raise bad_playback_request("Invalid Parameters: a token on a public playback ID")
    token = urlencode({"token": query["token"]}) if "token" in query else ""
    return Admission(playback_id=playback_id, body=env.asset(found.parent).body, params=params, query=token)


def ready(admission: Admission, *, images: bool = False) -> Admission:
    """Lets only ready assets through; the two hosts refuse errored ones differently."""
    status = admission.body["asset"]["status"]
    if status == "errored" and images:
        raise bad_playback_request("The asset is errored")
    if status != "ready":
        raise not_playable_yet()
    return admission


def _claims(env: Environment, query: dict[str, str], playback_id: str, audience: Audience) -> dict[str, Any]:
    if "token" not in query:
        raise playback_forbidden("This playback ID needs a token")
    # Otherwise anybody could change what a signed link shows.
    if len(query) > 1:
        raise bad_playback_request("Invalid Parameters: a signed URL carries its parameters in the token")
    claims = _verified(env, query["token"])
    if not isinstance(claims["exp"], int | float):
        raise playback_forbidden("The token's exp must be a number")
    if claims["exp"] <= env.clock():
        raise playback_forbidden("The token has expired")
    if claims["sub"] != playback_id:
        raise playback_forbidden("The token is for another playback ID")
    if claims["aud"] != audience:
        raise playback_forbidden(f"The token's aud must be {audience}")
    return claims


def _verified(env: Environment, token: str) -> dict[str, Any]:
    unchecked: Any = {"verify_signature": False}
    try:
        # The official libraries put the key id among the claims, other signers into the header.
        kid = jwt.decode(token, options=unchecked).get("kid") or jwt.get_unverified_header(token).get("kid")
        key = env.store.signing_keys.find(str(kid))
        if key is None:
            raise playback_forbidden("The token's kid names no signing key")
        # Expiry is looked at with the double's own clock, the audience with a plain comparison.
        options: Any = {"verify_aud": False, "verify_exp": False, "require": ["exp", "sub", "aud"]}
        return jwt.decode(token, key.body["public_pem"], algorithms=["RS256"], options=options)
    except jwt.PyJWTError as error:
        raise playback_forbidden(f"The token is not valid: {type(error).__name__}") from None
