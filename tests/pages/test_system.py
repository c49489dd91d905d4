"""Events and health."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import clearing
from core.access import Role
from core.diagnosis import failed, ok, skipped, warn
from core.errors import Unavailable
from core.leftover import Leftover, Leftovers
from core.records import Job
from dashboard import rows
from dashboard import services as door
from dashboard.system import events, health, leftovers
from tests.fakes import EPOCH
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
    away = [failed("database", "The database does not answer.", "Look at it."), *CHECKS[1:]]
    monkeypatch.setattr(health.checking, "doctor", lambda **_: away)
    test = open_page("health.py", Role.OPS)
    assert not test.error
    assert "**Of 4 checks, 2 failed and 1 needs a look.**" in words_of(test)


def some_left(count: int = 1) -> Leftovers:
    copy = {"made_at": EPOCH, "duration_s": 1230.0, "quality": "plus", "file": "algebra/sets.mp4"}
    lines = [Leftover(asset_id=f"copy-{n}", title="Sets <b>1</b> 🎬", **copy) for n in range(min(count, 100))]
    return Leftovers(lines=lines, count=count, seconds={"plus": 1230.0 * count})


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.checking, "doctor", lambda **_: [ok("database", "The database answers.")])


def clear_button(test: AppTest) -> Any:
    return next(one for one in test.button if one.label.startswith("Delete "))


@pytest.mark.usefixtures("sound")
def test_copies_that_nothing_plays_are_told_with_what_they_cost(school: School, open_page: Opened) -> None:
    assert "nothing plays" not in words_of(open_page("health.py", Role.ADMIN))
    school.lessons.leftovers = some_left(314)
    test = open_page("health.py", Role.ADMIN)
    said = words_of(test)
    # 314 × 20.5 min = 6,437 min, × $0.003 a month
    assert "**314 copies, 6,437 min**: \\$19.31 a month to keep" in said
    assert "The longest 100 of 314." in said
    assert test.dataframe[0].value["title"][0] == "Sets <b>1</b> 🎬"
    [line, *_] = school.lessons.leftovers.lines
    school.lessons.leftovers = Leftovers(lines=[replace(line, title="", lesson_id="38")], count=1)
    assert [*open_page("health.py", Role.ADMIN).dataframe[0].value["title"]] == ["Lesson 38"]
    assert clear_button(test).disabled


@pytest.mark.usefixtures("sound")
def test_ops_see_them_and_are_told_who_deletes_them(school: School, open_page: Opened) -> None:
    school.lessons.leftovers = some_left()
    test = open_page("health.py", Role.OPS)
    assert "**1 copy, 20 min**" in words_of(test)
    assert "An admin can delete them." in words_of(test)
    assert not [one for one in test.button if one.label.startswith("Delete ")]


@pytest.mark.usefixtures("sound")
def test_an_admin_deletes_them_after_a_typed_word(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(clearing, "clear", lambda ids, **_: asked.extend(ids) or len(ids) - 1)
    monkeypatch.setattr(leftovers, "_table", lambda lines, **_: [*lines])  # AppTest ticks no rows
    school.lessons.leftovers = some_left(2)
    test = open_page("health.py", Role.ADMIN)
    clear_button(test).click().run()
    said = words_of(test)
    assert "**2 copies, 41 min**: deleted at Mux, and not to be brought back. Files in S3 stay." in said
    assert next(one for one in test.button if one.label == "Delete 2 copies").disabled
    monkeypatch.setattr(leftovers, "_word", lambda _: "")  # as if it were typed: AppTest closes a dialog
    clear_button(test).click().run()
    next(one for one in test.button if one.label == "Delete 2 copies").click().run()
    assert asked == ["copy-0", "copy-1"]
    assert "The worker deletes 1 copy now. 1 copy is in use by now, and left alone." in [
        toast.value for toast in test.toast
    ]


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
