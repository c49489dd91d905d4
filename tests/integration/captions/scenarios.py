"""Ways of captions that together pass every failpoint; each survives being killed once, anywhere.

Mux and S3 are in memory here: what is tested is what PostgreSQL remembers. After a kill the same step is
taken again, as the queue, Mux's webhook or the person at the button would.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from core import caption_looking, captioning
from core.access import SYSTEM
from core.asset import AssetStatus
from core.captions import Line
from core.errors import AppError, Refused
from core.mux.paced import PacedMux
from core.ports import Lane
from core.sweeping import sweep
from core.text_track import Origin, TextTrack, TrackState, is_ours, track_named
from core.tripwire import wired
from tests.integration.engine import mishaps
from tests.integration.engine.harness import Engine, Killed, receive, signed_json
from tests.integration.engine.mishaps import again
from tests.integration.engine.points import caption_points

GERMAN = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n"
COLUMNS = ("captions_webvtt_url", "captions_srt_url", "transcript_text", "transcription_job_id")
SOUND = {"id": "sound", "type": "audio", "status": "ready", "primary": True}
CALL = "mux.add_text_track"
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
    broken: bool = False
    """Whether Mux can read no file of captions."""

    @property
    def services(self) -> Any:
        return self.school.services

    def records(self) -> list[TextTrack]:
        with self.services.uow("test.read") as tx:
            return list(tx.captions.of_asset(self.asset_id))

    def at_mux(self) -> list[Any]:
        asset = self.school.mux.assets.get(self.asset_id)
        return [one for one in (asset.tracks if asset else ()) if one["type"] == "text"]

    def row(self) -> dict[str, Any]:
        sql = "SELECT to_jsonb(v) FROM videos v WHERE lesson_id::text = %s"
        return dict(self.school.ask(sql, self.lesson_id)[0][0])

    def put(self, body: bytes = GERMAN, *, replaces: str | None = None, name: str = "Deutsch") -> None:
        said = {"language": "de", "name": name, "replaces": replaces, "by": SYSTEM}
        self.once(lambda: captioning.upload(self.lesson_id, body, services=self.services, **said))

    def once(self, want: Callable[[], object]) -> None:
        """What a person does; killed, they look whether it took effect, and do it again if not."""
        before = len(self.records())
        try:
            want()
        except Killed:
            if len(self.records()) == before:
                with suppress(AppError):
                    want()

    def only(self) -> str:
        """The key of the one that is ready."""
        (one,) = [one for one in self.lines() if one.state is TrackState.READY]
        return one.key

    def lines(self) -> tuple[caption_looking.CaptionLine, ...]:
        return caption_looking.captions(self.lesson_id, by=SYSTEM, services=self.services).lines

    def tell(self, kind: str, track: Any, **beside: Any) -> None:
        """One event, unless they are lost."""
        if not self.losing:
            self.told += 1
            data = {**track, "asset_id": self.asset_id, **beside}
            name = f"video.asset.track.{kind}"
            body, header = signed_json(name, "track", data, self.school.clock.now, event_id=f"e{self.told}")
            again(lambda: receive(body, header, services=self.services))

    def mux_works(self) -> None:
        """Every track under way is ready, or none is."""
        for track in self.at_mux():
            if track["status"] == "preparing":
                facts = {"status": "errored"} if self.broken else {"status": "ready"}
                if track["language_code"] == "auto":
                    facts |= {"language_code": "en", "auto_language_confidence": 0.98}
                now = self.school.mux.track_became(self.asset_id, track["id"], **facts)
                error = {"error": {"messages": ["This is no file of captions"]}} if self.broken else {}
                self.tell(str(now["status"]), now, **error)

    def settle(self) -> None:
        """Let everything happen, sweeps too, until nothing is on its way."""
        for _ in range(4):
            again(self.school.run)
            self.mux_works()
            again(self.school.run)
            self.school.clock.tick(130)
            again(lambda: sweep(services=self.services))
        again(self.school.run)

    def watch(self) -> None:
        """From now on there is a track that plays, and a file behind the row's address, at each point."""
        for point in caption_points():
            self.school.trip.at[point] = self.is_captioned

    def is_captioned(self) -> None:
        assert any(one["status"] == "ready" for one in self.at_mux())
        url = self.row()["captions_webvtt_url"]
        named = track_named(url, self.lesson_id)
        kept = self.school.ask("SELECT key FROM mux_admin.text_tracks WHERE id = %s", named)
        assert kept[0][0] in {location.key for location in self.school.store.objects}


