"""Ways of MP4s for download, and of pictures, that together pass every failpoint; each survives being killed
once, anywhere.

Mux is in memory here: what is tested is what PostgreSQL remembers. After a kill the same step is taken again,
as the queue, Mux's webhook or the person at the button would.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from core import rendition_looking, rendition_making, thumbnail_choosing
from core.access import SYSTEM
from core.errors import AppError, Refused
from core.mux.paced import PacedMux
from core.ports import Lane
from core.rendition import Rendition, RenditionState
from core.rendition_looking import RenditionLine
from core.sweeping import sweep
from core.tripwire import wired
from tests.integration.engine import mishaps
from tests.integration.engine.harness import Engine, receive, signed_json
from tests.integration.engine.mishaps import again

TRACKS = (
    {"id": "picture", "type": "video", "status": "ready", "max_width": 1280, "max_height": 720},
    {"id": "sound", "type": "audio", "status": "ready", "primary": True},
)
DAY_S = 86_400
CALL = "mux_now.create_rendition"
"""By which Mux is asked for what is wanted."""

Scenario = Callable[["Way"], None]


@dataclass(slots=True)
class Way:
    """A school with one lesson that plays from Mux."""

    school: Engine
    asset_id: str
    lesson_id: str
    losing: bool = False
    """Whether Mux's events are lost."""
    told: int = 0
    becomes: str = "ready"
    """What Mux makes of a file."""

    @property
    def services(self) -> Any:
        return self.school.services

    def records(self) -> list[Rendition]:
        with self.services.uow("test.read") as tx:
            return list(tx.renditions.of_asset(self.asset_id))

    def at_mux(self) -> list[Any]:
        asset = self.school.mux.assets.get(self.asset_id)
        return list(asset.static_renditions) if asset else []

    def address(self) -> object:
        return self.school.ask("SELECT mux_mp4_url FROM videos")[0][0]

    def make(self, resolution: str = "highest") -> None:
        """What a person does; killed, they press the button again."""
        again(lambda: rendition_making.make(self.lesson_id, resolution, by=SYSTEM, services=self.services))

    def delete(self) -> None:
        [line] = self.lines()
        again(lambda: rendition_making.delete(self.lesson_id, line.key, by=SYSTEM, services=self.services))

    def lines(self) -> tuple[RenditionLine, ...]:
        return rendition_looking.renditions(self.lesson_id, by=SYSTEM, services=self.services).lines

    def download(self) -> str:
        [line] = self.lines()
        asked = rendition_making.download(self.lesson_id, line.key, by=SYSTEM, services=self.services)
        return asked.url

    def tell(self, kind: str, file: Any, **beside: Any) -> None:
        """One event, unless they are lost."""
        if not self.losing:
            self.told += 1
            data = {**file, "asset_id": self.asset_id, **beside}
            name = f"video.asset.static_rendition.{kind}"
            at, event_id = self.school.clock.now, f"e{self.told}"
            body, header = signed_json(name, "static_rendition", data, at, event_id=event_id)
            again(lambda: receive(body, header, services=self.services))

    def mux_works(self) -> None:
        for file in self.at_mux():
            if file["status"] == "preparing":
                now = self.school.mux.rendition_became(self.asset_id, file["id"], status=self.becomes)
                error = {"error": {"messages": ["The file is damaged"]}} if self.becomes == "errored" else {}
                self.tell(self.becomes, now, **error)

    def settle(self) -> None:
        """Let everything happen, sweeps too, until nothing is on its way."""
        for _ in range(4):
            again(self.school.run)
            self.mux_works()
            again(self.school.run)
            self.school.clock.tick(130)
            again(lambda: sweep(services=self.services))
        again(self.school.run)


def begun(school: Engine) -> Way:
    """People's own calls have failpoints of their own."""
    now = wired(PacedMux(school.mux, school.pace, Lane.INTERACTIVE), "mux_now", school.trip)
    school.services = replace(school.services, mux_now=now)
    for name in ("mux_asset_id", "mux_mp4_url"):
        school._execute(f"ALTER TABLE videos ADD COLUMN IF NOT EXISTS {name} text")
    asset = school.mux.make({"playback_policies": ["public"]})
    school.mux.make_ready(asset.id)
    asset = school.mux._became(asset.id, tracks=TRACKS)
    sql = (
        "INSERT INTO lessons (title, mux_asset_id, mux_playback_id) VALUES ('Sets: 1/2', %s, %s) RETURNING id"
    )
    lesson_id = str(school.ask(sql, asset.id, asset.playback_id)[0][0])
    sql = "INSERT INTO videos (title, lesson_id, mux_asset_id) VALUES ('Sets', %s, %s) RETURNING id"
    school.ask(sql, int(lesson_id), asset.id)
    with school.services.uow("test.begun") as tx:
        tx.assets.fold(asset, at=school.clock())
        tx.commit()
    return Way(school=school, asset_id=asset.id, lesson_id=lesson_id)


