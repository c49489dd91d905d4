"""The command line through a whole migration, over a real database."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main
from commands import migrate
from commands.session import Session
from core import migrating
from core.access import Person, Role
from core.batch import ItemState
from core.errors import Unavailable
from tests.integration.engine.harness import SWITCHED, Engine


def run(school: Engine, *words: str) -> Result:
    return CliRunner().invoke(main, words, obj=Session(lambda: school.services))


def ask(school: Engine, *words: str, code: int = 0) -> Any:
    """The JSON that a command answers with."""
    answer = run(school, *words, "--json")
    assert answer.exit_code == code, answer.output
    return json.loads(answer.stdout)


@pytest.fixture
def scanned(school: Engine) -> Engine:
    school.lessons(3)
    ask(school, "scan")
    school.run()
    return school


def start(school: Engine, *options: str) -> str:
    return str(ask(school, "migrate", "start", "--all", *options)["batch_id"])


def test_a_scan_says_how_many_sources_there_are(school: Engine) -> None:
    school.lessons(3)
    answer = ask(school, "scan")
    assert (answer["sources"], answer["rows"]) == (3, 3)
    assert answer["seconds"] >= 0


def test_sources_are_listed_page_by_page(scanned: Engine) -> None:
    answer = ask(scanned, "sources", "list", "--sort", "key", "--size", "2", "--page", "2")
    assert [source["key"] for source in answer["sources"]] == ["lesson-2.mp4"]
    assert (answer["matching"], answer["page"]) == (3, 2)
    assert answer["sources"][0]["kind"] == "video"


def test_sources_are_filtered_as_on_the_page(scanned: Engine) -> None:
    answer = ask(scanned, "sources", "list", "--filter", "search=lesson-1", "--filter", "kind=video")
    assert [source["key"] for source in answer["sources"]] == ["lesson-1.mp4"]


def test_a_plan_changes_nothing_and_says_what_it_would_come_to(scanned: Engine) -> None:
    scanned.pace.rate = 1.0
    answer = ask(scanned, "migrate", "plan", "--all", "--quality", "basic")
    assert answer["totals"]["create"] == 3
    assert answer["time_s"] == 3.0  # 3 assets at 1 a second
    assert answer["estimate"]["monthly_usd"] == "0.00"
    assert answer["options"]["quality"] == "basic"
    assert ask(scanned, "migrate", "list") == {"batches": []}


def test_a_batch_runs_from_start_to_end(scanned: Engine) -> None:
    batch = start(scanned, "--name", "Autumn")
    before = ask(scanned, "migrate", "status", batch)
    assert (before["state"], before["name"], before["total"], before["done"]) == ("running", "Autumn", 3, 0)
    assert set(before["counts"]) == {state.value for state in ItemState}
    scanned.play_out()
    after = ask(scanned, "migrate", "status", batch, "--wait", "--timeout-s", "5")
    assert (after["state"], after["done"], after["failed"], after["counts"]["done"]) == ("done", 3, 0, 3)
    assert scanned.ask(SWITCHED) == [(3,)]
    assert ask(scanned, "migrate", "list")["batches"][0]["batch_id"] == int(batch)


def test_only_the_keys_that_were_named_are_moved(scanned: Engine) -> None:
    answer = ask(scanned, "migrate", "start", "--key", "lesson-0.mp4", "--key", "lesson-2.mp4")
    assert answer["total"] == 2


def test_a_key_that_is_not_there_is_a_sentence(scanned: Engine) -> None:
    answer = run(scanned, "migrate", "start", "--key", "nothing.mp4")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.startswith("Nothing matches this choice.")


def test_a_wait_for_a_batch_that_goes_on_ends_with_6(
    scanned: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "WATCH_EVERY_S", 0.01)
    batch = start(scanned)
    answer = ask(scanned, "migrate", "status", batch, "--wait", "--timeout-s", "0.05", code=6)
    assert answer["state"] == "running"


def test_a_wait_rides_out_a_database_that_is_away(scanned: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "WATCH_EVERY_S", 0.01)
    batch, away = start(scanned), [Unavailable("The database does not answer.")] * 3
    scanned.play_out()
    look = migrating.status

    def sometimes(*args: Any, **named: Any) -> migrating.Status:
        if away:
            raise away.pop()
        return look(*args, **named)

    monkeypatch.setattr(migrating, "status", sometimes)
    assert ask(scanned, "migrate", "status", batch, "--wait", "--timeout-s", "5")["done"] == 3
    away.append(Unavailable("The database does not answer."))
    assert run(scanned, "migrate", "status", batch).exit_code == 1


def test_a_wait_gives_up_on_a_database_at_its_deadline(
    scanned: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "WATCH_EVERY_S", 0.01)
    batch = start(scanned)

    def down(*_: Any, **__: Any) -> migrating.Status:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(migrating, "status", down)
    answer = run(scanned, "migrate", "status", batch, "--wait", "--timeout-s", "0.05")
    assert answer.exit_code == 1
    assert "does not answer" in answer.stderr


def test_a_course_is_chosen_by_its_title(school: Engine) -> None:
    school.ask("INSERT INTO courses (id, title) VALUES (12, 'Algebra II') RETURNING id")
    school.lessons(2)
    school.ask("UPDATE lessons SET course_id = 12 WHERE id = 1 RETURNING id")
    ask(school, "scan")
    school.run()
    assert ask(school, "migrate", "plan", "--filter", "course=algebra ii")["totals"]["create"] == 1
    assert ask(school, "sources", "list", "--filter", "course=12")["matching"] == 1


def test_a_status_says_since_when_a_batch_stands_still_and_why(scanned: Engine) -> None:
    batch = start(scanned)
    scanned.ask(
        "WITH told AS (UPDATE mux_admin.item_changes SET at = at - interval '1 h')"
        "UPDATE mux_admin.batches SET started_at = started_at - interval '1 h' RETURNING id"
    )
    assert ask(scanned, "migrate", "status", batch)["stall_reason"].startswith("No worker")
    assert "Nothing has moved since" in run(scanned, "migrate", "status", batch).stdout


def test_a_wait_for_a_paused_batch_ends_with_5_at_once(scanned: Engine) -> None:
    batch = start(scanned)
    assert ask(scanned, "migrate", "pause", batch)["state"] == "paused"
    assert ask(scanned, "migrate", "status", batch, "--wait", code=5)["pause_reason"].startswith("Paused by")
    assert ask(scanned, "migrate", "resume", batch)["state"] == "running"


def test_a_wait_for_a_batch_with_failures_ends_with_4_and_they_can_be_retried(scanned: Engine) -> None:
    batch = start(scanned)
    scanned.run(within_s=30)
    for asset_id in list(scanned.mux.assets):
        scanned.deliver("video.asset.errored", scanned.mux.make_errored(asset_id, "invalid_input", "bad"))
    scanned.play_out()
    answer = ask(scanned, "migrate", "status", batch, "--wait", code=4)
    assert (answer["failed"], answer["troubles"]) == (3, {"file_damaged": 3})
    assert ask(scanned, "migrate", "retry", batch)["items"] == 3
    scanned.play_out()
    assert ask(scanned, "migrate", "status", batch, "--wait")["done"] == 3


def test_a_cancelled_batch_ends_with_4(scanned: Engine) -> None:
    batch = start(scanned)
    assert ask(scanned, "migrate", "cancel", batch)["state"] == "cancelled"
    assert ask(scanned, "migrate", "status", batch, "--wait", code=4)["counts"]["cancelled"] == 3


def test_a_rollback_puts_the_rows_back_and_deletes_the_copies_when_asked(scanned: Engine) -> None:
    batch = start(scanned)
    scanned.play_out()
    assert ask(scanned, "migrate", "rollback", batch, "--delete-assets")["items"] == 3
    scanned.play_out()
    assert scanned.ask(SWITCHED) == [(0,)]
    assert scanned.mux.assets == {}


def test_a_report_is_csv_with_a_line_for_each_item(scanned: Engine) -> None:
    batch = start(scanned)
    scanned.play_out()
    rows = list(csv.DictReader(io.StringIO(run(scanned, "migrate", "report", batch).stdout)))
    assert sorted(row["key"] for row in rows) == ["lesson-0.mp4", "lesson-1.mp4", "lesson-2.mp4"]
    assert {row["state"] for row in rows} == {"done"}
    assert len(ask(scanned, "migrate", "report", batch)["items"]) == 3


def test_an_unknown_batch_is_a_sentence(school: Engine) -> None:
    answer = run(school, "migrate", "status", "77", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stderr)["error"] == "There is no batch 77."


def test_events_are_listed_and_replayed(scanned: Engine) -> None:
    start(scanned)
    scanned.play_out()
    events = ask(scanned, "events", "list", "--type", "video.asset.ready")["events"]
    assert len(events) == 3
    assert ask(scanned, "events", "replay", events[0]["id"])["queued"] is True
    scanned.play_out()
    assert scanned.ask(SWITCHED) == [(3,)]
    assert run(scanned, "events", "replay", "nothing").exit_code == 1


def test_a_reconcile_deletes_a_twin(scanned: Engine) -> None:
    start(scanned)
    scanned.play_out()
    [first, *_] = scanned.mux.assets.values()
    scanned.mux.make({"passthrough": first.passthrough})
    assert ask(scanned, "reconcile")["assets"] == 4
    scanned.play_out()
    assert len(scanned.mux.assets) == 3


def test_copies_that_nothing_plays_are_listed_and_deleted_after_a_yes(scanned: Engine) -> None:
    start(scanned)
    scanned.play_out()
    assert ask(scanned, "copies", "list") == {"count": 0, "seconds": 0, "copies": []}
    [(left,)] = scanned.ask("DELETE FROM lessons WHERE id = 1 RETURNING mux_asset_id")
    found = ask(scanned, "copies", "list")
    assert (found["count"], [one["asset_id"] for one in found["copies"]]) == (1, [left])
    assert left in run(scanned, "copies", "list").output
    assert run(scanned, "copies", "delete", left).exit_code == 2
    assert ask(scanned, "copies", "delete", left, "no-such", "--yes") == {"deleted": 1}
    scanned.run()
    assert scanned.mux.deleted == [left]


def test_what_was_done_from_the_shell_is_in_the_audit(school: Engine) -> None:
    school.lessons(1)
    ask(school, "scan")
    school.run()
    batch = start(school)
    for words in (("migrate", "pause", batch), ("migrate", "cancel", batch), ("reconcile",)):
        ask(school, *words)
    with school.services.uow("test.read") as tx:
        rows = tx.audits.newest()
    assert [(row.action, row.subject) for row in reversed(rows)] == [
        ("scan", "sources"),
        ("start batch", f"batch {batch}"),
        ("pause batch", f"batch {batch}"),
        ("cancel batch", f"batch {batch}"),
        ("reconcile", "assets"),
    ]
    assert all(row.actor.startswith("cli:") for row in rows)


@pytest.mark.parametrize(
    "words", [("events", "list"), ("migrate", "list"), ("sources", "list"), ("scan",), ("reconcile",)]
)
def test_the_shell_asks_the_same_table_of_rights_as_the_pages(school: Engine, words: tuple[str, ...]) -> None:
    session = Session(lambda: school.services)
    session.person = Person(subject="cli:tea", email="", roles=frozenset({Role.TEACHER}))
    answer = CliRunner().invoke(main, words, obj=session)
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Your roles do not allow you to")


def test_without_a_bucket_a_scan_says_what_to_set(school: Engine) -> None:
    nowhere = replace(school.services, settings=replace(school.services.settings, s3_buckets=()))
    answer = CliRunner().invoke(main, ["scan"], obj=Session(lambda: nowhere))
    assert answer.exit_code == 1
    assert answer.stderr.startswith("S3_BUCKETS names no bucket. Set it")


@pytest.mark.parametrize(
    "words",
    [("scan",), ("sources", "list"), ("migrate", "list"), ("migrate", "plan", "--all"), ("events", "list")],
)
def test_without_json_people_get_words(scanned: Engine, words: tuple[str, ...]) -> None:
    answer = run(scanned, *words)
    assert answer.exit_code == 0
    assert answer.stdout.strip()
    assert "{" not in answer.stdout


def test_a_status_in_words_names_failures_and_the_reason_of_a_pause(scanned: Engine) -> None:
    batch = start(scanned, "--name", "Autumn")
    run(scanned, "migrate", "pause", batch)
    answer = run(scanned, "migrate", "status", batch)
    assert "“Autumn” is paused: 0 of 3 on Mux" in answer.stdout
    assert "3 queued" in answer.stdout