def begun(school: Engine) -> Way:
    """Whether a person waits or a batch does: what is asked of Mux is the same point."""
    now = wired(PacedMux(school.mux, school.pace, Lane.INTERACTIVE), "mux", school.trip)
    school.services = replace(school.services, mux_now=now)
    for name in COLUMNS:
        school._execute(f"ALTER TABLE videos ADD COLUMN IF NOT EXISTS {name} text")
    school._execute("ALTER TABLE videos ADD COLUMN IF NOT EXISTS transcript_confidence numeric(3,2)")
    asset = school.mux.make({"playback_policies": ["public"]})
    school.mux.make_ready(asset.id)
    asset = school.mux._became(asset.id, tracks=(SOUND,))
    sql = "INSERT INTO lessons (title, mux_asset_id, mux_playback_id) VALUES ('Sets', %s, %s) RETURNING id"
    lesson_id = str(school.ask(sql, asset.id, asset.playback_id)[0][0])
    school.ask("INSERT INTO videos (title, lesson_id) VALUES ('Sets', %s) RETURNING id", int(lesson_id))
    with school.services.uow("test.begun") as tx:
        tx.assets.fold(asset, at=school.clock())
        tx.commit()
    return Way(school=school, asset_id=asset.id, lesson_id=lesson_id)


def brought(way: Way) -> None:
    way.put()
    way.settle()


def changed(way: Way) -> None:
    """New ones take their place and, in the end, their name."""
    brought(way)
    way.watch()
    key, new = way.only(), Line(start="0:00:01", end="0:00:02", text="Guten Tag")
    way.once(lambda: captioning.edit(way.lesson_id, key, [new], by=SYSTEM, services=way.services))
    way.settle()


def unheard(way: Way) -> None:
    """No event arrives."""
    way.losing = True
    changed(way)


def unanswered(way: Way) -> None:
    mishaps.unanswered(way, way.put)


def unsent(way: Way) -> None:
    mishaps.unsent(way, way.put, CALL)


def slowed(way: Way) -> None:
    mishaps.slowed(way, way.put, CALL)


def locked_out(way: Way) -> None:
    mishaps.locked_out(way, way.put, CALL)


def heard_first(way: Way) -> None:
    """Mux's event is faster than its answer."""
    way.put()
    way.school.trip.once("mux.add_text_track:after", way.mux_works)
    way.settle()


def written(way: Way) -> None:
    """By Mux, from the sound; in whatever language it hears."""
    way.once(lambda: captioning.generate(way.lesson_id, "auto", by=SYSTEM, services=way.services))
    way.settle()


def unreadable(way: Way) -> None:
    """What was there stays."""
    brought(way)
    way.watch()
    way.broken = True
    way.put(b"WEBVTT\n\n00:00.000 --> 00:01.000\nNeu\n", replaces=way.only())
    way.settle()


def refused(way: Way) -> None:
    brought(way)
    way.watch()
    way.school.mux.errors.clear()
    way.put(b"WEBVTT\n\n00:00.000 --> 00:01.000\nNeu\n", replaces=way.only())
    refusal = Refused("Mux refused it.", status=400)
    way.school.trip.at["mux.add_text_track:before"] = lambda: way.school.mux.errors.append(refusal)
    way.settle()


def deleted(way: Way) -> None:
    brought(way)
    key = way.only()
    again(lambda: captioning.delete(way.lesson_id, key, by=SYSTEM, services=way.services))
    way.settle()


