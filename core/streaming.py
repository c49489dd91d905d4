"""Streaming an HLS folder out of a private bucket: each playlist is handed out with addresses that open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from core import sealing
from core.errors import InvalidInput, NotAllowed
from core.hls_playlist import SUFFIX, folder_of, is_elsewhere, key_beside, rewritten
from core.ports import Services
from core.seal import Seals, Unsealed
from core.source import Location

AUDIENCE = "lectern-hls"
"""Of the tokens in addresses of playlists."""

MOST_BYTES = 8 * 1024 * 1024
"""A film of twelve hours in pieces of two seconds has a playlist of two megabytes."""

AGAIN = "Load the lesson again: its address has ended, or is not whole."


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token in an address opens: one playlist, and through it what it names below `folder`."""

    lesson_id: str
    playlist: Location
    folder: str
    ends_s: float
    """Unix seconds."""

    def address(self, secret: str, seals: Seals) -> str:
        """The playlist's path in the API, which opens it."""
        claims = {
            "aud": AUDIENCE,
            "sub": self.lesson_id,
            "bucket": self.playlist.bucket,
            "key": self.playlist.key,
            "folder": self.folder,
            "exp": int(self.ends_s),
        }
        name = self.playlist.key.rpartition("/")[2]
        path = f"/api/videos/{quote(self.lesson_id, safe='')}/hls/{quote(name)}"
        return f"{path}?token={seals.seal(claims, secret=secret)}"


def first_grant(lesson_id: str, playlist: Location, *, ends_s: float) -> Grant:
    """For a lesson's own playlist; its folder is the one that it lies in."""
    return Grant(lesson_id=lesson_id, playlist=playlist, folder=folder_of(playlist.key), ends_s=ends_s)


def playlist(lesson_id: str, name: str, token: str, *, services: Services) -> str:
    """The playlist that the token opens, whose pieces open until the token ends.

    Whoever has the token was let in when it was made (`playing`). Raises `NotAllowed`, `NotFound`,
    `InvalidInput`, and S3's errors.
    """
    now_s, secret = services.clock().timestamp(), sealing.secret(services=services)
    try:
        claims = services.seals.unseal(token, secret=secret, audience=AUDIENCE, now_s=now_s)
    except Unsealed as error:
        raise NotAllowed("This address does not open the video.", hint=AGAIN) from error
    grant = _grant(claims)
    if (grant.lesson_id, grant.playlist.key.rpartition("/")[2]) != (lesson_id, name):
        raise NotAllowed("This address does not open the video.", hint=AGAIN)
    return rewritten(_read(grant.playlist, services), _opening(grant, now_s, secret, services))


def _grant(claims: Mapping[str, Any]) -> Grant:
    return Grant(
        lesson_id=claims["sub"],
        playlist=Location(claims["bucket"], claims["key"]),
        folder=claims["folder"],
        ends_s=claims["exp"],
    )


def _opening(grant: Grant, now_s: float, secret: str, services: Services) -> Callable[[str], str]:
    """What to put for a URI of the playlist: a further playlist comes by way of us, all else from S3."""

    @cache  # a film in one file is named once for each of its pieces
    def opened(uri: str) -> str:
        if is_elsewhere(uri):
            return uri
        meant = Location(grant.playlist.bucket, key_beside(grant.playlist.key, uri, folder=grant.folder))
        if meant.key.lower().endswith(SUFFIX):
            further = Grant(
                lesson_id=grant.lesson_id, playlist=meant, folder=grant.folder, ends_s=grant.ends_s
            )
            return further.address(secret, services.seals)
        return services.store.presign(meant, lifetime_s=grant.ends_s - now_s)

    return opened


def _read(location: Location, services: Services) -> str:
    body = services.store.first_bytes(location, MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise InvalidInput("The HLS playlist is too large.")
    return body.decode("utf-8", errors="replace")
