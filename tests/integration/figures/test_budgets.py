"""Budgets over a real database: told once, by a real webhook and mail server, whatever is killed or away."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from core import budget_telling, budget_watching, budgeting
from core.access import Person, Role
from core.budget import Budget, Spending, Spent, Threshold
from core.budget_alert import Alert, Channel, Telling, TellingState
from core.errors import NotAllowed, StaleState, Unavailable
from core.forms import Secret
from core.hooks.http import HttpHook
from core.letter import Letter, Post
from core.ports import Services
from core.records import Job
from core.tripwire import wired
from core.usage import Month
from sandbox.stack import free_port
from tests.integration.engine.harness import Killed
from tests.integration.figures.test_digest import user
from tests.integration.serving import Reply, serving
from tests.integration.uploads.stage import ADMIN, TESS, Stage

NOVEMBER = Month(2026, 11)
NOW = datetime(2026, 11, 12, 14, tzinfo=UTC)
FINN = Person(subject="f1", email="finn@school.test", roles=frozenset({Role.FINANCE}))
PATH = "/hooks/very-secret-word"


@pytest.fixture
def mux_url() -> str:
    """Nothing is asked of Mux here."""
    return "http://127.0.0.1:9"


@dataclass(slots=True)
class Inbox(Post):
    """Takes letters; `errors` are raised by the next ones instead."""

    taken: list[Letter] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def reaches(self, address: str) -> bool:
        return "@" in address

    def send(self, letter: Letter) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(letter)

    def check(self) -> str:
        return "Letters are taken."


def at(stage: Stage, *, now: datetime = NOW, hook_url: str = "", post: Post | None = None) -> Services:
    """The services of that moment, with a way to tell."""
    hook = wired(HttpHook(Secret(hook_url), read_s=0.5), "hook", stage.trip) if hook_url else None
    return replace(stage.services, clock=lambda: now, hook=hook, post=wired(post, "post", stage.trip))


def costing(spent: str, forecast: str | None = None, **courses: str) -> budget_watching.Read:
    """Costs of November; those of other months are nothing."""

    def read(month: Month, **_: Any) -> Spending:
        if month != NOVEMBER:
            return Spending(month=month, school=Spent())
        likely = None if forecast is None else Decimal(forecast)
        return Spending(
            month=month,
            school=Spent(spent_usd=Decimal(spent), forecast_usd=likely),
            courses={
                name.removeprefix("course_"): Spent(spent_usd=Decimal(usd)) for name, usd in courses.items()
            },
        )

    return read


def budget(services: Services, usd: str = "100", course_id: str = "", course: str = "") -> Budget:
    return budgeting.put(course_id, course, Decimal(usd), reviewed=None, by=FINN, services=services)


def alerts(services: Services) -> list[Alert]:
    """All that were noted, the first one first."""
    with services.uow("test.read") as tx:
        return [*reversed(tx.budgets.alerts(limit=50))]


def test_a_threshold_is_told_once_a_month_and_of_several_the_last(stage: Stage) -> None:
    services = at(stage)
    budget(services)
    reads = [costing("49.99"), costing("50"), costing("50"), costing("101"), costing("200")]
    hours = [at(stage, now=NOW + timedelta(hours=n)) for n in range(len(reads))]
    told = [
        budget_watching.watch(by=ADMIN, services=hour, read=read)
        for hour, read in zip(hours, reads, strict=True)
    ]
    assert [[one.threshold for one in found] for found in told] == [
        [],
        [Threshold.HALF],
        [],
        [Threshold.ALL],  # 80 % is noted with it
        [],
    ]
    assert [(one.threshold, one.spent_usd) for one in alerts(services)] == [
        (Threshold.HALF, Decimal(50)),
        (Threshold.MOST, Decimal(101)),
        (Threshold.ALL, Decimal(101)),
    ]
    history = budgeting.history(by=FINN, services=services)
    assert [one.threshold for one in history] == [Threshold.ALL, Threshold.HALF]
    audits = stage.ask("SELECT actor, subject, after FROM mux_admin.audit WHERE action = 'tell of budget'")
    assert len(audits) == 2
    assert audits[1][1:] == ("budget for all videos", {"month": "2026-11", "reached": "100"})


def test_each_month_is_told_of_anew_and_the_last_one_in_its_first_days(stage: Stage) -> None:
    budget(at(stage))
    december = at(stage, now=datetime(2026, 12, 2, tzinfo=UTC))
    assert len(budget_watching.watch(by=ADMIN, services=december, read=costing("80"))) == 1  # of November
    later = at(stage, now=datetime(2026, 12, 4, tzinfo=UTC))
    assert budget_watching.watch(by=ADMIN, services=later, read=costing("100")) == []


def test_a_course_has_a_budget_of_its_own(stage: Stage) -> None:
    services = at(stage)
    budget(services, "1000")
    budget(services, "10", "7", "Algebra II")
    [alert] = budget_watching.watch(by=ADMIN, services=services, read=costing("60", course_7="8"))
    assert (alert.budget.course, alert.threshold, alert.spent_usd) == (
        "Algebra II",
        Threshold.MOST,
        Decimal(8),
    )


def test_two_who_watch_at_once_tell_once(stage: Stage) -> None:
    user(stage, "f1", "finance")
    budget(at(stage))
    services, both = at(stage, post=Inbox(), hook_url="http://127.0.0.1:9"), Barrier(2)

    def watch(_: int) -> int:
        def read(month: Month, **_: Any) -> Spending:
            found = costing("85")(month)
            both.wait(10)  # both have read what was told, and go on together
            return found

        return len(budget_watching.watch(by=ADMIN, services=services, read=read))

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(watch, range(2))) == [0, 1]
    assert [one.threshold for one in alerts(services)] == [Threshold.HALF, Threshold.MOST]
    assert stage.ask("SELECT count(*) FROM mux_admin.budget_tellings") == [(2,)]
    assert stage.ask("SELECT count(*) FROM jobs WHERE job = 'tell_budget'") == [(1,)]


def test_a_webhook_that_fails_is_asked_again_under_the_same_id_until_it_takes_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    replies = [Reply(500), Reply(drop=True), Reply(200, delay_s=1.0), Reply(404), Reply(302), Reply(204)]
    with serving(lambda _: replies.pop(0)) as server:
        services = at(stage, hook_url=server.url + PATH)
        budget(services)
        [alert] = budget_watching.watch(by=ADMIN, services=services, read=costing("80", "130"))
        errors = []
        for _ in range(5):
            try:
                budget_telling.tell(alert.id, services=services)
            except Unavailable as error:
                errors.append(error.sentence)
            [telling] = alerts(services)[-1].tellings
            assert telling.state is TellingState.WAITING
            errors.append(str(telling.error))
        budget_telling.tell(alert.id, services=services)
        budget_telling.tell(alert.id, services=services)  # told is told
    [telling] = alerts(services)[-1].tellings
    assert (telling.state, telling.tries, telling.error) == (TellingState.SENT, 6, None)
    assert [one.path for one in server.asked] == [PATH] * 6
    assert {one.headers["Idempotency-Key"] for one in server.asked} == {str(alert.id)}
    said = [json.loads(one.body) for one in server.asked]
    assert all(one == said[0] for one in said)
    assert said[0]["id"] == str(alert.id)
    assert (said[0]["threshold"], said[0]["spent_usd"], said[0]["forecast_usd"]) == (
        "forecast",
        "80.00",
        "130.00",
    )
    assert "answered 500" in errors[0]
    assert "no answer in time" in errors[4]
    assert "answered 404" in errors[6]
    assert "answered 302" in errors[7]
    assert "very-secret-word" not in " ".join(errors) + caplog.text


@pytest.mark.parametrize(
    ("point", "arrived"),
    [
        ("budget.again:before", 1),
        ("budget.note:before", 1),
        ("budget.note:after", 1),
        ("hook.tell:before", 1),
        ("hook.tell:after", 2),
        ("budget.settle:before", 2),
        ("budget.settle:after", 1),
    ],
)
def test_killed_at_any_point_it_is_told_at_least_once_under_one_id(
    stage: Stage, point: str, arrived: int
) -> None:
    """Whoever dies after the receiver took it tells it again: it is known by its id."""

    def die() -> None:
        raise Killed(point)

    with serving(lambda _: Reply(200)) as server:
        services = at(stage, hook_url=server.url + PATH)
        budget(services)
        stage.trip.once(point, die)
        for _ in range(2):
            try:
                budget_watching.watch(by=ADMIN, services=services, read=costing("80"))
                for alert in alerts(services):
                    budget_telling.tell(alert.id, services=services)
            except Killed:
                continue
    assert len(server.asked) == arrived
    assert len({one.headers["Idempotency-Key"] for one in server.asked}) == 1
    assert [one.state for one in alerts(services)[-1].tellings] == [TellingState.SENT]


def test_admins_and_finance_get_letters_and_nobody_else(stage: Stage) -> None:
    for name, role in (("a1", "Admin"), ("f1", "finance"), ("t1", "teacher"), ("s1", "student")):
        user(stage, name, role)
    inbox = Inbox(errors=[Unavailable("The connection broke off.")])
    services = at(stage, post=inbox)
    budget(services)
    [alert] = budget_watching.watch(by=ADMIN, services=services, read=costing("81.234", "140"))
    with pytest.raises(Unavailable):
        budget_telling.tell(alert.id, services=services)
    assert [one.to for one in inbox.taken] == ["f1@school.test"]  # one letter in trouble keeps none back
    budget_telling.tell(alert.id, services=services)
    assert [one.to for one in inbox.taken] == ["f1@school.test", "a1@school.test"]
    letter = inbox.taken[0]
    assert letter.subject == (
        "November 2026 is likely to cost $140.00 for all videos, more than the budget of $100.00: "
        "$81.23 so far"
    )
    assert "Budget: $100.00 a month, set by finn" in letter.text
    assert len({one.id for one in inbox.taken}) == 2


def test_after_three_days_it_is_given_up(stage: Stage) -> None:
    with serving(lambda _: Reply(404)) as server:
        services = at(stage, hook_url=server.url + PATH)
        budget(services)
        [alert] = budget_watching.watch(by=ADMIN, services=services, read=costing("80"))
        for hours in (71, 73, 74):
            later = at(stage, now=NOW + timedelta(hours=hours), hook_url=server.url + PATH)
            budget_telling.tell(alert.id, services=later)
    [telling] = alerts(services)[-1].tellings
    assert (telling.channel, telling.state, telling.tries) == (Channel.WEBHOOK, TellingState.GIVEN_UP, 2)
    assert len(server.asked) == 2


def test_what_still_waits_goes_to_the_queue_again(stage: Stage) -> None:
    services = at(stage, hook_url="http://127.0.0.1:9")
    budget(services)
    [alert] = budget_watching.watch(by=ADMIN, services=services, read=costing("80"))
    stage.ask("DELETE FROM jobs RETURNING id")  # given up by the queue
    for _ in range(2):
        budget_watching.watch(by=ADMIN, services=services, read=costing("80"))
    jobs = stage.ask("SELECT args FROM jobs WHERE job = %s", Job.TELL_BUDGET.value)
    assert jobs == [({"alert_id": str(alert.id)},)]


def test_another_amount_is_another_budget_and_the_old_one_stays_in_the_history(stage: Stage) -> None:
    services = at(stage)
    first = budget(services)
    budget_watching.watch(by=ADMIN, services=services, read=costing("80"))
    with pytest.raises(StaleState):
        budgeting.put("", "", Decimal(90), reviewed=None, by=FINN, services=services)
    second = budgeting.put("", "", Decimal(200), reviewed=first, by=FINN, services=services)
    assert budgeting.in_force(by=FINN, services=services) == [second]
    assert budgeting.standing_alerts(by=FINN, services=services) == []
    assert budget_watching.watch(by=ADMIN, services=services, read=costing("80")) == []  # 40 % of 200
    budgeting.end(second, by=FINN, services=services)
    with pytest.raises(StaleState):
        budgeting.end(second, by=FINN, services=services)
    assert budgeting.in_force(by=FINN, services=services) == []
    assert [one.budget.usd for one in alerts(services)] == [100, 100]
    audits = stage.ask("SELECT action, before, after FROM mux_admin.audit WHERE action LIKE '%% budget'")
    said = [one for one in audits if one[0] != "tell of budget"]
    assert said == [
        ("set budget", None, {"usd": "100"}),
        ("set budget", {"usd": "100"}, {"usd": "200"}),
        ("end budget", {"usd": "200"}, None),
    ]


def test_two_who_set_the_same_budget_at_once_do_not_both(stage: Stage) -> None:
    services = at(stage)

    def put(usd: int) -> str:
        try:
            budgeting.put("", "", Decimal(usd), reviewed=None, by=FINN, services=services)
        except StaleState:
            return "stale"
        return "set"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(put, [10, 20, 30, 40])) == ["set", "stale", "stale", "stale"]


def test_teachers_neither_see_nor_set_budgets(stage: Stage) -> None:
    services = at(stage)
    mine = budget(services)
    for forbidden in (
        lambda: budgeting.in_force(by=TESS, services=services),
        lambda: budgeting.history(by=TESS, services=services),
        lambda: budgeting.reach(by=TESS, services=services),
        lambda: budgeting.courses(by=TESS, services=services),
        lambda: budgeting.put("", "", Decimal(1), reviewed=mine, by=TESS, services=services),
        lambda: budgeting.end(mine, by=TESS, services=services),
        lambda: budget_watching.watch(by=TESS, services=services, read=costing("1")),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_host_that_does_not_listen_is_said_without_its_address() -> None:
    hook = HttpHook(Secret(f"http://127.0.0.1:{free_port()}{PATH}"))
    with pytest.raises(Unavailable, match="it cannot be reached") as caught:
        hook.tell({}, key="1")
    assert "secret" not in caught.value.sentence + repr(caught.value.__cause__)


def test_a_telling_is_kept_as_it_was_settled(stage: Stage) -> None:
    services = at(stage, hook_url="http://127.0.0.1:9")
    budget(services)
    [alert] = budget_watching.watch(by=ADMIN, services=services, read=costing("80"))
    settled = Telling(channel=Channel.WEBHOOK, state=TellingState.SENT, at=NOW, tries=3)
    with services.uow("budget.settle") as tx:
        tx.budgets.settle(alert.id, settled)
        tx.commit()
    assert [*alerts(services)[-1].tellings] == [settled]
