"""Bulk jobs on lessons: what is planned and frozen, what each step writes, and the way back."""

from typing import Any

import pytest
from sqlalchemy import Engine as Database

from core import bulk_changing, bulk_starting, completing, migrating, sweeping
from core.access import SYSTEM, Person, Role
from core.asset import Policy
from core.batch import BatchKind, BatchState, ItemState
from core.bulk import Picked, Totals
from core.errors import InvalidInput, NotAllowed, Refused, StaleState, Unavailable
from core.library import LibraryFilter
from core.migration import SkipReason, Trouble
from core.records import Batch, Job
from core.settings import Secret
from tests.integration.engine.harness import Engine

ANA = Person(subject="ana", email="ana@school.test", roles=frozenset({Role.TEACHER}), host_user_id="ana")
BEN = Person(subject="ben", email="ben@school.test", roles=frozenset({Role.TEACHER}), host_user_id="ben")
EVERYTHING: dict[str, Any] = {"filter": LibraryFilter(), "picked": Picked("all")}
LESSON = "INSERT INTO lessons (title, status, creator_id) VALUES (%s, %s, %s) RETURNING id"


@pytest.fixture
def keyed(engine: Database, database_url: str) -> Engine:
    """A school whose copies can be signed."""
    school = Engine(engine, database_url, mux_signing_key="key1", mux_private_key=Secret("pem"))
    school.add_columns()
    return school


def drafts(school: Engine, count: int, *, status: str = "draft", creator: str = "ana") -> list[str]:
    return [str(school.ask(LESSON, f"Lesson {number}", status, creator)[0][0]) for number in range(count)]


def start(school: Engine, kind: BatchKind = BatchKind.PUBLISH, *, by: Person = SYSTEM, **more: Any) -> Batch:
    return bulk_starting.start(kind, **{**EVERYTHING, **more}, by=by, services=school.services)


def plan(school: Engine, kind: BatchKind = BatchKind.PUBLISH, *, by: Person = SYSTEM, **more: Any) -> Totals:
    return bulk_starting.plan(kind, **{**EVERYTHING, **more}, by=by, services=school.services)


def statuses(school: Engine) -> list[str]:
    return [status for (status,) in school.ask("SELECT status FROM lessons ORDER BY id")]


def items(school: Engine) -> list[tuple[str, str | None]]:
    return school.ask("SELECT state, coalesce(trouble, reason) FROM mux_admin.items ORDER BY lesson_id")  # type: ignore[return-value]


def course(school: Engine, title: str, teacher: str = "ana") -> str:
    sql = "INSERT INTO courses (title, teacher_id) VALUES (%s, %s) RETURNING id"
    return str(school.ask(sql, title, teacher)[0][0])


def test_every_lesson_of_the_choice_is_published_with_its_audit_and_the_batch_is_done(school: Engine) -> None:
    ids = drafts(school, 12)
    batch = start(school)
    assert (batch.kind, batch.total, batch.movable) == (BatchKind.PUBLISH, 12, 12)
    school.run()
    assert set(statuses(school)) == {"published"}
    status = migrating.status(batch.id, services=school.services)
    assert status.batch.state is BatchState.DONE
    assert status.progress.done == 12
    found = school.ask("SELECT subject, before, after FROM mux_admin.audit WHERE action = 'publish'")
    assert {subject for subject, _, _ in found} == {f"lesson {one}" for one in ids}
    assert found[0][1:] == ({"status": "draft"}, {"status": "published"})


@pytest.mark.parametrize(
    ("said", "name"),
    [("", "Publish lessons"), (" \n ", "Publish lessons"), (" <b>Autumn</b>\n\0 🎬 ", "<b>Autumn</b> 🎬")],
)
def test_a_batch_is_called_as_somebody_says_on_one_line_else_by_what_it_does(
    school: Engine, said: str, name: str
) -> None:
    drafts(school, 1)
    assert start(school, name=said).name == name


def test_a_name_that_no_list_has_room_for_is_refused_before_anything_is_frozen(school: Engine) -> None:
    drafts(school, 1)
    with pytest.raises(InvalidInput, match="120 characters"):
        start(school, name="x" * 121)
    assert school.ask("SELECT count(*) FROM mux_admin.batches") == [(0,)]


