"""Applying: the host's schema brought to what Lectern needs, when ops says so, while the site goes on."""

from collections.abc import Sequence
from functools import partial

from core import changing, schema
from core.access import Action, Person, check
from core.changing import Wish
from core.errors import InvalidInput, Refused
from core.found import Found
from core.host_schema import SchemaSession
from core.inspecting import SchemaServices
from core.records import Job
from core.schema_obstacle import obstacles
from core.schema_run import Applied, Purpose, Run, outcome
from core.statement import Statement
from core.target import OFFERS, TARGET, Table


def request(*, by: Person, services: SchemaServices, offer: str = "") -> int:
    """Have the worker bring the host's schema to the target, or add what is offered; returns the run's id.

    The person may close the browser: `history` shows what becomes of it.

    Raises:
        NotAllowed: the person's roles do not cover it.
        InvalidInput: there is nothing to do, or no such offer.
        StaleState: another run is under way or waits; the sentence says whose.
        Refused: the database role lacks a grant (named).
    """
    check(by, Action.APPLY_SCHEMA)
    wish = _wish(services.schema.found(), offer)
    if not wish.statements:
        raise InvalidInput("There is nothing to apply.", hint="The schema is up to date.")
    return changing.ask(wish, Job.APPLY_SCHEMA, by=by, services=services)


def carry_out(*, run_id: int, services: SchemaServices) -> None:
    """The worker's part of `request`. Safe to run again after a kill at any point, and after its end."""
    try:
        with changing.taken_up(run_id, services) as turn:
            if turn:
                session, run = turn
                changing.execute(session, run_id, _plan(run.about), services)
    finally:
        changing.follow_up(services)  # columns may have come before it failed, or before a kill


def apply(*, by: Person, services: SchemaServices, offer: str = "") -> Applied:
    """Bring the host's schema to the target, or add what is offered, here and now.

    Safe to run again after a kill at any point: the plan is computed from what is found.

    Raises:
        NotAllowed: the person's roles do not cover it.
        InvalidInput: no such offer.
        StaleState: another run is under way; the sentence says whose.
        Refused: the database role lacks a grant (named), or the database would not have a statement.
        Unavailable: a table stayed in use all the time. What was done until then stays done.
    """
    check(by, Action.APPLY_SCHEMA)
    try:
        with services.schema.alone() as session:
            run = _apply(session, by, services, offer)
    finally:
        changing.follow_up(services)
    return outcome(run)


def _apply(session: SchemaSession, by: Person, services: SchemaServices, offer: str) -> Run | None:
    wish = _wish(session.found(), offer)
    if not wish.statements:
        return None
    run_id = changing.begin(session, wish, by=by, services=services)
    return changing.execute(session, run_id, _plan(offer), services)


def _wish(found: Found, offer: str) -> Wish:
    purpose = Purpose.OFFER if offer else Purpose.APPLY
    return Wish(schema=found.schema, statements=_plan(offer)(found), purpose=purpose, about=offer)


def _plan(offer: str) -> changing.Plan:
    return partial(_executable, targets=_targets(offer))


def _executable(found: Found, *, targets: Sequence[Table]) -> tuple[Statement, ...]:
    """What is to be done. Raises `Refused` where the database role lacks a grant for it."""
    statements = schema.plan(found, targets)
    if lacking := obstacles(found, statements):
        raise Refused(" ".join(lacking), hint="Then apply again.")
    return statements


def _targets(offer: str) -> Sequence[Table]:
    if not offer:
        return TARGET
    if offer not in OFFERS:
        raise InvalidInput(f"Nothing is offered by the name {offer}.", hint=f"There is {', '.join(OFFERS)}.")
    return (OFFERS[offer],)
