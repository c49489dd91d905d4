"""Ways of an upload that together pass every failpoint; each survives being killed once, anywhere.

Mux and S3 are in memory here: what is tested is what PostgreSQL remembers. After a kill the same step is
taken again, as the queue, Mux's webhook or the person at the button would; whoever finds their own upload in
the way cancels it and starts anew.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from core import upload_checking, uploading
from core.access import SYSTEM
from core.errors import AppError, InvalidInput, Refused, Unavailable
from core.migration import PolicyRule
from core.mux.paced import PacedMux
from core.ports import Lane
from core.sweeping import sweep
from core.tripwire import wired
from core.upload import FileFacts, Opened, Upload, UploadOptions, UploadState, Via
from tests.integration.engine.harness import Engine, Killed, receive, signed_json
from tests.integration.engine.mishaps import again

FILM = b"\0\0\0\x18ftypisom" + b"a film" * 100
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n"
PDF = b"%PDF-1.7\na handout"
PUBLIC = UploadOptions(policy=PolicyRule.PUBLIC)
Scenario = Callable[[Engine], None]


def furnish(school: Engine) -> Engine:
    """People's own calls have failpoints of their own."""
    now = wired(PacedMux(school.mux, school.pace, Lane.INTERACTIVE), "mux_now", school.trip)
    school.services = replace(school.services, mux_now=now)
    return school


def a_lesson(school: Engine) -> str:
    return str(school.ask("INSERT INTO lessons (title) VALUES ('Fractions') RETURNING id")[0][0])


def opened(school: Engine, lesson_id: str, body: bytes = FILM, name: str = "lesson.mp4") -> Opened:
    """What the person gets in the end, after cancelling what a kill left in the way."""
    file = FileFacts(name=name, size_bytes=len(body), mime="video/mp4", head=body[:4096])

    def ask() -> Opened:
        return uploading.open_upload(
            lesson_id, file, options=PUBLIC, by=SYSTEM, cors_origin="*", services=school.services
        )

    try:
        return ask()
    except Killed:
        for one in uploads(school):
            if one.is_alive:
                uploading.cancel(one.id, by=SYSTEM, services=school.services)
        return ask()


def uploads(school: Engine) -> Sequence[Upload]:
    return uploading.uploads(by=SYSTEM, services=school.services)


def put(school: Engine, place: Opened, body: bytes = FILM) -> list[str]:
    """A browser's part: all bytes to where they are wanted."""
    if place.via is Via.MUX:
        school.uploader.send(place.url, iter([body]), size_bytes=None)
        return []
    multipart_id = place.upload.multipart_id or ""
    return [school.store.put_part(place.upload.location, multipart_id, 1, body)]  # type: ignore[arg-type]


def finish(school: Engine, place: Opened, etags: Sequence[str] = ()) -> None:
    again(lambda: uploading.finish(place.upload.id, etags=etags, by=SYSTEM, services=school.services))


def tell_created(school: Engine, place: Opened) -> None:
    """Mux's event about the upload."""
    direct = school.mux.uploads[str(place.upload.mux_upload_id)]
    data = {"id": direct.id, "asset_id": direct.asset_id, "status": direct.status}
    settings = {"new_asset_settings": {"passthrough": place.upload.passthrough}}
    body, header = signed_json("video.upload.asset_created", "upload", data | settings, school.clock.now)
    again(lambda: receive(body, header, services=school.services))


def settle(school: Engine) -> None:
    """Let everything happen, sweeps too, until nothing is on its way."""
    for _ in range(8):
        again(school.play_out)
        school.clock.tick(130)
        again(lambda: sweep(services=school.services))
    again(school.play_out)


def straight(school: Engine) -> None:
    place = opened(school, a_lesson(school))
    put(school, place)
    finish(school, place)
    tell_created(school, place)
    settle(school)


def lost_events(school: Engine) -> None:
    school.losing |= {"video.asset.ready"}
    place = opened(school, a_lesson(school))
    put(school, place)
    settle(school)


def mux_is_away(school: Engine) -> None:
    school.mux.errors += [Unavailable("Mux is away.")] * 4
    place = opened(school, a_lesson(school))
    etags = put(school, place)
    finish(school, place, etags)
    settle(school)


def away_for_long(school: Engine) -> None:
    """Mux is away when the bytes are in S3, too, and again at the next try."""
    school.mux.errors += [Unavailable("Mux is away.")] * 2
    place = opened(school, a_lesson(school))
    etags = put(school, place)
    school.mux.errors[:] = [Unavailable("Mux is away.")] * 2
    finish(school, place, etags)
    settle(school)


def the_put_failed(school: Engine) -> None:
    place = opened(school, a_lesson(school))
    second = fallen_back(school, place)
    if second is not None:
        etags = put(school, second)
        finish(school, second, etags)
    settle(school)


def fallen_back(school: Engine, place: Opened) -> Opened | None:
    def fall() -> Opened:
        return uploading.fall_back(place.upload.id, by=SYSTEM, services=school.services)

    try:
        return fall()
    except Killed:
        return fall()


def the_answer_was_lost(school: Engine) -> None:
    place = opened(school, a_lesson(school))
    put(school, place)
    fallen_back(school, place)
    settle(school)