def test_a_plan_counts_what_would_change_and_why_the_rest_would_not(school: Engine) -> None:
    drafts(school, 2)
    drafts(school, 3, status="published")
    assert plan(school) == Totals(change=2, skipped={SkipReason.ALREADY: 3})
    assert plan(school, BatchKind.UNPUBLISH) == Totals(change=3, skipped={SkipReason.ALREADY: 2})
    start(school)
    assert plan(school).skipped == {SkipReason.ALREADY: 3, SkipReason.MOVING: 2}
    school.run()
    assert items(school).count(("skipped", "already")) == 3


def test_single_ticks_stand_whatever_the_filter_says_and_all_means_all_but_some(school: Engine) -> None:
    first, second, third = drafts(school, 3)
    nobody = LibraryFilter(search="no such lesson")
    assert plan(school, filter=nobody, picked=Picked("some", frozenset({first, third}))).change == 2
    assert plan(school, filter=nobody).change == 0
    start(school, picked=Picked("all", frozenset({second})))
    school.run()
    assert statuses(school) == ["published", "draft", "published"]


def test_an_archived_lesson_is_not_made_a_draft(school: Engine) -> None:
    drafts(school, 1, status="archived")
    assert plan(school, BatchKind.UNPUBLISH).skipped == {SkipReason.ALREADY: 1}


def test_nothing_to_change_or_something_else_than_reviewed_is_not_started(school: Engine) -> None:
    with pytest.raises(InvalidInput, match="Nothing matches"):
        start(school)
    drafts(school, 1, status="published")
    with pytest.raises(InvalidInput, match="1 as wanted already"):
        start(school)
    drafts(school, 1)
    with pytest.raises(StaleState, match="It is 1 now, not the 2"):
        start(school, reviewed=2)
    assert school.ask("SELECT id FROM mux_admin.batches") == []


def test_two_clicks_start_one_batch(school: Engine) -> None:
    drafts(school, 1)
    assert start(school, once="a").id == start(school, once="a").id


def test_a_teacher_changes_their_own_lessons_alone(school: Engine) -> None:
    mine = drafts(school, 2)
    drafts(school, 1, creator="ben")
    [(algebra,)] = school.ask("INSERT INTO courses (title, teacher_id) VALUES ('A', 'ana') RETURNING id")
    school.ask("UPDATE lessons SET course_id = %s RETURNING id", algebra)
    drafts(school, 1, status="published", creator="ben")
    school.ask("UPDATE lessons SET course_id = %s RETURNING id", algebra)
    totals = plan(school, BatchKind.UNPUBLISH, by=ANA)
    assert totals.skipped == {SkipReason.ALREADY: 2, SkipReason.NOT_YOURS: 1}
    start(school, by=ANA)
    school.run()
    published = school.ask("SELECT id::text FROM lessons WHERE status = 'published' AND creator_id = 'ana'")
    assert {one for (one,) in published} == set(mine)
    assert statuses(school).count("draft") == 1


def test_a_lesson_that_is_somebody_elses_by_now_is_left_as_it_is(school: Engine) -> None:
    drafts(school, 2)
    start(school, by=ANA)
    school.ask("UPDATE lessons SET creator_id = 'ben' WHERE id = 1 RETURNING id")
    school.run()
    assert items(school) == [("failed", Trouble.NOT_YOURS), ("done", None)]
    assert statuses(school) == ["draft", "published"]


@pytest.mark.parametrize("roles", [{Role.OPS}, {Role.FINANCE}, set()])
def test_who_may_edit_no_lesson_starts_nothing(school: Engine, roles: set[Role]) -> None:
    drafts(school, 1)
    olu = Person(subject="olu", email="olu@school.test", roles=frozenset(roles), host_user_id="ana")
    with pytest.raises(NotAllowed):
        start(school, by=olu)


def test_a_teacher_whom_the_school_does_not_know_starts_nothing(school: Engine) -> None:
    stray = Person(subject="x", email="x@school.test", roles=frozenset({Role.TEACHER}))
    with pytest.raises(NotAllowed, match="does not know you"):
        start(school, by=stray)


def test_lessons_move_to_a_course_and_back(school: Engine) -> None:
    algebra, sets = course(school, "Algebra"), course(school, "Sets")
    drafts(school, 2)
    school.ask("UPDATE lessons SET course_id = %s WHERE id = 1 RETURNING id", int(sets))
    batch = start(school, BatchKind.COURSE, wanted=algebra)
    assert batch.order
    assert (batch.order.title, batch.name) == ("Algebra", "Move lessons to Algebra")
    school.run()
    assert school.ask("SELECT course_id FROM lessons ORDER BY id") == [(int(algebra),)] * 2
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.run()
    assert school.ask("SELECT course_id FROM lessons ORDER BY id") == [(int(sets),), (None,)]
    assert {state for state, _ in items(school)} == {ItemState.ROLLED_BACK}


