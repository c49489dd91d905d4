"""Looking into files while some cannot be reached: the others are not held up, and nothing is held against
a file that only could not be asked."""

from dataclasses import replace

import pytest

from core import probing, scanning
from core.access import SYSTEM
from core.errors import AppError, InvalidInput, NotFound, Refused, StaleState, Unavailable
from core.source import Finding, Location, MediaFacts, Source
from tests.fakes import FakeMedia
from tests.integration.engine.harness import BUCKET, Engine

EXPIRED = Refused("S3 refuses the credentials in use (ExpiredToken).", account_wide=True)
UNPROBED = "SELECT key FROM mux_admin.sources WHERE probed_at IS NULL ORDER BY key"


def scanned(school: Engine, count: int = 3) -> None:
    """Videos `lesson-0.mp4` … of which none was looked into yet."""
    school.lessons(count)
    scanning.scan(services=school.services)


def of(school: Engine, key: str) -> Source:
    [(id,)] = school.ask("SELECT id FROM mux_admin.sources WHERE key = %s", key)
    with school.services.uow("test.read") as tx:
        source = tx.sources.get(id)
    assert source
    return source


def let_it_rest(school: Engine) -> None:
    """As if every wait were over."""
    school.ask("UPDATE mux_admin.sources SET probe_after = now() WHERE probe_after IS NOT NULL RETURNING id")


@pytest.mark.parametrize(
    "error",
    [
        NotFound("gone"),
        Refused("denied", status=403),
        Unavailable("no answer"),
        StaleState("changed"),
        ValueError("a bug of ours"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_one_file_that_cannot_be_asked_holds_up_no_other(school: Engine, error: AppError) -> None:
    scanned(school)
    school.store.errors.append(error)
    probing.probe(services=school.services)
    assert school.ask(UNPROBED) == [("lesson-0.mp4",)]
    let_it_rest(school)
    probing.probe(services=school.services)
    assert school.ask(UNPROBED) == []
    assert of(school, "lesson-0.mp4").findings == ()


def test_a_refused_file_says_so_until_it_can_be_read(school: Engine) -> None:
    scanned(school)
    denied = Location(BUCKET, "lesson-1.mp4")
    school.store.denied.add(denied)
    school.run()
    assert Finding.UNREADABLE in of(school, "lesson-1.mp4").findings
    school.store.denied.clear()
    assert probing.look_again(by=SYSTEM, services=school.services) == 1
    school.run()
    assert of(school, "lesson-1.mp4").findings == ()
    [[action, after]] = school.ask("SELECT action, after FROM mux_admin.audit")
    assert (action, after) == ("look again", {"sources": 1})


def test_a_damaged_file_is_looked_into_again_when_asked(school: Engine) -> None:
    scanned(school)
    school.media.facts["lesson-2.mp4"] = None
    school.run()
    assert Finding.UNREADABLE in of(school, "lesson-2.mp4").findings
    del school.media.facts["lesson-2.mp4"]
    probing.look_again(by=SYSTEM, services=school.services)
    school.run()
    assert of(school, "lesson-2.mp4").duration_s == 10.0


@pytest.mark.parametrize(
    "errors", [[EXPIRED], [Unavailable("away")] * probing.SILENCE], ids=["expired", "away"]
)
def test_when_nothing_can_be_asked_the_rest_is_left_for_a_minute_later(
    school: Engine, errors: list[AppError]
) -> None:
    scanned(school, 8)
    school.ask("DELETE FROM jobs RETURNING id")
    school.store.errors += errors
    probing.probe(services=school.services)
    assert school.store.errors == []
    assert len(school.ask(UNPROBED)) == 8
    [(job, at, _)] = school.waiting()
    assert (job, (at - school.clock.now).total_seconds()) == ("probe", probing.REST_S)
    let_it_rest(school)
    school.run()
    assert school.ask(UNPROBED) == []


def test_a_probe_that_outlasts_a_new_version_is_not_taken_for_it(school: Engine) -> None:
    scanned(school, 1)
    source = of(school, "lesson-0.mp4")

    class Overtaken(FakeMedia):
        def probe(self, url: str) -> MediaFacts:
            school.store.put(BUCKET, "lesson-0.mp4", b"other bytes")
            scanning.scan(services=school.services)
            raise InvalidInput("cut off")

    probing.probe_one(source.id, services=replace(school.services, media=Overtaken()))
    assert of(school, "lesson-0.mp4").etag != source.etag
    assert Finding.UNREADABLE not in of(school, "lesson-0.mp4").findings
