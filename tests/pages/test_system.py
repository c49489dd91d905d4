"""Events and health."""

import pytest

from core.access import Role
from core.diagnosis import failed, ok, skipped, warn
from core.errors import Unavailable
from core.records import Job
from dashboard import rows
from dashboard import services as door
from dashboard.system import events, health
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import School

CHECKS = [
    ok("database", "The database answers."),
    warn("signing key", "No signing key is set.", "Set one."),
    failed("s3", "The bucket cannot be listed.", "Allow it."),
    skipped("clock", "Not looked at."),
]


def test_events_show_where_they_stand(open_page: Opened) -> None:
    table = open_page("events.py", Role.OPS).dataframe[0].value
    assert [cell[0] for cell in table["state"]] == ["Ingested", "Failed", "Kept"]


def test_events_can_be_narrowed_to_those_that_failed(open_page: Opened) -> None:
    table = open_page("events.py", Role.OPS, failed="1").dataframe[0].value
    assert list(table["id"]) == ["event-2"]


def test_no_event_of_a_type_says_so(open_page: Opened) -> None:
    text = words_of(open_page("events.py", Role.OPS, type="video.upload.errored"))
    assert "No event matches." in text


def test_where_nothing_failed_no_column_stays_empty_for_it(open_page: Opened, school: School) -> None:
    assert "error" in open_page("events.py", Role.OPS).dataframe[0].value
    assert "error" not in open_page("events.py", Role.OPS, type="video.asset.ready").dataframe[0].value


@pytest.mark.parametrize("school", ["empty"], indirect=True)
def test_before_the_first_event_there_is_nothing_to_narrow(school: School, open_page: Opened) -> None:
    test = open_page("events.py", Role.OPS)
    assert "Mux has not told us anything yet." in words_of(test)
    assert not test.toggle


def test_a_list_keeps_its_grid_while_new_rows_come_above() -> None:
    def key(ids: list[str], chosen: str | None = None) -> str:
        return rows.grid_key("event", ids, chosen, place="all")

    assert key(["1"]) == key(["2", "1"])
    assert key(["1"], "1") != key(["2", "1"], "1")
    assert rows.grid_key("item", ["1"], None) != rows.grid_key("item", ["2"], None)


def test_ops_ingest_an_event_again(open_page: Opened, school: School) -> None:
    test = open_page("events.py", Role.OPS, event="event-2")
    next(one for one in test.button if one.label == "Ingest this event again").click().run()
    assert school.replayed == ["event-2"]
    assert school.jobs == [(Job.INGEST, {"event_id": "event-2"})]
    assert ("otto", "replay event", "event event-2") in school.audited


def test_an_admin_sees_who_can_ingest_it_again(open_page: Opened) -> None:
    test = open_page("events.py", Role.ADMIN, event="event-2")
    assert test.button[-1].disabled
    assert "role ops" in test.button[-1].help


def test_an_event_that_waits_for_its_job_is_not_called_kept(school: School) -> None:
    from dataclasses import replace

    ready = replace(school.events[0], ingested_at=None)
    assert events.term_of(ready) is events.WAITING


@pytest.mark.parametrize(("role", "links"), [(Role.OPS, 1), (Role.ADMIN, 0)])
def test_who_may_see_the_schema_page_is_led_there_by_the_hint_that_is_about_it(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch, role: Role, links: int
) -> None:
    pending = warn("school's tables", "23 changes are pending.", "`cli.py schema plan` shows the SQL.")
    monkeypatch.setattr(health.checking, "doctor", lambda **_: [*CHECKS, pending])
    test = open_page("health.py", role)
    assert [link.page for link in test.get("page_link")].count("schema") == links


def test_health_lists_what_failed_first(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.checking, "doctor", lambda **_: CHECKS)
    text = words_of(open_page("health.py", Role.OPS))
    assert "**Of 4 checks, 1 failed and 1 needs a look.**" in text
    places = [text.index(name) for name in ("**S3**", "**Signing key**", "**Database**", "**Clock**")]
    assert places == sorted(places)
    assert "The bucket cannot be listed. Allow it." in text


def test_health_answers_where_lectern_never_reached_its_database(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreached() -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(door, "_services", unreached)
    monkeypatch.setattr(health.checking, "doctor", lambda **_: CHECKS)
    test = open_page("health.py", Role.OPS)
    assert not test.error
    assert "**Of 4 checks, 1 failed and 1 needs a look.**" in words_of(test)


def test_what_could_not_be_looked_at_is_not_counted_as_fine() -> None:
    sound = [ok("database", "It answers."), ok("mux", "It answers.")]
    assert health.answer(sound) == "**All 2 checks are fine.**"
    later = [*sound, skipped("records", "Not compared yet.")]
    assert health.answer(later) == "**All 2 checks are fine.** 1 could not be looked at yet."


def test_comparing_with_mux_is_the_workers_task(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health.checking, "doctor", lambda **_: CHECKS)
    test = open_page("health.py", Role.OPS)
    next(one for one in test.button if one.label == "Compare with Mux").click().run()
    assert school.jobs == [(Job.RECONCILE, {"key": "reconcile"})]
    assert ("otto", "reconcile", "assets") in school.audited
