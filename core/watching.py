"""Watching: a player reports how far somebody is, or what went wrong; each report counts once."""

import math
import secrets
from datetime import datetime
from uuid import UUID

from core.access import Action, Person
from core.admitting import admit, admitted
from core.errors import InvalidInput
from core.ports import Services, Tx
from core.redaction import scrubbed
from core.storable import storable
from core.watch import PlaybackTrouble, Viewing, begun_at, told

LONGEST_S = 7 * 86_400.0
MOST_CODE, MOST_MESSAGE = 100, 500


def report(
    lesson_id: str,
    *,
    session: UUID,
    position_s: float,
    watched_s: float,
    completed: bool,
    by: Person,
    services: Services,
) -> None:
    """Take in how far a viewing is. `watched_s` counts from its beginning, so that a report that comes twice
    or late adds nothing; no more is counted than can have been watched since the last one.

    Raises `NotFound`, `NotAllowed`, and `InvalidInput` for numbers that no player sends and for a session of
    somebody else's.
    """
    _check_numbers(position_s, watched_s)
    who, now = _name(by), services.clock()
    with services.uow("watch.report") as tx:
        lesson_id = admit(by, Action.PLAY, lesson_id, tx=tx).lesson_id
        known = _viewing(session, lesson_id, who, now, tx)
        then = told(known, position_s=position_s, watched_s=watched_s, completed=completed, now=now)
        if then is not known:
            tx.watches.keep(then)
            _add_to_school(known, then, by, tx)
            tx.commit()


def _viewing(session: UUID, lesson_id: str, who: str, now: datetime, tx: Tx) -> Viewing:
    """As it is known, or as it begins; nobody else reports on it until the transaction ends."""
    last_at = tx.watches.hold(who, lesson_id)
    known = tx.watches.viewing(session)
    if known is None:
        began = begun_at(now, last_at)
        return Viewing(session=session, lesson_id=lesson_id, person=who, started_at=began, reported_at=now)
    if (known.lesson_id, known.person) != (lesson_id, who):
        raise InvalidInput("This session is another viewing's.", hint="Make a new session id.")
    return known


def _add_to_school(known: Viewing, then: Viewing, by: Person, tx: Tx) -> None:
    """What this report adds, in the school's own row; whom the school does not know has none there."""
    if by.host_user_id:
        tx.watches.add(
            then.lesson_id,
            by.host_user_id,
            more_s=then.counted_s - known.counted_s,
            position_s=then.position_s,
            completed=then.completed,
        )


def _check_numbers(*values: float) -> None:
    if not all(math.isfinite(value) and 0 <= value <= LONGEST_S for value in values):
        raise InvalidInput("A position and a time watched are seconds from 0 up.")


def report_trouble(
    lesson_id: str, *, provider: str, code: str, message: str, by: Person | None, services: Services
) -> str:
    """Keep what a player could not do; returns the id to quote. Raises `NotFound`, `NotAllowed`.

    Addresses in its words lose what opens them.
    """
    with services.uow("watch.trouble") as tx:
        found = tx.people.ties(lesson_id, by.host_user_id if by else None)
        lesson = admitted(by, Action.PLAY, lesson_id, found)
        trouble = PlaybackTrouble(
            id=secrets.token_hex(4),
            lesson_id=lesson.lesson_id,
            provider=storable(provider)[:MOST_CODE],
            code=storable(code)[:MOST_CODE],
            message=scrubbed(storable(message))[:MOST_MESSAGE],
            person=_name(by) if by else "",
            at=services.clock(),
        )
        tx.watches.keep_trouble(trouble)
        tx.commit()
    return trouble.id


def _name(by: Person) -> str:
    """Whose viewings they are: the school's own id where it has one."""
    return by.host_user_id or f"subject:{by.subject}"