def deleted_elsewhere(way: Way) -> None:
    """At Mux itself; then they are given to Mux again."""
    brought(way)
    (track,) = way.at_mux()
    way.school.mux.delete_track(way.asset_id, track["id"])
    way.tell("deleted", track)
    again(way.school.run)
    (lost,) = way.lines()
    assert lost.state is TrackState.LOST
    way.once(lambda: captioning.put_back(way.lesson_id, lost.key, by=SYSTEM, services=way.services))
    way.settle()


def made_elsewhere(way: Way) -> None:
    """With the video: the lesson plays it only later."""
    way.school._execute("UPDATE lessons SET mux_asset_id = NULL")
    mux = way.school.mux
    mux.add_text_track(way.asset_id, url="", language="fr", name="Français", passthrough="somebody's")
    way.mux_works()
    again(lambda: way.school.run(within_s=1))
    way.school.ask("UPDATE lessons SET mux_asset_id = %s RETURNING id", way.asset_id)
    way.settle()


def found_and_changed(way: Way) -> None:
    """What nobody here has touched yet can be changed like any other."""
    mux = way.school.mux
    way.losing = True
    mux.add_text_track(way.asset_id, url="", language="fr", name="Français", passthrough="somebody's")
    way.mux_works()
    with way.services.uow("test.seen") as tx:
        tx.assets.fold(mux.assets[way.asset_id], at=way.school.clock())
        tx.commit()
    way.put(replaces=way.only(), name="Français")
    way.settle()


def too_late(way: Way) -> None:
    """The video goes while the captions are on their way."""
    way.put()
    way.school.mux.delete_asset(way.asset_id)
    way.settle()


def taken_name(way: Way) -> None:
    """The name of what was replaced was given to others meanwhile."""
    brought(way)
    way.put(b"WEBVTT\n\n00:00.000 --> 00:01.000\nNeu\n", replaces=way.only())
    again(way.school.run)
    mux = way.school.mux

    def take() -> None:
        mux.add_text_track(way.asset_id, url="", language="de", name="Deutsch", passthrough="")

    way.school.trip.once("mux.delete_track:after", take)
    way.settle()


def twice(way: Way) -> None:
    """A twin that a lost answer left behind tells of itself late."""
    brought(way)
    mux, (track,) = way.school.mux, way.at_mux()
    mux.add_text_track(way.asset_id, url="", language="de", name="zwei", passthrough=track["passthrough"])
    way.settle()


SCENARIOS: tuple[Scenario, ...] = (
    brought,
    changed,
    unheard,
    unanswered,
    unsent,
    slowed,
    locked_out,
    heard_first,
    written,
    unreadable,
    refused,
    deleted,
    deleted_elsewhere,
    made_elsewhere,
    found_and_changed,
    too_late,
    taken_name,
    twice,
)


def in_order(way: Way) -> None:
    """Nothing is on its way; each track at Mux is one of ours that is ready, under its own name; S3 has their
    files and no others, and the school's row names the first."""
    held = way.records()
    rest = {TrackState.READY, TrackState.FAILED, TrackState.LOST}
    assert {one.state for one in held} <= rest
    ready = [one for one in held if one.state is TrackState.READY]
    assert sorted((one.track_id, one.name) for one in ready) == sorted(
        (one["id"], one["name"]) for one in way.at_mux()
    )
    kept = [one.location for one in ready if one.location]
    assert sorted(map(str, kept)) == sorted(map(str, way.school.store.objects))
    url = way.row()["captions_webvtt_url"]
    assert (url is None) == (not kept)
    assert url is None or is_ours(url)
    if any(one.origin is Origin.GENERATED for one in ready):
        assert (way.row()["transcript_confidence"], ready[0].language) == (0.98, "en")
    mirror = way.school.ask("SELECT status FROM mux_admin.assets WHERE id = %s", way.asset_id)
    assert mirror[0][0] in (AssetStatus.READY, AssetStatus.DELETED)
