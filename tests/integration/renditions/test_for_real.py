"""MP4s, pictures and parts of a video over the real thing: PostgreSQL, and the Mux double with its webhook
and its own signing key, over HTTP."""

import io
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import av
import pytest
import urllib3

from core import browsing, clipping, playing, rendition_looking, rendition_making, thumbnail_choosing
from core.clip import Clip
from core.errors import InvalidInput, NotAllowed, NotFound
from core.library import LibraryFilter, LibrarySort
from core.migration import PolicyRule
from core.mux.kept_tokens import KeptTokens
from core.mux.signer import PlaybackSigner
from core.ports import Services
from core.rendition import RenditionState
from core.rendition_looking import RenditionLine
from core.upload import UploadOptions, UploadState
from tests.integration.uploads.stage import ADMIN, TESS, TIM, Stage

http = urllib3.PoolManager(retries=False, timeout=20.0)


class Lesson:
    """A lesson that plays from the double."""

    def __init__(self, stage: Stage, lesson_id: str) -> None:
        self.stage, self.lesson_id = stage, lesson_id

    @property
    def services(self) -> Services:
        return self.stage.services

    def make(self, resolution: str = "highest") -> RenditionLine:
        rendition_making.make(self.lesson_id, resolution, by=TESS, services=self.services)
        return self.until(RenditionState.READY)

    def until(self, *states: RenditionState) -> RenditionLine:
        self.stage.run_until(lambda: [line.state for line in self.lines()] == list(states))
        return self.lines()[-1]

    def lines(self) -> tuple[RenditionLine, ...]:
        return rendition_looking.renditions(self.lesson_id, by=TESS, services=self.services).lines

    def download(self, key: str, by: Any = TESS) -> str:
        return rendition_making.download(self.lesson_id, key, by=by, services=self.services).url

    def mp4(self) -> object:
        sql = "SELECT mux_mp4_url FROM videos WHERE lesson_id::text = %s"
        return self.stage.ask(sql, self.lesson_id)[0][0]

    def asset(self) -> Any:
        asset_id = self.stage.row("lessons", self.lesson_id)["mux_asset_id"]
        url = f"{self.stage.settings['mux_base_url']}/video/v1/assets/{asset_id}"
        auth = urllib3.make_headers(basic_auth="token-id:token-secret")
        return http.request("GET", url, headers=auth).json()["data"]

    def picture(self) -> str:
        filter, sort = LibraryFilter(), LibrarySort.NEWEST
        (line,) = browsing.lessons(filter, sort, number=1, size=9, by=TESS, services=self.services)
        return str(browsing.picture(line, services=self.services))


def get(url: str) -> Any:
    return http.request("GET", url)