def cancelled(school: Engine) -> None:
    """In the moment in which it was complete, and before any byte came to S3."""
    place = opened(school, a_lesson(school))
    put(school, place)
    cancel(school, place.upload.id)
    tell_created(school, place)
    school.mux.errors += [Unavailable("Mux is away.")] * 2
    second = opened(school, a_lesson(school))
    cancel(school, second.upload.id)
    settle(school)


def cancel(school: Engine, upload_id: UUID) -> None:
    again(lambda: uploading.cancel(upload_id, by=SYSTEM, services=school.services))


def abandoned(school: Engine) -> None:
    """One at Mux, one in S3; and one that neither takes."""
    opened(school, a_lesson(school))
    school.mux.errors += [Unavailable("Mux is away.")] * 2
    opened(school, a_lesson(school))
    school.clock.tick(90_000)
    school.mux.errors += [Unavailable("Mux is away.")] * 2
    school.store.errors.append(Refused("S3 does not take it."))
    with suppress(AppError):
        opened(school, a_lesson(school))
    school.store.errors.clear()
    school.mux.errors.clear()
    for direct in school.mux.uploads.values():
        school.mux.uploads[direct.id] = replace(direct, status="timed_out")
    settle(school)


def refused(school: Engine) -> None:
    """A file that changed under the hand, one that does not play at once, and one that never does."""
    school.mux.errors += [Unavailable("Mux is away.")] * 2
    place = opened(school, a_lesson(school))
    etags = put(school, place, FILM + b"more")
    with suppress(InvalidInput):
        finish(school, place, etags)
    straight_with(school, [Unavailable("Not yet.")])
    straight_with(school, [InvalidInput("It is damaged.")] * 2)
    settle(school)


def straight_with(school: Engine, errors: Sequence[AppError]) -> None:
    school.mux.errors.clear()
    place = opened(school, a_lesson(school))
    put(school, place)
    tell_created(school, place)
    school.player.errors += errors
    again(school.play_out)
    school.player.errors.clear()


def given_up(school: Engine) -> None:
    """A check that fails in a way that nobody foresaw."""
    place = opened(school, a_lesson(school))
    put(school, place)
    tell_created(school, place)
    again(school.run)
    again(lambda: upload_checking.give_up(place.upload.id, reason="A mistake.", services=school.services))
    settle(school)


def beside_a_lesson(school: Engine) -> None:
    place = opened(school, a_lesson(school), PDF, "notes.pdf")
    etags = put(school, place, PDF)
    finish(school, place, etags)
    settle(school)


def with_subtitles(school: Engine) -> None:
    """They come first, and the film that they belong to later."""
    lesson_id = a_lesson(school)
    place = opened(school, lesson_id, VTT, "lesson.de.vtt")
    etags = put(school, place, VTT)
    finish(school, place, etags)
    film = opened(school, lesson_id)
    put(school, film)
    tell_created(school, film)
    settle(school)


def of_old(school: Engine) -> None:
    """A file that comes through us: to Mux, and to S3 while Mux is away."""
    streamed(school, a_lesson(school))
    school.mux.errors += [Unavailable("Mux is away.")] * 2
    streamed(school, a_lesson(school))
    settle(school)


def streamed(school: Engine, lesson_id: str) -> None:
    def send() -> None:
        uploading.stream(
            lesson_id,
            "lesson.mp4",
            "video/mp4",
            iter([FILM]),
            options=PUBLIC,
            by=SYSTEM,
            services=school.services,
        )

    try:
        send()
    except Killed:
        again_for(school, lesson_id, send)


def again_for(school: Engine, lesson_id: str, send: Callable[[], None]) -> None:
    """Whoever sent it sees whether it arrived, else cancels what is in the way and sends it again."""
    mine = [one for one in uploads(school) if one.lesson_id == lesson_id and one.is_alive]
    if any(one.state is not UploadState.WAITING for one in mine):
        return
    for one in mine:
        uploading.cancel(one.id, by=SYSTEM, services=school.services)
    send()


SCENARIOS: tuple[Scenario, ...] = (
    straight,
    lost_events,
    mux_is_away,
    away_for_long,
    the_put_failed,
    the_answer_was_lost,
    cancelled,
    abandoned,
    refused,
    given_up,
    beside_a_lesson,
    with_subtitles,
    of_old,
)


CAPTIONS = "SELECT 's3://' || bucket || '/' || key FROM mux_admin.text_tracks WHERE key IS NOT NULL"
"""Files of captions that came with a video."""


def in_order(school: Engine) -> None:
    """Nothing is on its way, each ready upload plays in its lesson, and no other copy lives at Mux."""
    told = uploads(school)
    assert [one for one in told if one.is_alive] == []
    videos = [one for one in told if one.state is UploadState.READY and one.kind == "video"]
    plays = school.ask("SELECT id::text, mux_asset_id FROM lessons WHERE mux_asset_id IS NOT NULL")
    assert sorted(plays) == sorted((one.lesson_id, one.asset_id) for one in videos)
    assert sorted(school.mux.assets) == sorted(asset_id for _, asset_id in plays)
    wanted = (UploadState.READY, UploadState.STORED)
    kept = {str(one.location) for one in told if one.location and one.state in wanted}
    kept |= {place for (place,) in school.ask(CAPTIONS)}
    assert {str(location) for location in school.store.objects} <= kept
    assert school.store.parts == {}
    assert len(videos) == len({one.lesson_id for one in videos})
