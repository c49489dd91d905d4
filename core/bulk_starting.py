"""Starting a bulk job: what an order comes to, then its lessons frozen and the batch set going."""

from collections.abc import Mapping
from uuid import uuid4

from core import browsing
from core.access import Action, Person, allows, check_could
from core.admitting import admit_to_course
from core.asset import Policy, Quality
from core.batch import BatchKind
from core.bulk import AT_MUX, LESSONS_PER_S, VALUES, Lessons, Order, Picked, Totals
from core.caption_storing import place_of
from core.errors import InvalidInput, NotAllowed
from core.estimate import CardsOfDay, Estimate, sum_of
from core.language import checked_language
from core.library import LibraryFilter, checked
from core.migration import Mode, Options, PolicyRule, policy_for
from core.naming import LONGEST, batch_name, subject
from core.planning import check_credentials, check_reviewed, said
from core.ports import Services, Tx
from core.records import Batch, Job

NAMES: Mapping[BatchKind, str] = {
    BatchKind.PUBLISH: "Publish lessons",
    BatchKind.UNPUBLISH: "Take lessons back to draft",
    BatchKind.COURSE: "Move lessons to",
    BatchKind.POLICY: "Change who may play:",
    BatchKind.CAPTIONS: "Write captions in",
    BatchKind.DELETE: "Delete copies at Mux",
    BatchKind.NORMALISE: "Even out the sound",
}


def plan(
    kind: BatchKind,
    *,
    filter: LibraryFilter,
    picked: Picked,
    by: Person,
    services: Services,
    wanted: str = "",
) -> Totals:
    """What it comes to, before anything is done. Raises as `start` does, but for an empty choice."""
    lessons = _lessons(filter, picked, by)
    with services.uow("bulk.plan.read") as tx:
        return tx.bulk.totals(kind, _order(tx, kind, wanted, by, services), lessons)


def start(
    kind: BatchKind,
    *,
    filter: LibraryFilter,
    picked: Picked,
    by: Person,
    services: Services,
    wanted: str = "",
    name: str = "",
    reviewed: int | None = None,
    once: str = "",
) -> Batch:
    """Freeze the lessons and set the batch going; the caller may go away at once.

    `wanted` is what the kind alone does not say, such as the id of a course. `reviewed` is how many lessons
    the person was told would change; under the same `once`, one batch is started. Raises `NotAllowed`,
    `InvalidInput` where nothing would change, `StaleState` where it would not be what was reviewed.
    """
    lessons = _lessons(filter, picked, by)
    with services.uow("bulk.start") as tx:
        if begun := tx.batches.begun(once):
            return begun
        order = _order(tx, kind, wanted, by, services)
        _check(tx.bulk.totals(kind, order, lessons), reviewed=reviewed)
        batch = tx.bulk.freeze(
            kind,
            order,
            lessons,
            name=batch_name(name, otherwise=_name(kind, order)),
            options=_options(kind, services),
            by=by,
            once=once,
        )
        after = {"name": batch.name, "kind": kind, "items": batch.total, "changes": batch.movable}
        tx.audit(by, "start batch", subject(batch.id), after={**after, "wanted": order.wanted})
        tx.enqueue(Job.FEED, batch_id=batch.id)
        tx.commit()
    return batch


def takes_s(kind: BatchKind, totals: Totals, services: Services) -> float:
    """About how long it takes: each deletion waits for Mux's limit, what is written to rows for nothing."""
    per_s = services.pace.rate_per_s(AT_MUX[kind]) if kind in AT_MUX else LESSONS_PER_S
    return totals.change / min(LESSONS_PER_S, per_s)


def price(totals: Totals, cards: CardsOfDay) -> Estimate | None:
    """What the new copies are likely to cost; None where none is made. Raises `UnknownPrice`."""
    known = {Quality(one): seconds for one, seconds in totals.made_s.items() if one in set(Quality)}
    return sum_of(known, size_bytes=totals.size_bytes, cards=cards) if known else None


def _options(kind: BatchKind, services: Services) -> Options:
    """How the copies are made, of kinds that make any."""
    if not kind.makes_copies:
        return Options()
    check_credentials(services.settings)
    mode = Mode.PULL if services.settings.pull_works else Mode.PUSH
    return Options(mode=mode, normalize_audio=kind is BatchKind.NORMALISE)


def _name(kind: BatchKind, order: Order) -> str:
    return f"{NAMES[kind]} {order.title}".strip()[:LONGEST]


def _lessons(filter: LibraryFilter, picked: Picked, by: Person) -> Lessons:
    check_could(by, Action.EDIT_LESSON)
    return Lessons(filter=checked(filter), picked=picked, reader=browsing.reader_of(by))


def _policy(wanted: str, services: Services) -> Policy:
    if wanted not in set(Policy):
        raise InvalidInput("There is no such playback.", hint=f"Known: {', '.join(Policy)}.")
    return policy_for(PolicyRule(wanted), is_public=False, can_sign=services.settings.can_sign)


def _language(wanted: str, services: Services) -> str:
    """In words. Raises `ConfigError` where there is no place for the files."""
    place_of(uuid4(), services.settings)
    return checked_language(wanted)


def _order(tx: Tx, kind: BatchKind, wanted: str, by: Person, services: Services) -> Order:
    """For those who may edit any lesson, else for the lessons that the person made."""
    owner_id = None if allows(by, Action.EDIT_LESSON) else by.host_user_id
    if owner_id is None and not allows(by, Action.EDIT_LESSON):
        raise NotAllowed("The school does not know you, so no lesson is yours.", hint="Ask an admin.")
    title = admit_to_course(by, wanted, tx=tx).title if kind is BatchKind.COURSE else ""
    if kind is BatchKind.POLICY:
        title = _policy(wanted, services).value
    if kind is BatchKind.CAPTIONS:
        title = _language(wanted, services)
    return Order(
        wanted=VALUES.get(kind, wanted),
        title=title,
        subject=by.subject,
        email=by.email,
        owner_id=owner_id,
    )


def _check(totals: Totals, *, reviewed: int | None) -> None:
    if not totals.chosen:
        raise InvalidInput("Nothing matches this choice.", hint="Tick other lessons.")
    if not totals.change:
        raise InvalidInput(
            f"No lesson of this choice would change (any more): {said(totals.skipped)}.",
            hint="Tick other lessons.",
        )
    check_reviewed(totals.change, reviewed)
