"""The doctor names the link of a lesson's playback that is broken: against the Mux double, over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
import urllib3

from core import doctoring
from core.access import Person, Role
from core.asset import Asset
from core.diagnosis import CheckState
from core.errors import NotAllowed, NotFound
from core.media.player import HlsPlayer
from core.mux.api import MuxApi
from core.mux.signer import PlaybackSigner
from core.playback import Look
from core.ports import Services
from core.settings import Secret
from sandbox.mux.testing import running_mux
from tests.integration.clips import write_film
from tests.integration.mux.double import made_ready, signing_key
from tests.integration.playing.stage import ASSET, Stage
from tests.integration.serving import Asked, Reply, Server, serving

OPS = Person(subject="olu", email="", roles=frozenset({Role.OPS}))
STREAM = ("manifest", "rendition", "first segment", "first frame")
ALL = ("row", "asset", "playback id", "policy", "token", *STREAM, "thumbnail")


@dataclass(slots=True)
class Delivery:
    """What stands between the player and Mux: answers 404 to whatever has `broken` in its path."""

    mux_url: str
    server: Server | None = None
    broken: str = "\0"

    def reply(self, asked: Asked) -> Reply:
        if self.broken in asked.path:
            return Reply(404)
        answer = urllib3.request("GET", f"{self.mux_url}{asked.path}", redirect=False)
        return Reply(answer.status, answer.data)


@dataclass(slots=True)
class Mux:
    """A double with a signed and a public asset, and its signing key."""

    api: MuxApi
    delivery: Delivery
    key: tuple[str, str]
    signed: Asset
    public: Asset


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def mux(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mux]:
    film = write_film(tmp_path_factory.mktemp("film") / "film.mp4", seconds=2, movflags="faststart")
    body = film.read_bytes()
    with running_mux(limits=False) as url, serving(lambda _: Reply(200, body), keeps=False) as files:
        api = MuxApi(base_url=url, token_id="id", token_secret="secret", clock=now)
        delivery = Delivery(url)
        with serving(delivery.reply, keeps=False) as server:
            delivery.server = server
            made = [made_ready(api, f"{files.url}/film.mp4", policy) for policy in ("signed", "public")]
            yield Mux(api, delivery, signing_key(url), *made)


@pytest.fixture
def services(stage: Stage, mux: Mux) -> Iterator[Services]:
    key_id, private_key = mux.key
    assert mux.delivery.server is not None
    settings = replace(
        stage.services.settings,
        mux_signing_key=key_id,
        mux_private_key=Secret(private_key),
        mux_stream_url=f"{mux.delivery.server.url}/stream",
        mux_image_url=f"{mux.delivery.server.url}/image",
    )
    yield replace(
        stage.services,
        settings=settings,
        clock=now,
        mux_now=mux.api,
        player=HlsPlayer(),
        signer=PlaybackSigner(key_id=key_id, private_key=private_key, clock=now),
    )
    mux.delivery.broken = "\0"


def lesson(stage: Stage, asset: Asset, **columns: object) -> str:
    """A lesson that plays this asset, which Lectern knows."""
    known = (asset.id, "ready", asset.playback_id, asset.policy, asset.duration_s, "[]")
    stage.ask(ASSET, *known)
    return stage.lesson(**{"mux_asset_id": asset.id, "mux_playback_id": asset.playback_id, **columns})


def walked(lesson_id: str, services: Services) -> dict[str, CheckState]:
    found = doctoring.walk(lesson_id, by=OPS, services=services)
    assert all(check.hint for check in found if check.state is CheckState.FAILED)
    assert not any("token=" in check.sentence for check in found)
    return {check.name: check.state for check in found}


def broken_at(name: str, links: tuple[str, ...] = ALL) -> dict[str, CheckState]:
    """Everything before the link holds, nothing behind it was looked at."""
    at = links.index(name)
    states = [CheckState.OK] * at + [CheckState.FAILED] + [CheckState.SKIPPED] * (len(links) - at - 1)
    return dict(zip(links, states, strict=True))


@pytest.mark.parametrize("policy", ["signed", "public"])
def test_a_healthy_lesson_holds_at_every_link(
    stage: Stage, mux: Mux, services: Services, policy: str
) -> None:
    lesson_id = lesson(stage, getattr(mux, policy))
    assert walked(lesson_id, services) == dict.fromkeys(ALL, CheckState.OK)


def test_a_lesson_without_a_video_breaks_at_its_row(stage: Stage, services: Services) -> None:
    assert walked(stage.lesson(), services) == {"row": CheckState.FAILED}


@pytest.mark.parametrize("asset_id", [None, "gone"])
def test_an_asset_that_is_not_named_or_not_there(
    stage: Stage, mux: Mux, services: Services, asset_id: str | None
) -> None:
    lesson_id = lesson(stage, mux.signed, mux_asset_id=asset_id)
    assert walked(lesson_id, services) == broken_at("asset")


def test_another_playback_id_than_the_assets(stage: Stage, mux: Mux, services: Services) -> None:
    lesson_id = lesson(stage, mux.signed, mux_playback_id="elsewhere")
    assert walked(lesson_id, services) == broken_at("playback id")


def test_another_policy_than_we_know(stage: Stage, mux: Mux, services: Services) -> None:
    lesson_id = lesson(stage, replace(mux.signed, policy=mux.public.policy))
    assert walked(lesson_id, services) == broken_at("policy")


def test_no_signing_key_for_signed_playback(stage: Stage, mux: Mux, services: Services) -> None:
    without = replace(services, signer=None)
    assert walked(lesson(stage, mux.signed), without) == broken_at("policy")


def test_a_signing_key_that_mux_does_not_have(stage: Stage, mux: Mux, services: Services) -> None:
    signer = PlaybackSigner(key_id="foreign", private_key=mux.key[1], clock=now)
    settings = replace(services.settings, mux_signing_key="foreign")
    foreign = replace(services, signer=signer, settings=settings)
    assert walked(lesson(stage, mux.signed), foreign) == broken_at("token")


def test_a_token_by_another_key_than_the_settings_name(stage: Stage, mux: Mux, services: Services) -> None:
    signer = PlaybackSigner(key_id="another", private_key=mux.key[1], clock=now)
    assert walked(lesson(stage, mux.signed), replace(services, signer=signer)) == broken_at("token")


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A signer that makes something else than it was asked for."""

    signer: PlaybackSigner
    instead: dict[str, Any]

    def token(self, playback_id: str, audience: str, *, lifetime_s: float, look: Look = ()) -> str:
        asked = {"playback_id": playback_id, "audience": audience, "lifetime_s": lifetime_s, "look": look}
        return self.signer.token(**(asked | self.instead))


