"""The demo grown for real, at a school of sixty lessons: worker, webhook, PostgreSQL, S3, the double."""

import json
import urllib.request
from collections.abc import Iterator
from functools import partial

import psycopg
import pytest

from sandbox.school.aging import Past
from sandbox.school.demo import Story, grow, run_cli
from sandbox.small_school import fill
from sandbox.stack import BUCKET, Stack, query, running_stack

pytestmark = pytest.mark.slow
STORY = Story(
    moved_by="dana.moreau",
    applied_by="olu.adeyemi",
    applied_days=44,
    finished=(("First", 41, ("search=recording-00000",)), ("Second", 6, ("search=recording-00001",))),
    locked=(f"{BUCKET}/*recording-000013*",),
    under_way=(("Third", ("search=recording-0000", "standing=ready")),),
    every_s=600.0,
    budget_usd="25",
    budget_by="frida.lind",
)
ON_THEIR_WAY = 4
FAST = {"MUX_POST_PER_S": "4", "MUX_OTHER_PER_S": "100", "MUX_PLAYBACK_POLICY": "public"}
# Every date that tells when a batch ran, by batch.
DATES = {
    "batches": "SELECT id, unnest(ARRAY[created_at, started_at, finished_at]) AS at FROM mux_admin.batches",
    "items": "SELECT batch_id AS id, since AS at FROM mux_admin.items",
    "changes": "SELECT batch_id AS id, at FROM mux_admin.item_changes",
    "intents": "SELECT batch_id AS id, unnest(ARRAY[created_at, posted_at, closed_at]) AS at"
    " FROM mux_admin.intents",
    "events": "SELECT batch_id AS id, unnest(ARRAY[e.created_at, e.received_at, e.ingested_at]) AS at"
    " FROM mux_admin.webhook_events AS e JOIN mux_admin.intents AS i ON e.passthrough = i.id::text",
    "assets": "SELECT batch_id AS id, unnest(ARRAY[created_at, ready_at]) AS at"
    " FROM mux_admin.assets AS a JOIN mux_admin.items AS i ON i.asset_id = a.id",
    "adopted": "SELECT batch_id AS id, adopted_at AS at"
    " FROM mux_admin.asset_sources AS a JOIN mux_admin.items AS i USING (asset_id)",
    "switches": "SELECT batch_id AS id, switched_at AS at"
    " FROM mux_admin.switches AS s JOIN mux_admin.items AS i ON i.id = s.item_id",
    "audit": "SELECT batch_id AS id, a.at FROM mux_admin.audit AS a JOIN mux_admin.switches AS s"
    " ON a.subject = table_name || ' ' || row_id JOIN mux_admin.items AS i ON i.id = s.item_id",
}


def live_again(stack: Stack) -> None:
    env = stack.env
    past = Past(database_url=env["DATABASE_URL"], mux_url=env["MUX_BASE_URL"], s3_url=env["S3_ENDPOINT_URL"])
    grow(partial(run_cli, env), past, STORY)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("grown"), mux_flags=["--no-limits"], **FAST) as stack:
        fill(stack, lessons=60)
        stack.webhook()
        stack.worker()
        live_again(stack)
        yield stack


def days_ago(stack: Stack, dates: str) -> set[tuple[object, ...]]:
    """Batch and days: every pair there is."""
    said = f"SELECT DISTINCT id, round(extract(epoch FROM now() - at) / 86400)::int FROM ({dates}) AS d"  # noqa: S608
    return set(query(stack, f"{said} WHERE id < 3 AND at IS NOT NULL"))


@pytest.mark.parametrize("what", DATES)
def test_what_the_finished_batches_did_happened_weeks_ago(stack: Stack, what: str) -> None:
    assert days_ago(stack, DATES[what]) == {(1, 41), (2, 6)}


def test_ops_have_brought_the_tables_to_what_mux_needs_before_the_first_batch(stack: Stack) -> None:
    when = "round(extract(epoch FROM now() - {}) / 86400)::int"
    runs = f"SELECT actor, state, {when.format('started_at')}, {when.format('finished_at')}"
    assert query(stack, f"{runs} FROM mux_admin.schema_runs") == [("cli:olu.adeyemi", "done", 44, 44)]
    said = f"SELECT action, actor, {when.format('at')} FROM mux_admin.audit WHERE subject = 'schema public'"  # noqa: S608
    assert query(stack, said) == [("change the database schema", "cli:olu.adeyemi", 44)]


def test_the_double_tells_the_same_dates_of_the_assets(stack: Stack) -> None:
    rows = query(
        stack,
        "SELECT a.id, floor(extract(epoch FROM a.created_at))::bigint::text FROM mux_admin.assets AS a"
        " JOIN mux_admin.items AS i ON i.asset_id = a.id WHERE batch_id < 3",
    )
    with urllib.request.urlopen(f"{stack.mux.url}/sandbox/assets", timeout=10) as answer:
        told = {asset["id"]: asset["created_at"] for asset in json.load(answer)["assets"]}
    assert len(rows) == 19
    assert {str(asset_id): told[str(asset_id)] for asset_id, _ in rows} == dict(rows)


def test_only_the_last_finished_batch_met_a_file_that_nobody_could_read(stack: Stack) -> None:
    sql = "SELECT batch_id, trouble FROM mux_admin.items WHERE state = 'failed'"
    assert query(stack, sql) == [(2, "source_denied")]


def test_what_the_finished_batches_moved_plays_from_mux(stack: Stack) -> None:
    moved = "SELECT count(*) FROM lessons WHERE mux_playback_id IS NOT NULL AND title ~ %s"
    assert [query(stack, moved, pattern)[0][0] for pattern in ("^Lesson .$", "^Lesson 1.$")] == [10, 9]


def test_the_batch_under_way_sends_a_file_now_and_then(stack: Stack) -> None:
    assert query(stack, "SELECT name, state FROM mux_admin.batches WHERE id = 3") == [("Third", "running")]
    [(waiting, farthest_s)] = query(
        stack,
        "SELECT count(*), extract(epoch FROM max(not_before) - now()) FROM mux_admin.items"
        " WHERE batch_id = 3 AND state = 'queued'",
    )
    # A few were on their way already when it was slowed down, and of these some have a place in the line.
    assert 10 <= waiting <= 40
    assert waiting - 1 <= float(farthest_s) / STORY.every_s <= waiting + ON_THEIR_WAY


def test_growing_again_changes_nothing_of_the_past(stack: Stack) -> None:
    live_again(stack)
    assert query(stack, "SELECT count(*) FROM mux_admin.batches") == [(3,)]
    assert days_ago(stack, DATES["batches"]) == {(1, 41), (2, 6)}


def test_a_demo_killed_before_its_end_finds_its_batches_and_moves_no_date_twice(stack: Stack) -> None:
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        connection.execute("COMMENT ON SCHEMA mux_admin IS NULL")
    live_again(stack)
    assert query(stack, "SELECT count(*) FROM mux_admin.batches") == [(3,)]
    assert days_ago(stack, DATES["items"]) == {(1, 41), (2, 6)}


def test_its_costs_are_those_of_a_school_by_cards_of_its_own(stack: Stack) -> None:
    said = "SELECT vendor, plan, since::text, person FROM mux_admin.plans_in_use ORDER BY vendor"
    in_use = ("sample school", "2026-03-01", "frida.lind")
    assert query(stack, said) == [("aws", *in_use), ("mux", *in_use)]
    keys = query(stack, "SELECT key, author FROM mux_admin.price_cards ORDER BY key")
    assert keys == [("sample-aws", "frida.lind"), ("sample-mux", "frida.lind")]