def test_a_course_must_be_there_and_a_teachers_own(school: Engine) -> None:
    drafts(school, 1)
    with pytest.raises(InvalidInput, match='no course "999"'):
        start(school, BatchKind.COURSE, wanted="999")
    with pytest.raises(NotAllowed, match="somebody else's"):
        start(school, BatchKind.COURSE, wanted=course(school, "Sets", "ben"), by=ANA)


def test_a_lesson_that_somebody_changed_since_is_not_rolled_back(school: Engine) -> None:
    drafts(school, 2)
    batch = start(school)
    school.run()
    school.ask("UPDATE lessons SET status = 'archived' WHERE id = 1 RETURNING id")
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.run()
    assert statuses(school) == ["archived", "draft"]
    assert items(school)[0] == ("done", Trouble.ROW_CHANGED)


def test_a_job_that_goes_wrong_pauses_itself_and_leaves_the_rest_as_it_was(school: Engine) -> None:
    drafts(school, 60)
    school.ask("ALTER TABLE lessons ADD CONSTRAINT drafts_only CHECK (status = 'draft')")
    batch = start(school)
    school.play_out()
    status = migrating.status(batch.id, services=school.services)
    assert status.batch.state is BatchState.PAUSED
    assert "fail" in (status.batch.pause_reason or "")
    assert 0 < status.progress.failed < 60
    assert set(statuses(school)) == {"draft"}


def test_what_is_gone_or_refused_fails_with_its_cause_and_a_retry_finishes_the_rest(school: Engine) -> None:
    drafts(school, 3)
    school._execute(
        "ALTER TABLE lessons ADD CONSTRAINT plain CHECK (title <> 'Lesson 1' OR status = 'draft')"
    )
    batch = start(school)
    school.ask("DELETE FROM lessons WHERE id = 1 RETURNING id")
    school.run()
    states = [("failed", Trouble.LESSON_GONE), ("failed", Trouble.ROW_REFUSED), ("done", None)]
    assert items(school) == states
    school._execute("ALTER TABLE lessons DROP CONSTRAINT plain")
    assert migrating.retry(batch.id, by=SYSTEM, services=school.services) == 2
    school.run()
    assert items(school) == [("failed", Trouble.LESSON_GONE), ("done", None), ("done", None)]


def test_a_failed_lesson_that_another_batch_has_taken_waits_for_it(school: Engine) -> None:
    drafts(school, 2)
    school._execute(
        "ALTER TABLE lessons ADD CONSTRAINT plain CHECK (title <> 'Lesson 0' OR status = 'draft')"
    )
    batch = start(school)
    school.run()
    school._execute("ALTER TABLE lessons DROP CONSTRAINT plain")
    start(school)
    with pytest.raises(StaleState, match="Another batch"):
        migrating.retry(batch.id, by=SYSTEM, services=school.services)


def test_a_paused_batch_changes_nothing_more_and_a_cancelled_one_lets_go(school: Engine) -> None:
    drafts(school, 20)
    batch = start(school)
    school.run(most=1)  # the first eight are taken
    migrating.pause(batch.id, by=SYSTEM, services=school.services)
    school.run()
    assert statuses(school).count("published") == 8
    migrating.cancel(batch.id, by=SYSTEM, services=school.services)
    assert [state for state, _ in items(school)].count(ItemState.CANCELLED) == 12


def test_too_many_failures_pause_the_batch(school: Engine) -> None:
    drafts(school, 20)
    school._execute("ALTER TABLE lessons ADD CONSTRAINT plain CHECK (status = 'draft')")
    batch = start(school)
    school.run()
    assert migrating.status(batch.id, services=school.services).batch.state is BatchState.PAUSED


def test_a_step_whose_job_was_lost_is_taken_by_the_sweep(school: Engine) -> None:
    drafts(school, 1)
    batch = start(school)
    school.run(most=1)
    school.ask("DELETE FROM jobs RETURNING id")
    school.ask("UPDATE mux_admin.items SET since = since - interval '1 year' RETURNING id")
    sweeping.sweep(services=school.services)
    assert Job.CHANGE in {job for job, _, _ in school.waiting()}
    school.run()
    assert migrating.status(batch.id, services=school.services).progress.done == 1