def made(way: Way) -> None:
    way.make()
    way.settle()


def unheard(way: Way) -> None:
    """No event arrives."""
    way.losing = True
    made(way)


def unanswered(way: Way) -> None:
    mishaps.unanswered(way, way.make)


def unsent(way: Way) -> None:
    mishaps.unsent(way, way.make, CALL)


def slowed(way: Way) -> None:
    mishaps.slowed(way, way.make, CALL)


def locked_out(way: Way) -> None:
    mishaps.locked_out(way, way.make, CALL)


def heard_first(way: Way) -> None:
    """Mux's event is faster than its answer."""
    way.make()
    way.school.trip.once("mux_now.create_rendition:after", way.mux_works)
    way.settle()


def too_small(way: Way) -> None:
    way.becomes = "skipped"
    made(way)


def broken(way: Way) -> None:
    """What came to nothing is in nobody's way: a second try is made."""
    way.becomes = "errored"
    made(way)
    way.becomes = "ready"
    made(way)


def refused(way: Way) -> None:
    refusal = Refused("Mux refused it.", status=400)
    way.school.trip.at["mux_now.create_rendition:before"] = lambda: way.school.mux.errors.append(refusal)
    made(way)


def deleted(way: Way) -> None:
    made(way)
    way.delete()
    way.settle()


def deleted_at_once(way: Way) -> None:
    """The answer to the request is lost, and it is not wanted any more."""
    way.school.mux.lost_answers = 1
    way.make()
    with suppress(AppError):
        again(way.school.run)
    way.delete()
    way.settle()


def changed_mind(way: Way) -> None:
    """As Mux answers, it is not wanted any more."""
    way.make()
    way.school.trip.once("mux_now.create_rendition:after", way.delete)
    way.settle()


def deleted_elsewhere(way: Way) -> None:
    made(way)
    (file,) = way.at_mux()
    way.school.mux.delete_rendition(way.asset_id, file["id"])
    way.tell("deleted", file)
    way.settle()


def made_elsewhere(way: Way) -> None:
    """At Mux itself: shown, and deleted when somebody says so."""
    way.school.mux.create_rendition(way.asset_id, resolution="720p", passthrough="somebody's")
    way.mux_works()
    again(way.school.run)
    way.school.clock.tick(40 * DAY_S)
    way.settle()
    assert [(line.name, line.unused_until) for line in way.lines()] == [("720p.mp4", None)]
    way.delete()
    way.settle()


def unused(way: Way) -> None:
    """A month after somebody asked for it last."""
    made(way)
    way.school.clock.tick(29 * DAY_S)
    again(way.download)
    way.settle()
    way.school.clock.tick(29 * DAY_S)
    way.settle()
    assert way.at_mux()
    way.school.clock.tick(2 * DAY_S)
    way.settle()
    assert way.at_mux() == []


def too_late(way: Way) -> None:
    """The video goes while the MP4 is on its way."""
    way.make()
    way.school.mux.delete_asset(way.asset_id)
    way.settle()


def pictured(way: Way) -> None:
    """The moment of the picture is chosen, the job is lost, and Mux is told by the sweep."""
    choose = lambda at_s: thumbnail_choosing.choose(  # noqa: E731
        way.lesson_id, at_s, by=SYSTEM, services=way.services
    )
    again(lambda: choose(4.24))
    way.settle()
    assert way.school.mux.thumbnails == {way.asset_id: 4.2}
    again(lambda: choose(None))
    way.school.ask("DELETE FROM jobs RETURNING id")
    way.settle()
    assert way.school.mux.thumbnails == {way.asset_id: None}


SCENARIOS: tuple[Scenario, ...] = (
    made,
    unheard,
    unanswered,
    unsent,
    slowed,
    locked_out,
    heard_first,
    too_small,
    broken,
    refused,
    deleted,
    deleted_at_once,
    changed_mind,
    deleted_elsewhere,
    made_elsewhere,
    unused,
    too_late,
    pictured,
)


def in_order(way: Way) -> None:
    """Nothing is on its way; each file at Mux is one of ours that is ready, there are no two, and the
    school's row names it."""
    held = way.records()
    assert {one.state for one in held} <= {
        RenditionState.READY,
        RenditionState.SKIPPED,
        RenditionState.FAILED,
    }
    ready = [one for one in held if one.state is RenditionState.READY]
    assert [one.rendition_id for one in ready] == [one["id"] for one in way.at_mux()]
    assert all(one.reason for one in held if one not in ready)
    assert (way.address() is None) == (not ready)
    told = way.school.ask("SELECT thumbnail_told FROM mux_admin.assets WHERE id = %s", way.asset_id)
    assert told == [(True,)]
