"""Doctoring one lesson's playback: from its row to the first picture, link by link, until one is broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from core.access import Action, Person, check
from core.asset import Asset
from core.asset_looking import AGAIN, KEYS, agreement, asset_at_mux, openness, readiness
from core.diagnosis import Check, failed, ok, skipped
from core.errors import AppError, ConfigError, NotFound, Refused, Unavailable
from core.kind import Kind, kind_by_bytes
from core.playable import Playable
from core.playback import Audience, Provider, provider_of
from core.player import Playback
from core.playing import played
from core.ports import Services

Link = tuple[str, Callable[[], str]]
"""A name, and a look that says in a sentence what it found; it raises where the link is broken."""


def walk(lesson_id: str, *, by: Person, services: Services) -> list[Check]:
    """Look at each link of a lesson's playback in turn; those behind a broken one are not looked at.

    Raises `NotFound`, `NotAllowed`. What does not answer is a finding, not an error.
    """
    check(by, Action.DIAGNOSE)
    with services.uow("doctor.read") as tx:
        found = tx.playables.get(lesson_id, None)
        row = tx.host.read("lessons", lesson_id) if found else None
    if found is None or row is None:
        raise NotFound(f"There is no lesson {lesson_id}.", hint="Look at its id.")
    patient = Patient(found=found, asset_id=row.get("mux_asset_id"), by=by, services=services)
    return list(_walked(patient.links()))


def _walked(links: list[Link]) -> Iterator[Check]:
    broken = ""
    for name, look in links:
        if broken:
            yield skipped(name, f"Not looked at: the {broken} comes first.")
            continue
        try:
            yield ok(name, look())
        except AppError as error:
            broken = name
            yield failed(name, str(error), error.hint)


@dataclass(slots=True, kw_only=True)
class Patient:
    """One lesson, and what the links found so far."""

    found: Playable
    asset_id: str | None
    by: Person
    services: Services
    asset: Asset | None = None
    given: Playback | None = None
    playing: Iterator[str] = field(default_factory=lambda: iter(()))

    def links(self) -> list[Link]:
        """What has to hold for this lesson's provider, in order."""
        match provider_of(self.found.facts)[0]:
            case Provider.MUX:
                return [("row", self._row), *self._mux_links()]
            case Provider.S3:
                file = [("object", self._object), ("first frame", self._file_frame)]
                return [("row", self._row), ("address", self._address), *file]
            case Provider.HLS:
                folder = [("playlist", self._object), ("first frame", self._folder_frame)]
                return [("row", self._row), ("address", self._address), *folder]
        return [("row", self._row)]

    def _mux_links(self) -> list[Link]:
        stream = ("manifest", "rendition", "first segment", "first frame")
        return [
            ("asset", self._asset),
            ("playback id", self._playback_id),
            ("policy", self._policy),
            ("token", self._token),
            *((name, self._next) for name in stream),
            ("thumbnail", self._thumbnail),
        ]

    def _row(self) -> str:
        provider, why = provider_of(self.found.facts)
        if provider is Provider.NONE:
            raise NotFound(why, hint="Upload a video for the lesson, or give its row an address.")
        return why

    def _asset(self) -> str:
        if not self.asset_id:
            raise NotFound("The lesson names a playback id and no asset.", hint=AGAIN)
        self.asset = asset_at_mux(self.asset_id, self.services)
        return readiness(self.asset)

    def _playback_id(self) -> str:
        return agreement(self.found.playback_id, self.asset)

    def _policy(self) -> str:
        known, true = self.found.policy, self.asset.policy if self.asset else None
        if known is not None and known is not true:
            raise Refused(f"Playback is {true} at Mux, and {known} is what Lectern knows.", hint=AGAIN)
        return openness(true, self.services)

    def _token(self) -> str:
        """Made as a viewer's are, and read."""
        self.given = played(self.found, by=self.by, services=self.services)
        self.playing = self.services.player.links(self.given.src)
        tokens = self.given.tokens
        if tokens is None:
            return "A public copy needs none."
        pairs = (
            (Audience.VIDEO, tokens.video),
            (Audience.THUMBNAIL, tokens.thumbnail),
            (Audience.STORYBOARD, tokens.storyboard),
        )
        for audience, token in pairs:
            self._check_claims(audience, token)
        key = self.services.settings.mux_signing_key
        if not self.services.mux_now.has_signing_key(key):
            raise ConfigError(f"Mux's environment has no signing key {key}.", hint=KEYS)
        return f"Tokens for video, thumbnail and storyboard, by key {key}, outlive the video."

    def _check_claims(self, audience: Audience, token: str) -> None:
        claims, settings = self.services.seals.read_claims(token), self.services.settings
        if (claims.get("sub"), claims.get("aud")) != (self.found.playback_id, audience.value):
            raise Refused(f"The token for {audience.name.lower()} opens something else.", hint=KEYS)
        if claims.get("kid") != settings.mux_signing_key:
            raise ConfigError("The token names another key than MUX_SIGNING_KEY.", hint=KEYS)
        ends_s = self.services.clock() + timedelta(seconds=self.found.duration_s or 0)
        if not isinstance(claims.get("exp"), int) or claims["exp"] <= ends_s.timestamp():
            raise ConfigError("The token ends before the video.", hint="Raise PLAYBACK_BEYOND_S.")

    def _next(self) -> str:
        """The next link of the stream, as a browser asks for it."""
        return f"The {next(self.playing)} is there."

    def _thumbnail(self) -> str:
        if self.given and self.given.poster:
            self.services.player.picture(self.given.poster)
        return "The thumbnail is there."

    def _address(self) -> str:
        self.given = played(self.found, by=self.by, services=self.services)
        return "The address is one that Lectern serves."

    def _object(self) -> str:
        is_file = provider_of(self.found.facts)[0] is Provider.S3
        address = self.found.video_url if is_file else self.found.hls_url or self.found.video_url
        where = self.services.settings.location_of(str(address))
        if where is None:
            return "It is the school's own address, which is not looked into."
        head = self.services.store.first_bytes(where)
        kind = kind_by_bytes(head)
        if kind not in (Kind.VIDEO, Kind.HLS, Kind.AUDIO):
            hint = "Put the file there again."
            raise Refused(f"{where} is no video by its first bytes ({kind}).", hint=hint)
        return f"{where} is there, and a {kind} by its first bytes."

    def _file_frame(self) -> str:
        if self.given is None:
            raise Unavailable("The address was not made.")
        facts = self.services.media.probe(self.given.src)
        return f"Its index can be read: {facts.duration_s or 0:.0f} s, {facts.width}×{facts.height}."

    def _folder_frame(self) -> str:
        self.services.player.first_frame(self.given.src if self.given else "")
        return "The first frame of its first rendition is there."
