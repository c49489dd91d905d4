"""Optional profiles on the schema page: what they do, trying them out, switching them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.found import Found
from core.profile_found import Command, FoundPolicy, ProfileFacts
from core.profile_trial import Basis, RoleLook, Trial
from core.records import Job
from core.row_security import declared
from core.schema_run import Purpose, RunState, Step
from core.statement import Kind
from core.target import TARGET
from tests.fake_profiles import FakeProfiles
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_schema import bare, complete
from tests.pages.fakes import School

LESSONS = replace(bare("lessons").columns["id"], name="x")
SCHOOL = ProfileFacts(
    schema="public",
    role="lectern",
    owner="school",
    lessons=dict.fromkeys(("id", "creator_id", "status", "video_status"), LESSONS),
    purchases=dict.fromkeys(("lesson_id", "user_id"), LESSONS),
)
READER = RoleLook(
    role="report",
    basis=Basis.TRIED,
    reads_before=10,
    reads_after=6,
    changes_before=None,
    changes_after=None,
)
WRITER = replace(READER, role="web", writes=(Command.UPDATE,), changes_before=10, changes_after=6)


@pytest.fixture
def profiles(school: School) -> FakeProfiles:
    school.profiles.state = SCHOOL
    school.profiles.trial = Trial(roles=(READER,), looked_at=10)
    return school.profiles


@pytest.fixture
def opened(open_page: Opened) -> Callable[[], AppTest]:
    return lambda: open_page("schema.py", Role.OPS)


def button(test: AppTest, key: str):
    return next((one for one in test.button if one.key == key), None)


def switched_on(facts: ProfileFacts) -> ProfileFacts:
    made = (FoundPolicy(name=p.name, command=p.command, roles=p.roles, mark=p.mark) for p in declared(facts))
    return replace(facts, policies=tuple(made), row_security=True)


def test_each_profile_says_how_it_stands_and_what_it_does(opened, profiles: FakeProfiles):
    text = words_of(opened())
    assert ":gray-badge[:material/toggle_off: Off] **Row-level security**" in text
    assert "those they made, those that are published, those they bought" in text
    assert "superusers and roles with BYPASSRLS bypass it; so does Lectern." in text
    assert "a NOTIFY on the channel lesson_ready tells its id and status." in text


def test_its_sql_is_shown_before_anything_is_done(opened, profiles: FakeProfiles):
    test = opened()
    assert "See the SQL that switches it on · 2 statements" in [one.label for one in test.expander]
    code = "\n".join(one.value for one in test.code)
    assert "CREATE POLICY lesson_access_policy;" in code
    assert profiles.tried == []


def test_ops_see_whom_it_concerns_and_switch_it_on(opened, profiles: FakeProfiles, school: School):
    test = button(opened(), "row-security-on").click().run()
    assert profiles.tried == [("lesson_access_policy", "lessons")]
    table = test.dataframe[-1].value
    assert list(table["role"]) == ["report"]
    assert (table["reads_before"][0], table["reads_after"][0]) == (10, 6)
    assert (table["writes"][0], table["basis"][0]) == ("nothing", ["Tried"])
    assert "Of 10 lessons, with nobody signed in." in words_of(test)
    button(test, "switch_profile_now").click().run()
    assert school.jobs == [(Job.SWITCH_PROFILE, {"run_id": 1})]
    assert ("otto", "change the database schema", "schema public") in school.audited
    run = school.host_schema.history[0]
    assert (run.purpose, run.about) == (Purpose.SWITCH_ON, "row-security")


def test_who_would_lose_writes_is_named_and_there_is_no_button(opened, profiles: FakeProfiles):
    profiles.trial = Trial(roles=(WRITER,), looked_at=10)
    test = button(opened(), "row-security-on").click().run()
    assert "web would lose writes: of 10 lessons it could change 6" in test.error[0].value
    assert button(test, "switch_profile_now") is None


def test_on_production_nothing_is_switched_before_the_databases_name_is_typed(
    opened, profiles: FakeProfiles, monkeypatch: pytest.MonkeyPatch
):
    from dashboard.schema import confirm
    from dashboard.services import settings

    monkeypatch.setattr(confirm, "settings", lambda: replace(settings(), auth="oidc"))
    test = button(opened(), "status-trigger-on").click().run()
    assert button(test, "switch_profile_now").disabled
    assert test.text_input(key="profile_typed").label == "Type school to go on"


def test_one_that_is_on_can_be_switched_off(opened, profiles: FakeProfiles, school: School):
    profiles.state = switched_on(SCHOOL)
    test = opened()
    assert ":green-badge[:material/check_circle: On] **Row-level security**" in words_of(test)
    assert button(test, "row-security-on") is None
    test = button(test, "row-security-off").click().run()
    button(test, "switch_profile_now").click().run()
    assert school.host_schema.history[0].purpose is Purpose.SWITCH_OFF


def test_one_that_was_cut_off_is_offered_both_ways(opened, profiles: FakeProfiles):
    profiles.state = replace(switched_on(SCHOOL), row_security=False)
    test = opened()
    assert "Switch it on again, or off." in words_of(test)
    assert not button(test, "row-security-on").disabled
    assert not button(test, "row-security-off").disabled


def test_a_policy_that_somebody_edited_is_named(opened, profiles: FakeProfiles):
    on = switched_on(SCHOOL)
    edited = tuple(replace(one, intact=one.name != "lesson_access_policy") for one in on.policies)
    profiles.state = replace(on, policies=edited)
    assert "Somebody has changed lesson_access_policy since it was made by a run." in words_of(opened())


def test_what_is_in_the_way_is_said_and_the_button_is_off(opened, profiles: FakeProfiles):
    profiles.state = replace(SCHOOL, lessons=dict.fromkeys(("id", "status"), LESSONS))
    test = opened()
    assert "lessons has no video_status yet; apply the pending changes first." in words_of(test)
    assert button(test, "status-trigger-on").disabled
    assert not button(test, "row-security-on").disabled


def test_what_is_the_schools_own_offers_nothing(opened, profiles: FakeProfiles):
    own = FoundPolicy(name="lesson_access_policy", command=Command.SELECT)
    profiles.state = replace(SCHOOL, policies=(own,))
    test = opened()
    assert "The school's own" in words_of(test)
    assert button(test, "row-security-on") is None


def test_while_a_run_is_under_way_nothing_is_switched(opened, profiles: FakeProfiles, school: School):
    school.host_schema.ask("olga")
    assert button(opened(), "row-security-on").disabled


def test_a_run_that_switched_a_profile_says_so_while_it_runs_and_afterwards(
    opened, profiles: FakeProfiles, school: School
):
    school.host_schema.state = Found(
        schema="public", role="lectern", tables={table.name: complete(table) for table in TARGET}
    )
    school.host_schema.ask("olga", purpose=Purpose.SWITCH_ON, about="row-security")
    assert "**olga has asked for it; the worker is at it.**" in words_of(opened())
    step = Step(
        table="lessons",
        kind=Kind.ENABLE_ROW_SECURITY,
        name="lessons",
        columns=(),
        sql="",
        seconds=0.1,
        tries=1,
    )
    run = replace(school.host_schema.history[0], state=RunState.DONE, steps=(step,))
    school.host_schema.history[0] = run
    runs, statements = (one.value for one in opened().dataframe[-2:])
    assert runs["added"][0] == "Row-level security on"
    assert statements["Table"][0] == "lessons"