def shade(url: str) -> tuple[Any, ...]:
    """The middle of a picture."""
    answer = get(url)
    assert answer.status == 200, answer.data
    with av.open(io.BytesIO(answer.data)) as picture:
        frame = next(picture.decode(video=0)).to_ndarray(format="rgb24")
    return tuple(int(one) for one in frame[frame.shape[0] // 2, frame.shape[1] // 2])


def lesson_on(stage: Stage, film: Path, policy: PolicyRule) -> Lesson:
    """One whose video is at the double, under its own signing key."""
    auth = urllib3.make_headers(basic_auth="token-id:token-secret")
    keys = f"{stage.settings['mux_base_url']}/system/v1/signing-keys"
    made = http.request("POST", keys, headers=auth).json()["data"]
    signer = PlaybackSigner(key_id=made["id"], private_key=made["private_key"], clock=stage.clock)
    settings = replace(
        stage.services.settings, mux_signing_key=made["id"], mux_private_key=made["private_key"]
    )
    kept = KeptTokens(signer, clock=stage.clock)
    stage.services = replace(stage.services, signer=kept, settings=settings)
    lesson_id = stage.lesson("Sets: 1/2")
    opened = stage.open(lesson_id, film, options=UploadOptions(policy=policy))
    stage.put(opened.url, film.read_bytes())
    stage.until(opened, UploadState.READY)
    return Lesson(stage, lesson_id)


@pytest.mark.parametrize("policy", [PolicyRule.PUBLIC, PolicyRule.SIGNED])
def test_an_mp4_the_picture_and_a_part_of_the_video_open(
    stage: Stage, film: Path, policy: PolicyRule
) -> None:
    lesson = lesson_on(stage, film, policy)
    _mp4(lesson)
    _picture(lesson)
    _part(lesson)


def _mp4(lesson: Lesson) -> None:
    """Made, downloaded under the lesson's title, deleted."""
    line = lesson.make()
    assert (line.name, line.person, line.resolution) == ("highest.mp4", "tess", "highest")
    assert str(lesson.mp4()).endswith("/highest.mp4")
    url = lesson.download(line.key)
    answer = get(url)
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''Sets%201%202.mp4"
    assert len(answer.data) == line.size_bytes
    assert url.partition("?")[0] == lesson.mp4()
    rendition_making.delete(lesson.lesson_id, line.key, by=TESS, services=lesson.services)
    lesson.stage.run_until(lambda: not lesson.lines())
    assert lesson.mp4() is None
    assert get(url).status == 404
    done = lesson.stage.ask("SELECT action FROM mux_admin.audit WHERE action LIKE '%%MP4' ORDER BY id")
    assert [one for (one,) in done] == ["make MP4", "download MP4", "delete MP4"]


def _picture(lesson: Lesson) -> None:
    """The chosen moment is the picture everywhere, until Mux is left to choose again."""
    middle, said = shade(lesson.picture()), {"by": TESS, "services": lesson.services}
    with pytest.raises(InvalidInput, match="after the end"):
        thumbnail_choosing.choose(lesson.lesson_id, 99.0, **said)
    wanted = thumbnail_choosing.preview(lesson.lesson_id, 0.2, **said)
    thumbnail_choosing.choose(lesson.lesson_id, 0.2, **said)
    assert shade(lesson.picture()) == shade(wanted) != middle, "at once, before Mux was told"
    assert shade(str(playing.playback(lesson.lesson_id, **said).poster)) == shade(wanted)
    lesson.stage.run()
    assert lesson.asset()["thumbnail_time"] == 0.2
    thumbnail_choosing.choose(lesson.lesson_id, None, **said)
    lesson.stage.run()
    assert "thumbnail_time" not in lesson.asset()
    assert shade(lesson.picture()) == middle


def _part(lesson: Lesson) -> None:
    """Its ends stand in the address of a public video, which anybody may have, else in the token."""
    said = {"by": TESS, "services": lesson.services}
    made = clipping.clipped(lesson.lesson_id, Clip(start_s=0.5, end_s=1.5), **said)
    lesson.services.player.first_frame(made.playback.src)
    is_signed = "token=" in made.playback.src
    assert (made.link is None) is is_signed
    assert ("asset_start_time=0.5" in made.playback.src) is not is_signed
    with pytest.raises(InvalidInput, match="ends at 2"):
        clipping.clipped(lesson.lesson_id, Clip(start_s=1.0, end_s=9.0), **said)


def test_who_may_do_what_and_what_mux_does_not_make(stage: Stage, film: Path) -> None:
    lesson = lesson_on(stage, film, PolicyRule.SIGNED)
    said: Any = {"services": lesson.services}
    makes = partial(rendition_making.make, lesson.lesson_id, **said)
    twice = [makes("audio-only", by=TESS) for _ in range(2)]
    assert twice[0].id == twice[1].id
    line = lesson.until(RenditionState.READY)
    assert [one["name"] for one in lesson.asset()["static_renditions"]["files"]] == ["audio.m4a"]
    with pytest.raises(InvalidInput, match="such an MP4"):
        makes("2160p", by=TESS)
    for refused in (
        lambda: makes("highest", by=TIM),
        lambda: rendition_making.delete(lesson.lesson_id, line.key, by=TIM, **said),
        lambda: lesson.download(line.key, by=TIM),
        lambda: thumbnail_choosing.choose(lesson.lesson_id, 1.0, by=TIM, **said),
        lambda: thumbnail_choosing.preview(lesson.lesson_id, 1.0, by=TIM, **said),
        lambda: clipping.clipped(lesson.lesson_id, Clip(start_s=0, end_s=1), by=TIM, **said),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            refused()
    assert get(lesson.download(line.key, by=ADMIN)).status == 200
    with pytest.raises(NotFound, match="no such MP4"):
        lesson.download("another")