def test_a_step_that_ends_in_a_mistake_of_ours_fails_its_item_alone(school: Engine) -> None:
    drafts(school, 2)
    start(school)
    school.run(most=1)
    [(item_id,)] = school.ask("SELECT id FROM mux_admin.items WHERE lesson_id = '1'")
    bulk_changing.give_up(item_id, reason="Report 0123abcd.", services=school.services)
    school.run()
    assert items(school) == [("failed", Trouble.UNEXPECTED), ("done", None)]


def test_facts_that_wait_for_columns_still_find_the_switch_to_mux_behind_a_bulk_job(school: Engine) -> None:
    school.drop_columns()
    school.lesson("a.mp4")
    batch = school.migrate()
    start(school, BatchKind.UNPUBLISH)
    school.run()
    school.add_columns()
    school.play_out()
    completing.write_back(services=school.services)
    migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.run()
    assert school.ask("SELECT mux_playback_id, status FROM lessons") == [(None, "draft")]


def playing(school: Engine) -> list[tuple[Any, ...]]:
    return school.ask("SELECT mux_playback_id IS NOT NULL, video_provider FROM lessons ORDER BY id")


def test_copies_are_deleted_at_mux_and_the_lessons_play_from_s3_again(school: Engine) -> None:
    school.lessons(3)
    school.migrate()
    drafts(school, 1)
    before = plan(school, BatchKind.DELETE)
    assert before == Totals(change=3, skipped={SkipReason.NOT_AT_MUX: 1})
    batch = start(school, BatchKind.DELETE)
    school.play_out()
    assert school.mux.assets == {}
    assert playing(school)[:3] == [(False, None)] * 3
    assert migrating.status(batch.id, services=school.services).progress.done == 3
    assert len(school.store.objects) == 3
    found = school.ask("SELECT actor, count(*) FROM mux_admin.audit WHERE action = 'delete asset' GROUP BY 1")
    assert found == [("lectern", 3)]