@pytest.mark.parametrize(
    ("instead", "words"),
    [
        ({"playback_id": "elsewhere"}, "opens something else"),
        ({"audience": "g"}, "opens something else"),
        ({"lifetime_s": 1.0}, "ends before the video"),
    ],
)
def test_a_token_for_something_else_or_for_too_short(
    stage: Stage, mux: Mux, services: Services, instead: dict[str, Any], words: str
) -> None:
    signer = Mistaken(PlaybackSigner(key_id=mux.key[0], private_key=mux.key[1], clock=now), instead)
    found = doctoring.walk(lesson(stage, mux.signed), by=OPS, services=replace(services, signer=signer))
    assert {check.name: check.state for check in found} == broken_at("token")
    assert words in next(check.sentence for check in found if check.state is CheckState.FAILED)


def test_a_private_key_that_is_not_the_named_ones(stage: Stage, mux: Mux, services: Services) -> None:
    [_, private_key] = signing_key(mux.delivery.mux_url)
    signer = PlaybackSigner(key_id=mux.key[0], private_key=private_key, clock=now)
    assert walked(lesson(stage, mux.signed), replace(services, signer=signer)) == broken_at("manifest")


@pytest.mark.parametrize(
    ("path", "link"),
    [
        (".m3u8?token", "manifest"),
        ("rendition.m3u8", "rendition"),
        (".ts", "first segment"),
        ("thumbnail", "thumbnail"),
    ],
)
def test_what_mux_does_not_deliver(stage: Stage, mux: Mux, services: Services, path: str, link: str) -> None:
    mux.delivery.broken = f"{mux.signed.playback_id}{path}" if link == "manifest" else path
    assert walked(lesson(stage, mux.signed), services) == broken_at(link)


FILE = ("row", "address", "object", "first frame")


@pytest.mark.parametrize(
    ("body", "url", "link"),
    [
        (b"\0\0\0\x18ftypisom", "s3://school-videos/a.mp4", None),
        (None, "s3://school-videos/a.mp4", "object"),
        (b"<html>no such page", "s3://school-videos/a.mp4", "object"),
        (b"\0\0\0\x18ftypisom", "s3://payroll/a.mp4", "address"),
    ],
)
def test_a_file_in_s3(stage: Stage, body: bytes | None, url: str, link: str | None) -> None:
    if body is not None:
        stage.school.store.put("school-videos", "a.mp4", body)
    found = walked(stage.lesson(video_url=url), stage.services)
    assert found == (broken_at(link, FILE) if link else dict.fromkeys(FILE, CheckState.OK))


def test_a_file_whose_index_cannot_be_read(stage: Stage) -> None:
    stage.school.store.put("school-videos", "a.mp4", b"\0\0\0\x18ftypisom")
    stage.school.media.facts["a.mp4"] = None
    lesson_id = stage.in_s3("a.mp4")
    assert walked(lesson_id, stage.services) == broken_at("first frame", FILE)


def test_an_hls_folder(stage: Stage) -> None:
    stage.school.store.put("school-videos", "h/i.m3u8", b"#EXTM3U\n")
    links = dict.fromkeys(("row", "address", "playlist", "first frame"), CheckState.OK)
    assert walked(stage.lesson(hls_url="s3://school-videos/h/i.m3u8"), stage.services) == links


def test_only_whoever_may_diagnose_asks_and_only_about_lessons_that_are_there(stage: Stage) -> None:
    teacher: Any = Person(subject="t", email="", roles=frozenset({Role.TEACHER}), host_user_id="ben")
    with pytest.raises(NotAllowed):
        doctoring.walk(stage.lesson(), by=teacher, services=stage.services)
    with pytest.raises(NotFound):
        doctoring.walk("999999", by=OPS, services=stage.services)
