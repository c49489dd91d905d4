"""Playing: what a person's player needs for one lesson, from Mux or from S3."""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from core.access import Action, Person
from core.accompanying import NOT_SERVED, beside, chapters, is_web, located, opens_for_s, subtitles
from core.admitting import admitted
from core.asset import Policy
from core.errors import ConfigError
from core.migration import PolicyRule
from core.playable import Playable
from core.playback import Audience, Look, Provider, needs_token, provider_of
from core.player import Playback, Tokens, ends_at, tracks_of_asset
from core.ports import Services
from core.streaming import first_grant
from core.thumbnail import moment
from core.watch import resume_at_s

__all__ = ["Playback", "playback", "viewer_of"]

NO_KEY = "Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY."

Usual = Callable[..., Playback]
"""Makes a `Playback` of what its provider adds to what every lesson has."""


def playback(lesson_id: str, *, by: Person | None, services: Services) -> Playback:
    """What plays the lesson, for this person; None is a stranger, who plays what is published and public.

    Its addresses open something: for the moment of use, kept nowhere. Raises `NotFound`, `NotAllowed`, and
    `ConfigError` where a setting that it needs is missing.
    """
    with services.uow("playback.one.read") as tx:
        found = tx.playables.get(lesson_id, by.host_user_id if by else None)
    return _let_in(found, lesson_id, by, services)


async def playback_at_once(lesson_id: str, *, by: Person | None, services: Services) -> Playback:
    """The same on an event loop, where `services.at_once` is there: a thread for each viewer would cost more
    than the answer."""
    assert services.at_once is not None
    found = await services.at_once.get(lesson_id, by.host_user_id if by else None)
    if found is None or (found.playback_id and not found.chapters and not found.beside):
        return _let_in(found, lesson_id, by, services)
    return await asyncio.to_thread(_let_in, found, lesson_id, by, services)  # AWS may want new credentials


def _let_in(found: Playable | None, lesson_id: str, by: Person | None, services: Services) -> Playback:
    admitted(by, Action.PLAY, lesson_id, found.ties if found else None)
    assert found is not None, "admitted raises where there is no lesson"
    return played(found, by=by, services=services)


def original(lesson_id: str, *, by: Person, services: Services) -> Playback | None:
    """What lies in S3 for a lesson that plays from Mux, to look at beside it; None where there is nothing.

    Raises as `playback` does.
    """
    with services.uow("playback.original.read") as tx:
        found = tx.playables.get(lesson_id, by.host_user_id)
    admitted(by, Action.PLAY, lesson_id, found.ties if found else None)
    if found is None or found.playback_id is None:
        return None
    in_s3 = played(replace(found, playback_id=None), by=by, services=services)
    return None if in_s3.provider is Provider.NONE else in_s3


def played(found: Playable, *, by: Person | None, services: Services) -> Playback:
    """What the facts say, with addresses and tokens; whoever asks was let in before."""
    provider, why = provider_of(found.facts)
    usual = partial(
        Playback,
        lesson_id=found.ties.lesson_id,
        title=found.title,
        series=found.series,
        provider=provider,
        why=why,
        duration_s=found.duration_s,
        resume_at_s=resume_at_s(found.position_s, completed=found.completed, duration_s=found.duration_s),
        viewer=viewer_of(by, found.secret),
        data_env_key=services.settings.mux_data_env_key,
    )
    made = PLAYERS[provider](usual, found, services)
    if found.chapters is None or provider is Provider.NONE:
        return made
    return replace(made, tracks=(*made.tracks, *chapters(found.chapters, found, services)))


def viewer_of(by: Person | None, secret: str) -> str:
    """A name for the viewer that is always the same and tells nobody who it is; "" for a stranger."""
    if by is None:
        return ""
    who = f"viewer:{by.host_user_id or by.subject}"
    return hmac.digest(secret.encode(), who.encode(), "sha256").hex()[:32]


def _at_mux(usual: Usual, found: Playable, services: Services) -> Playback:
    playback_id = str(found.playback_id)
    policy = found.policy or _presumed(found, services)
    hosts = services.settings.hosts
    lifetime_s = opens_for_s(found, services)
    shows = moment(found.thumbnail_s)
    tokens = _tokens(playback_id, lifetime_s, shows, services) if needs_token(policy) else None
    opens = tokens or Tokens()
    return usual(
        playback_id=playback_id,
        policy=policy,
        tokens=tokens,
        src=hosts.manifest(playback_id, token=opens.video),
        poster=hosts.thumbnail(playback_id, token=opens.thumbnail, look=shows),
        poster_s=found.thumbnail_s,
        storyboard=hosts.storyboard(playback_id, token=opens.storyboard),
        expires_at=services.clock() + timedelta(seconds=lifetime_s) if tokens else None,
        tracks=(*tracks_of_asset(found.tracks), *subtitles(found.beside, found, services)),
    )


def _presumed(found: Playable, services: Services) -> Policy:
    """The policy of an asset that Mux has told us nothing of: the one that we would have made it with."""
    rule = PolicyRule(services.settings.mux_playback_policy)
    is_public = rule is PolicyRule.PUBLIC or (rule is PolicyRule.AUTO and found.ties.is_public)
    return Policy.PUBLIC if is_public else Policy.SIGNED


def _tokens(playback_id: str, lifetime_s: float, shows: Look, services: Services) -> Tokens:
    if services.signer is None:
        raise ConfigError("This video's playback is signed, and no signing key is set.", hint=NO_KEY)
    sign = partial(services.signer.token, playback_id, lifetime_s=lifetime_s)
    return Tokens(
        video=sign(Audience.VIDEO),
        thumbnail=sign(Audience.THUMBNAIL, look=shows),
        storyboard=sign(Audience.STORYBOARD),
    )


def _in_s3(usual: Usual, found: Playable, services: Services) -> Playback:
    address = str(found.video_url)
    where = located(address, services)
    if where is None:
        return _as_it_is(usual, address, found, services)
    lifetime_s = opens_for_s(found, services)
    url = services.store.presign(where, lifetime_s=lifetime_s)
    return usual(
        src=url,
        expires_at=ends_at(url, now=services.clock(), lifetime_s=lifetime_s),
        tracks=beside(found, services),
    )


def _hls(usual: Usual, found: Playable, services: Services) -> Playback:
    """An HLS folder plays through the API, which presigns each piece: its addresses carry no signature."""
    address = str(found.hls_url or found.video_url)
    where = located(address, services)
    if where is None:
        return _as_it_is(usual, address, found, services)
    ends = services.clock() + timedelta(seconds=opens_for_s(found, services))
    grant = first_grant(found.ties.lesson_id, where, ends_s=ends.timestamp())
    src = services.settings.api_origin + grant.address(found.secret, services.seals)
    return usual(src=src, expires_at=ends, tracks=beside(found, services))


def _as_it_is(usual: Usual, address: str, found: Playable, services: Services) -> Playback:
    """An address that is none of S3's: the school's own, played as it stands."""
    if not is_web(address):
        raise ConfigError("The lesson's address is none that a browser can play.", hint=NOT_SERVED)
    return usual(src=address, tracks=beside(found, services))


def _nothing(usual: Usual, _found: Playable, _services: Services) -> Playback:
    return usual()


PLAYERS = {Provider.MUX: _at_mux, Provider.S3: _in_s3, Provider.HLS: _hls, Provider.NONE: _nothing}
