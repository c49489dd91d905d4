"""Captions over the real thing: PostgreSQL, the S3 server, and the Mux double with its webhook, over HTTP."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core import bulk_starting, caption_looking, captioning, migrating
from core.batch import BatchKind, BatchState
from core.bulk import Picked
from core.caption_looking import CaptionLine
from core.captions import Line, lines, words
from core.errors import InvalidInput, NotAllowed, NotFound, StaleState
from core.library import LibraryFilter
from core.text_track import TextTrack, TrackState
from core.upload import UploadState
from tests.integration.uploads.stage import ADMIN, TESS, TIM, Stage

SRT = b"\xef\xbb\xbf1\r\n00:00:00,000 --> 00:00:01,500\r\n<i>Mengen</i> & Zahlen\r\n"


@dataclass(slots=True)
class Captioned:
    """A lesson that plays from the double, and its captions."""

    stage: Stage
    lesson_id: str

    def lines(self) -> list[CaptionLine]:
        return list(caption_looking.captions(self.lesson_id, by=TESS, services=self.stage.services).lines)

    def upload(self, body: bytes = SRT, *, replaces: str | None = None, name: str = "Deutsch") -> TextTrack:
        return captioning.upload(
            self.lesson_id,
            body,
            language="de",
            name=name,
            replaces=replaces,
            by=TESS,
            services=self.stage.services,
        )

    def edit(self, key: str, *changed: Line) -> TextTrack:
        return captioning.edit(self.lesson_id, key, changed, by=TESS, services=self.stage.services)

    def states(self) -> list[TrackState]:
        return [line.state for line in self.lines()]

    def until(self, *states: TrackState) -> list[CaptionLine]:
        """Their states in the end."""
        self.stage.run_until(lambda: self.states() == list(states))
        self.stage.run()
        return self.lines()

    def file(self, key: str, ending: str = "vtt") -> str:
        found = caption_looking.captions_file(self.lesson_id, key, by=TESS, services=self.stage.services)
        return caption_looking.written(found, ending)[0]

    def video(self) -> dict[str, object]:
        video_id = self.stage.ask("SELECT id FROM videos WHERE lesson_id::text = %s", self.lesson_id)[0][0]
        return dict(self.stage.row("videos", video_id))

    def at_mux(self) -> list[tuple[str, str]]:
        asset_id = str(self.stage.row("lessons", self.lesson_id)["mux_asset_id"])
        tracks = self.stage.services.mux.get_asset(asset_id).tracks
        return [(str(one["name"]), str(one["status"])) for one in tracks if one["type"] == "text"]


@pytest.fixture
def captioned(stage: Stage, film: Path) -> Captioned:
    lesson_id = stage.lesson()
    opened = stage.open(lesson_id, film)
    stage.put(opened.url, film.read_bytes())
    stage.until(opened, UploadState.READY)
    return Captioned(stage=stage, lesson_id=lesson_id)


def test_a_file_is_a_track_at_mux_and_lies_in_s3_and_the_row_names_it(captioned: Captioned) -> None:
    captioned.upload()
    (line,) = captioned.until(TrackState.READY)
    assert captioned.at_mux() == [("Deutsch", "ready")]
    video = captioned.video()
    assert video["captions_webvtt_url"] == f"/api/videos/{captioned.lesson_id}/captions/{line.key}.vtt"
    assert video["captions_srt_url"] == f"/api/videos/{captioned.lesson_id}/captions/{line.key}.srt"
    assert video["transcript_text"] == "Mengen & Zahlen"
    assert (video["transcript_confidence"], video["transcription_job_id"]) == (None, None)
    assert "00:00:00,000 --> 00:00:01,500\n<i>Mengen</i> & Zahlen" in captioned.file(line.key, "srt")
    assert "<i>Mengen</i> &amp; Zahlen" in captioned.file(line.key)


def test_changed_captions_take_the_place_of_the_old_ones_once_they_are_ready(captioned: Captioned) -> None:
    captioned.upload()
    (old,) = captioned.until(TrackState.READY)
    captioned.stage.fault(ingest_s=1.0)
    new = captioned.edit(old.key, Line(start="0", end="1.5", text="Neue Zahlen", was=0))
    captioned.stage.run()
    assert sorted(captioned.at_mux()) == [("Deutsch", "ready"), ("Deutsch (2)", "preparing")]
    assert str(captioned.video()["captions_webvtt_url"]).endswith(f"{old.key}.vtt")
    (line,) = captioned.until(TrackState.READY)
    captioned.stage.run_until(lambda: captioned.at_mux() == [("Deutsch", "ready")])
    assert line.key == str(new.id)
    assert captioned.video()["transcript_text"] == "Neue Zahlen"
    assert "Neue Zahlen" in captioned.file(old.key), "an address that a page holds goes on serving"


def test_two_people_who_change_the_same_captions_are_told(captioned: Captioned) -> None:
    captioned.upload()
    (old,) = captioned.until(TrackState.READY)
    captioned.edit(old.key, Line(start="0", end="1", text="Mine"))
    with pytest.raises(StaleState, match="at this moment"):
        captioned.edit(old.key, Line(start="0", end="1", text="Theirs"))
    captioned.until(TrackState.READY)
    with pytest.raises(StaleState, match="since you opened"):
        captioned.edit(old.key, Line(start="0", end="1", text="Theirs"))
    assert captioned.video()["transcript_text"] == "Mine"


def test_mux_writes_captions_in_the_language_that_it_hears(captioned: Captioned) -> None:
    captioning.generate(captioned.lesson_id, "auto", by=TESS, services=captioned.stage.services)
    captioned.stage.run_until(lambda: captioned.video()["transcription_job_id"] is not None)
    (line,) = captioned.until(TrackState.READY)
    assert (line.language, line.confidence) == ("en", 0.98)
    video = captioned.video()
    assert float(str(video["transcript_confidence"])) == 0.98
    assert video["transcription_job_id"]
    assert video["transcript_text"] == "Welcome back to the lesson."


def test_a_teachers_batch_has_them_written_and_an_admin_takes_them_back(captioned: Captioned) -> None:
    services = captioned.stage.services
    chosen = {"filter": LibraryFilter(), "picked": Picked("all"), "wanted": "auto"}
    batch = bulk_starting.start(BatchKind.CAPTIONS, **chosen, by=TESS, services=services)  # type: ignore[arg-type]
    captioned.until(TrackState.READY)
    status = migrating.status(batch.id, services=services)
    assert (status.batch.state, status.progress.done) == (BatchState.DONE, 1)
    assert captioned.at_mux() == [("Captions", "ready")]
    assert captioned.video()["transcript_text"] == "Welcome back to the lesson."
    migrating.roll_back(batch.id, by=ADMIN, services=services)
    captioned.until()
    assert captioned.at_mux() == []
    assert captioned.video()["captions_webvtt_url"] is None


def test_captions_made_with_the_video_get_a_file_too(captioned: Captioned) -> None:
    asset = captioned.stage.services.mux.get_asset(
        str(captioned.stage.row("lessons", captioned.lesson_id)["mux_asset_id"])
    )
    sound = next(str(one["id"]) for one in asset.tracks if one["type"] == "audio")
    captioned.stage.services.mux.generate_subtitles(
        asset.id, sound, language="en", name="English", passthrough="somebody's"
    )
    (line,) = captioned.until(TrackState.READY)
    assert "Welcome back" in captioned.file(line.key, "txt")
    assert str(captioned.video()["captions_srt_url"]).endswith(f"{line.key}.srt")


def test_what_is_deleted_is_gone_at_mux_in_s3_and_from_the_row(captioned: Captioned) -> None:
    captioned.upload()
    (line,) = captioned.until(TrackState.READY)
    captioning.delete(captioned.lesson_id, line.key, by=TESS, services=captioned.stage.services)
    captioned.until()
    assert captioned.at_mux() == []
    assert captioned.video()["captions_webvtt_url"] is None
    with pytest.raises(NotFound):
        captioned.file(line.key)


def test_events_that_are_lost_only_cost_time(captioned: Captioned, webhook: object) -> None:
    webhook.losing = True  # type: ignore[attr-defined]
    captioned.upload()
    captioned.stage.run()
    captioned.stage.sweep_until(lambda: captioned.states() == [TrackState.READY])
    captioned.upload(SRT.replace(b"Zahlen", b"mehr"), replaces=captioned.lines()[0].key)
    captioned.stage.sweep_until(lambda: captioned.at_mux() == [("Deutsch", "ready")])
    assert captioned.video()["transcript_text"] == "Mengen & mehr"


def test_captions_of_a_name_that_is_taken_get_a_number(captioned: Captioned) -> None:
    captioned.upload()
    captioned.until(TrackState.READY)
    captioned.upload()
    captioned.until(TrackState.READY, TrackState.READY)
    assert [line.name for line in captioned.lines()] == ["Deutsch", "Deutsch (2)"]


def test_only_whoever_may_edit_the_lesson_may_change_its_captions(captioned: Captioned) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        captioning.generate(captioned.lesson_id, "en", by=TIM, services=captioned.stage.services)
    assert captioning.generate(captioned.lesson_id, "en", by=ADMIN, services=captioned.stage.services)


def test_a_lesson_whose_video_is_not_at_mux_is_told_so(stage: Stage) -> None:
    waiting = Captioned(stage=stage, lesson_id=stage.lesson())
    assert waiting.lines() == []
    with pytest.raises(InvalidInput, match="not ready at Mux"):
        waiting.upload()


def test_a_language_that_mux_does_not_write_is_refused(captioned: Captioned) -> None:
    with pytest.raises(InvalidInput, match="does not write captions"):
        captioning.generate(captioned.lesson_id, "tlh", by=TESS, services=captioned.stage.services)


def test_the_editor_shows_what_the_file_says(captioned: Captioned) -> None:
    captioned.upload()
    (line,) = captioned.until(TrackState.READY)
    file = caption_looking.captions_file(
        captioned.lesson_id, line.key, by=TESS, services=captioned.stage.services
    )
    assert lines(file) == [
        Line(start="00:00:00.000", end="00:00:01.500", text="<i>Mengen</i> &amp; Zahlen", was=0)
    ]
    assert words(file) == "Mengen & Zahlen"


def test_a_table_that_refuses_keeps_no_captions_from_playing(captioned: Captioned) -> None:
    captioned.stage.ask("ALTER TABLE videos ADD CHECK (transcript_text NOT LIKE '%Zahlen%')")
    captioned.upload()
    (line,) = captioned.until(TrackState.READY)
    assert "The school's table does not name them." in str(line.reason)
    assert "Look at the types, constraints and triggers of the table" in str(line.reason)
    assert captioned.at_mux() == [("Deutsch", "ready")]
    assert captioned.video()["captions_webvtt_url"] is None
