"""The doctor: each dependency gets its sentence, and one that fails does not silence the others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.checking import doctor, settings_failed
from core.diagnosis import Check, CheckState, has_failed
from core.errors import ConfigError, Refused, Unavailable
from core.figures import Freshness
from core.found import FoundTable
from core.ports import Services, Whoami
from core.settings import Bucket, Secret
from core.upkeep import Environment, Reconciled, ReconcileRow
from tests.faces.memory import Memory, services
from tests.fakes import FakeVideoHost

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = "https://lectern.school.test"
ALL_SCOPES = ("video:read", "video:write", "data:read", "data:write", "system:read", "system:write")


class KnownToken(FakeVideoHost):
    """A Mux that says who we are."""

    def __init__(self, me: Whoami) -> None:
        super().__init__()
        self.me = me

    def whoami(self) -> Whoami:
        return self.me


def healthy(memory: Memory | None = None) -> Services:
    built = services(
        memory,
        mux_token_id="token",
        mux_token_secret=Secret("hunter2"),
        mux_webhook_secret=(Secret("hunter3"),),
        mux_signing_key="key1",
        mux_private_key=Secret("hunter4"),
        s3_buckets=(Bucket(name="videos"),),
    )
    built.store.now = built.clock()
    built.store.put("videos", "a.mp4", b"x")
    built.store.origins.append(ORIGIN)
    return answering(built)


def answering(built: Services, *scopes: str, late_s: float = 0) -> Services:
    me = Whoami(
        environment="School",
        environment_type="production",
        permissions=scopes or ALL_SCOPES,
        environment_id="ours",
        answered_at=built.clock() + timedelta(seconds=late_s),
    )
    built.mux_now.__class__ = type(
        "Mux", (type(built.mux_now),), {"whoami": lambda self: me, "__slots__": ()}
    )
    return built


def examine(built: Services, *, origin: str | None = ORIGIN) -> dict[str, Check]:
    return {check.name: check for check in doctor(services=built, prepare=lambda _: None, origin=origin)}


def states(checks: dict[str, Check], state: CheckState) -> set[str]:
    return {name for name, check in checks.items() if check.state is state}


def test_when_everything_works_everything_is_ok() -> None:
    checks = examine(healthy())
    assert states(checks, CheckState.OK) == {
        *("settings", "database", "mux_admin", "school's tables", "mux", "token scopes", "clock"),
        *("s3 videos", "clock s3", "cors videos", "uploads", "webhook secret", "signing key", "pull"),
    }
    assert not has_failed(checks.values())


def test_a_comparison_with_mux_that_stopped_is_shown_with_what_to_do() -> None:
    row = ReconcileRow(
        by="ada",
        started_at=AT,
        finished_at=AT,
        found=Reconciled(),
        error="Too many are missing.",
        hint="Check the token.",
    )
    check = examine(healthy(Memory(last_reconcile=row)))["records"]
    assert (check.state, check.hint) == (CheckState.FAILED, "Check the token.")
    assert "2026-03-01 12:00 UTC): Too many are missing." in check.sentence


def test_a_comparison_with_mux_says_when_it_was() -> None:
    row = ReconcileRow(
        by="ada", started_at=AT, finished_at=AT, found=Reconciled(assets=1200), error=None, hint=""
    )
    check = examine(healthy(Memory(last_reconcile=row)))["records"]
    assert check.sentence == "Compared with Mux (2026-03-01 12:00 UTC): 1,200 assets there."


def test_figures_say_how_far_they_go() -> None:
    fresh = Freshness(read_at=AT, tried_at=AT, final_to=AT.date())
    check = examine(healthy(Memory(fresh=fresh)))["figures"]
    assert check.sentence == "What was watched is known as of 2026-03-01 12:00 UTC, final up to 2026-03-01."


def test_usage_says_how_far_it_goes_as_figures_do() -> None:
    fresh = Freshness(read_at=AT, tried_at=AT, error="2026-02-27: Mux says …", hint="Wait.", is_partly=False)
    check = examine(healthy(Memory(fresh=fresh)))["usage"]
    assert (check.state, check.hint) == (CheckState.WARN, "Wait.")
    assert check.sentence.startswith(
        "What Mux delivered could not be fetched (2026-03-01 12:00 UTC): 2026-02-27"
    )


def test_figures_that_could_not_be_fetched_are_told_with_what_is_there() -> None:
    fresh = Freshness(read_at=AT, tried_at=AT, error="Not allowed.", hint="Give the token Data.")
    check = examine(healthy(Memory(fresh=fresh)))["figures"]
    assert (check.state, check.hint) == (CheckState.WARN, "Give the token Data.")
    assert "Not allowed. The figures are those of 2026-03-01 12:00 UTC." in check.sentence


def test_figures_that_came_are_not_told_as_missing_where_something_beside_them_failed() -> None:
    fresh = Freshness(read_at=AT, tried_at=AT, error="The table refuses.", hint="Grant it.", is_partly=True)
    check = examine(healthy(Memory(fresh=fresh)))["figures"]
    assert check.sentence.startswith("Something beside the figures failed (2026-03-01 12:00 UTC): The table")
    assert check.sentence.endswith("The figures are those of 2026-03-01 12:00 UTC.")


def test_a_token_of_another_environment_than_our_assets_is_named() -> None:
    built = answering(healthy(Memory(environment=Environment(id="other", name="Old school"))))
    check = examine(built)["mux"]
    assert check.state is CheckState.FAILED
    assert "School" in check.sentence
    assert "Old school" in check.sentence


def test_no_secret_is_told() -> None:
    assert "hunter" not in repr(examine(healthy()))


def test_every_finding_that_is_not_ok_says_what_to_do() -> None:
    bare = services(Memory(waiting_rows=3), mux_token_id="", mux_token_secret=Secret(""))
    checks = examine(bare, origin=None)
    assert {check.name for check in checks.values() if check.state is CheckState.FAILED} == {
        *("mux", "s3", "webhook secret"),
    }
    silent = [
        c.name for c in checks.values() if c.state in (CheckState.FAILED, CheckState.WARN) and not c.hint
    ]
    assert silent == []


def test_a_database_that_is_down_does_not_silence_the_rest() -> None:
    checks = examine(healthy(Memory(down=Unavailable("The database does not answer."))))
    assert checks["database"].state is CheckState.FAILED
    assert states(checks, CheckState.FAILED) == {"database"}
    assert checks["mux"].state is CheckState.OK


def test_a_role_that_may_not_create_our_tables_is_told_which_right_is_missing() -> None:
    def prepare(_: Services) -> None:
        raise ConfigError("The database user may not do this.", hint="Grant CREATE on the database.")

    checks = {c.name: c for c in doctor(services=healthy(), prepare=prepare)}
    assert checks["database"].hint == "Grant CREATE on the database."
    assert has_failed(checks.values())


def test_rows_that_wait_though_their_columns_are_there_want_a_worker() -> None:
    check = examine(healthy(Memory(waiting_rows=17)))["school's tables"]
    assert check.sentence == "Up to date, but 17 rows wait for their Mux columns."
    assert (check.state, "worker" in check.hint) == (CheckState.WARN, True)


def test_columns_that_are_missing_are_counted_and_stop_nothing() -> None:
    built = healthy(Memory(waiting_rows=17))
    built.schema.tables["videos"] = FoundTable(name="videos", columns={})
    check = examine(built)["school's tables"]
    assert check.state is CheckState.WARN
    # 18 columns and 3 indexes of videos
    assert check.sentence.startswith("21 changes are pending; 17 rows wait")
    assert "schema apply --yes" in check.hint


def test_a_schema_without_the_schools_tables_is_said_without_a_count_of_nothing() -> None:
    built = healthy()
    built.schema.tables.clear()
    check = examine(built)["school's tables"]
    assert check.state is CheckState.WARN
    assert "pending" not in check.sentence
    assert "check HOST_SCHEMA" in check.hint


def test_a_table_that_we_may_not_change_names_the_grant() -> None:
    built = healthy()
    mine = FoundTable(name="videos", columns={}, owner="school", may_change=False)
    built.schema.tables["videos"] = mine
    assert 'GRANT "school" TO "lectern"' in examine(built)["school's tables"].hint


def test_a_wrong_token_is_a_failure_with_muxs_words() -> None:
    built = services(mux_token_id="token", mux_token_secret=Secret("wrong"))
    built.mux_now.errors.append(Refused("Mux refuses the token.", status=401))
    assert examine(built)["mux"].sentence == "Mux refuses the token."


def test_a_token_that_may_not_write_cannot_migrate() -> None:
    check = examine(answering(healthy(), "video:read"))["token scopes"]
    assert check.state is CheckState.FAILED
    assert check.sentence == (
        "The token lacks video:write (no copy can be made or deleted), data:read (analytics stay empty), "
        "system:read (the signing key cannot be compared with Mux's)."
    )


def test_a_token_for_videos_alone_is_enough_to_migrate() -> None:
    check = examine(answering(healthy(), "video:read", "video:write"))["token scopes"]
    assert check.state is CheckState.WARN
    assert "data:read (analytics stay empty)" in check.sentence
    assert "video:" not in check.sentence


CLOCKS = [
    (0, CheckState.OK),
    (30, CheckState.OK),
    (-31, CheckState.WARN),
    (299, CheckState.WARN),
    (300, CheckState.FAILED),
    (-4000, CheckState.FAILED),
]


@pytest.mark.parametrize(("late_s", "state"), CLOCKS)
def test_a_clock_that_is_off_is_noticed_by_muxs(late_s: float, state: CheckState) -> None:
    checks = examine(answering(healthy(), late_s=late_s))
    assert (checks["clock"].state, checks["clock s3"].state) == (state, CheckState.OK)


@pytest.mark.parametrize(("late_s", "state"), CLOCKS)
def test_a_clock_that_is_off_is_noticed_by_s3s(late_s: float, state: CheckState) -> None:
    built = healthy()
    built.store.now += timedelta(seconds=late_s)
    checks = examine(built)
    assert (checks["clock"].state, checks["clock s3"].state) == (CheckState.OK, state)


def test_an_answer_without_a_time_says_nothing_of_the_clock() -> None:
    built = healthy()
    built.store.now = None
    assert examine(built)["clock s3"].state is CheckState.SKIPPED


def test_a_signing_key_that_was_deleted_at_mux_is_a_failure() -> None:
    built = healthy()
    built.mux_now.signing_keys.clear()
    check = examine(built)["signing key"]
    assert check.state is CheckState.FAILED
    assert check.sentence == "Mux has no signing key key1: signed videos do not play."


def test_a_token_that_may_not_look_leaves_the_signing_key_uncompared() -> None:
    built = answering(healthy(), "video:read", "video:write", "data:read")
    built.mux_now.signing_keys.clear()
    check = examine(built)["signing key"]
    assert (check.state, "was not asked" in check.sentence) == (CheckState.OK, True)


def test_a_bucket_that_does_not_exist_is_named_beside_one_that_does() -> None:
    built = healthy()
    two = replace(built.settings, s3_buckets=(Bucket(name="videos"), Bucket(name="vidoes", prefix="a/")))
    checks = examine(replace(built, settings=two))
    assert checks["s3 videos"].state is CheckState.OK
    assert checks["s3 vidoes"].state is CheckState.FAILED
    assert "S3_BUCKETS" in checks["s3 vidoes"].hint


def test_two_parts_of_one_bucket_are_looked_at_once() -> None:
    built = healthy()
    parts = (Bucket(name="videos", prefix="a/"), Bucket(name="videos", prefix="b/"))
    found = doctor(services=replace(built, settings=replace(built.settings, s3_buckets=parts)), prepare=print)
    assert [check.name for check in found].count("s3 videos") == 1


def test_a_bucket_that_may_not_be_listed_says_which_permission_is_missing() -> None:
    built = healthy()
    built.store.errors.append(Refused("S3 does not allow listing.", status=403))
    assert "s3:ListBucket" in examine(built)["s3 videos"].hint


def test_an_empty_bucket_is_worth_a_look() -> None:
    built = healthy()
    built.store.remove("videos", "a.mp4")
    assert examine(built)["s3 videos"].state is CheckState.WARN


@pytest.mark.parametrize(
    ("origins", "origin", "state"),
    [
        ([ORIGIN], ORIGIN, CheckState.OK),
        (["*"], ORIGIN, CheckState.OK),
        (["https://*.school.test"], ORIGIN, CheckState.OK),
        ([], ORIGIN, CheckState.WARN),
        (["https://other.test"], ORIGIN, CheckState.WARN),
        (["https://*.other.test"], ORIGIN, CheckState.WARN),
        ([], None, CheckState.SKIPPED),
    ],
)
def test_cors_is_checked_for_the_dashboards_own_address(
    origins: list[str], origin: str | None, state: CheckState
) -> None:
    built = healthy()
    built.store.origins[:] = origins
    assert examine(built, origin=origin)["cors videos"].state is state


def test_an_origin_that_may_only_put_may_not_play() -> None:
    built = healthy()
    built.store.methods = ["PUT", "GET"]
    check = examine(built)["cors videos"]
    assert check.state is CheckState.WARN
    assert check.sentence == f"Browsers at {ORIGIN} may not HEAD from the bucket."


@pytest.mark.parametrize(("methods", "exposed"), [(["GET", "HEAD"], ["ETag"]), (["GET", "HEAD", "PUT"], [])])
def test_a_bucket_to_which_browsers_cannot_upload_is_said(methods: list[str], exposed: list[str]) -> None:
    built = healthy()
    built.store.methods, built.store.exposed = methods, exposed
    check = examine(built)["uploads"]
    assert check.state is CheckState.WARN
    assert "ETag" in check.hint


def test_the_dashboards_address_is_known_from_its_sign_in() -> None:
    built = healthy()
    known = replace(built.settings, oidc_redirect_uri=f"{ORIGIN}/oauth2callback")
    assert examine(replace(built, settings=known), origin=None)["cors videos"].state is CheckState.OK


def test_without_a_signing_key_signed_playback_is_said_to_be_refused() -> None:
    check = examine(replace(healthy(), signer=None))["signing key"]
    assert (check.state, "signed playback is refused" in check.sentence) == (CheckState.WARN, True)


def test_an_s3_of_this_machine_cannot_be_pulled_from() -> None:
    built = healthy()
    local = replace(built.settings, s3_endpoint_url="http://127.0.0.1:8511")
    assert examine(replace(built, settings=local))["pull"].state is CheckState.WARN


def test_wrong_settings_are_all_that_can_be_said() -> None:
    [check] = settings_failed(ConfigError("Settings: AUTH is not of the right form."))
    assert (check.name, check.state) == ("settings", CheckState.FAILED)