def test_what_was_deleted_has_no_way_back_but_moves_again(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    batch = start(school, BatchKind.DELETE)
    school.play_out()
    with pytest.raises(InvalidInput, match="no way back"):
        migrating.roll_back(batch.id, by=SYSTEM, services=school.services)
    school.migrate()
    assert playing(school) == [(True, "mux")]


def test_lessons_that_would_be_left_without_a_file_are_counted(school: Engine) -> None:
    school.lessons(2)
    school.migrate()
    school.ask("UPDATE lessons SET video_url = NULL WHERE id = 1 RETURNING id")
    assert plan(school, BatchKind.DELETE).bare == 1


def test_a_copy_that_plays_somebody_elses_lesson_too_is_not_a_teachers_to_delete(school: Engine) -> None:
    mine, theirs = school.lesson("a.mp4"), school.lesson("a.mp4")
    school.ask("UPDATE lessons SET creator_id = 'ana' WHERE id = %s RETURNING id", mine)
    school.ask("UPDATE lessons SET creator_id = 'ben' WHERE id = %s RETURNING id", theirs)
    school.migrate()
    start(school, BatchKind.DELETE, by=ANA)
    school.play_out()
    assert ("failed", Trouble.NOT_YOURS) in items(school)
    assert playing(school) == [(True, "mux")] * 2
    school.ask("UPDATE lessons SET creator_id = 'ana' RETURNING id")
    start(school, BatchKind.DELETE, by=ANA)
    school.play_out()
    assert playing(school) == [(False, None)] * 2


def test_a_token_of_another_environment_deletes_nothing_here(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    sweeping.sweep(services=school.services)
    school.mux.environment_id = "another"
    school.mux.assets.clear()
    start(school, BatchKind.DELETE)
    school.play_out()
    assert playing(school) == [(True, "mux")]
    assert ("failed", Trouble.MUX_REFUSED) in items(school)


def test_mux_away_is_waited_for(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    start(school, BatchKind.DELETE)
    school.mux.errors.append(Unavailable("no answer"))
    with pytest.raises(Unavailable):
        school.run()
    school.run()
    assert playing(school) == [(False, None)]


def opened(school: Engine, wanted: Policy = Policy.SIGNED, **more: Any) -> Batch:
    return start(school, BatchKind.POLICY, wanted=wanted.value, **more)


def at_mux(school: Engine) -> list[tuple[str, Policy]]:
    return [one for asset in school.mux.assets.values() for one in asset.playback_ids]


def test_copies_change_their_policy_and_the_rows_name_the_new_id(keyed: Engine) -> None:
    keyed.lessons(2)
    keyed.migrate()
    drafts(keyed, 1)
    old = dict(at_mux(keyed))
    assert plan(keyed, BatchKind.POLICY, wanted="signed").skipped == {SkipReason.NOT_AT_MUX: 1}
    assert plan(keyed, BatchKind.POLICY, wanted="public").skipped[SkipReason.ALREADY] == 2
    batch = opened(keyed)
    keyed.play_out()
    new = dict(at_mux(keyed))
    assert set(new.values()) == {Policy.SIGNED}
    assert not set(new) & set(old)
    named = keyed.ask("SELECT mux_playback_id FROM lessons WHERE mux_playback_id IS NOT NULL")
    assert {one for (one,) in named} == set(new)
    assert keyed.ask("SELECT DISTINCT policy FROM mux_admin.assets") == [("signed",)]
    assert migrating.status(batch.id, services=keyed.services).progress.done == 2
    with pytest.raises(InvalidInput, match="no way back"):
        migrating.roll_back(batch.id, by=SYSTEM, services=keyed.services)


def test_at_no_moment_is_there_no_id_that_plays(keyed: Engine) -> None:
    keyed.lessons(1)
    keyed.migrate()
    seen: list[bool] = []

    def look() -> None:
        [(named,)] = keyed.ask("SELECT mux_playback_id FROM lessons")
        seen.append(named in dict(at_mux(keyed)))

    calls = ("mux.create_playback_id", "player.first_frame", "policy.switch", "mux.delete_playback_id")
    keyed.trip.at = {f"{call}:{side}": look for call in calls for side in ("before", "after")}
    opened(keyed)
    keyed.play_out()
    assert seen == [True] * 8


def test_every_lesson_that_plays_the_copy_follows_and_a_way_back_from_mux_stays(keyed: Engine) -> None:
    first, _ = keyed.lesson("a.mp4"), keyed.lesson("a.mp4")
    batch = keyed.migrate()
    opened(keyed, picked=Picked("some", frozenset({str(first)})))
    keyed.play_out()
    assert len(keyed.ask("SELECT DISTINCT mux_playback_id FROM lessons")) == 1
    assert dict(at_mux(keyed)).keys() == {keyed.ask("SELECT mux_playback_id FROM lessons")[0][0]}
    migrating.roll_back(batch.id, by=SYSTEM, services=keyed.services)
    keyed.play_out()
    assert keyed.ask("SELECT DISTINCT mux_playback_id FROM lessons") == [(None,)]


def test_a_new_id_that_does_not_play_is_taken_away_and_the_old_one_stays(keyed: Engine) -> None:
    keyed.lessons(1)
    keyed.migrate()
    old = at_mux(keyed)
    keyed.player.errors.append(Refused("It does not play."))
    opened(keyed)
    keyed.play_out()
    assert at_mux(keyed) == old
    assert ("failed", Trouble.MUX_REFUSED) in items(keyed)
    assert keyed.ask("SELECT mux_playback_id FROM lessons") == [(old[0][0],)]


def test_wrong_credentials_hold_the_batch_with_the_reason_and_fail_nothing(keyed: Engine) -> None:
    keyed.lessons(2)
    keyed.migrate()
    keyed.mux.errors += [Refused("Mux refused the token.", hint="Set it.", account_wide=True)] * 2
    batch = opened(keyed)
    keyed.run(within_s=1)
    now = migrating.status(batch.id, services=keyed.services).batch
    assert (now.state, now.hold_reason) == (BatchState.RUNNING, "Mux refused the token. Set it.")
    keyed.play_out()
    assert migrating.status(batch.id, services=keyed.services).batch.hold_reason is None
    assert [policy for _, policy in at_mux(keyed)] == [Policy.SIGNED] * 2


def test_a_lost_answer_makes_no_second_id(keyed: Engine) -> None:
    keyed.lessons(1)
    keyed.migrate()
    opened(keyed)
    keyed.mux.lost_answers = 1
    with pytest.raises(Unavailable):
        keyed.run()
    keyed.run()
    assert [policy for _, policy in at_mux(keyed)] == [Policy.SIGNED]


def test_signed_playback_without_a_key_is_refused_before_anything_is_done(school: Engine) -> None:
    school.lessons(1)
    school.migrate()
    with pytest.raises(InvalidInput, match="signing key"):
        opened(school)
    with pytest.raises(InvalidInput, match="no such playback"):
        start(school, BatchKind.POLICY, wanted="hovering")
