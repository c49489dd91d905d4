"""Sending the weekly digest: each person's letter once, noted before it leaves.

A letter whose end was never heard of may have arrived, and is not sent again; docs/decisions/digest.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core import syncing
from core.access import Action, Person, allows, check
from core.digest import DigestState, is_time, last_week, name_of, week_named
from core.digest_composing import Composer
from core.errors import AppError, InvalidInput, Refused, Unavailable
from core.letter import Letter, Post
from core.people import HostUser, person_of
from core.period import Days, day_of
from core.ports import Services, Tx

SCHOOL = HostUser(id="", email="", role="admin")
"""Whose file it is where the school's tables name nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How many letters of a week left."""

    week: Days
    letters: int = 0


def send(*, by: Person, services: Services) -> Sent:
    """Send what is due of the last week: nothing where the digest is off, before its time, and until the
    whole week was fetched. What goes wrong with a letter is kept, and told on Health.

    Raises `NotAllowed`.
    """
    check(by, Action.SEND_DIGEST)
    week = last_week(services.clock(), services.settings.school_timezone)
    if services.post is None or not is_due(week, services=services):
        return Sent(week=week)
    with services.uow("digest.people.read") as tx:
        users, settled = recipients(services.post, tx=tx), tx.digests.settled(week.first)
    letters = _all([user for user in users if user.id not in settled], week, services.post, services)
    if letters:
        with services.uow("digest.audit") as tx:
            tx.audit(by, "send weekly digest", f"week {name_of(week)}", after={"letters": letters})
            tx.commit()
    return Sent(week=week, letters=letters)


def write(week: Days, post: Post, *, by: Person, services: Services) -> Sent:
    """Make the letters of any week, for everybody, and note nothing: `post` is a folder.

    Raises `NotAllowed`, and what the folder raises.
    """
    check(by, Action.SEND_DIGEST)
    with services.uow("digest.people.read") as tx:
        users = recipients(post, tx=tx)
    composer, letters = Composer(week, services), 0
    for user in users:
        if letter := composer.letter(user):
            post.send(letter)
            letters += 1
    return Sent(week=week, letters=letters)


def recipients(post: Post, action: Action = Action.GET_DIGEST, *, tx: Tx) -> Sequence[HostUser]:
    """Whom the school's `users` name with roles that may do this, owners of lessons and courses among the
    teachers, and who can be reached."""
    staff = tx.people.staff()
    named = [SCHOOL] if staff is None else staff
    known = {user.id: user for user in (*named, *tx.people.owners())}
    entitled = (known[one] for one in sorted(known) if allows(person_of(known[one]), action))
    return [user for user in entitled if post.reaches(user.email)]


def week_wanted(name: str | None, *, services: Services) -> Days:
    """The week of an ISO name, or the last whole one. Raises `InvalidInput` for one that is not over."""
    last = last_week(services.clock(), services.settings.school_timezone)
    week = week_named(name) if name else last
    if week is None:
        raise InvalidInput(f'"{name}" is no week.', hint="Write it as 2026-W47.")
    if week.first > last.first:
        raise InvalidInput(f"Week {name} is not over yet.", hint=f"The last whole one is {name_of(last)}.")
    return week


def is_due(week: Days, *, services: Services) -> bool:
    """Whether it is time, and the last day of the week was over when the figures were fetched."""
    zone = services.settings.school_timezone
    read_at = syncing.freshness(services=services).read_at
    return is_time(services.clock(), zone) and read_at is not None and day_of(read_at, zone) > week.last


def _all(users: Sequence[HostUser], week: Days, post: Post, services: Services) -> int:
    """How many left; ends early where no other letter would be taken either."""
    composer, letters = Composer(week, services), 0
    for user in users:
        letter = composer.letter(user)
        if not _begin(user, week, services):
            continue
        trouble = _hand_over(letter, post) if letter else None
        state = _state(trouble) if letter else DigestState.EMPTY
        _settle(user, week, state, trouble, services)
        letters += state is DigestState.SENT
        if trouble and _is_the_servers(trouble):
            break
    return letters


def _is_the_servers(trouble: AppError) -> bool:
    """Rather than of this one letter. A server that takes letters and never answers would lose them all."""
    return not isinstance(trouble, Refused) or trouble.account_wide


def _begin(user: HostUser, week: Days, services: Services) -> bool:
    with services.uow("digest.begin") as tx:
        is_ours = tx.digests.begin(week.first, user.id, at=services.clock())
        tx.commit()
    return is_ours


def _hand_over(letter: Letter, post: Post) -> AppError | None:
    try:
        post.send(letter)
    except (Refused, Unavailable) as error:
        return error
    return None


def _state(trouble: AppError | None) -> DigestState:
    if trouble is None:
        return DigestState.SENT
    if not isinstance(trouble, Refused):
        return DigestState.SENDING
    is_passing = trouble.account_wide or (trouble.status is not None and trouble.status < 500)
    return DigestState.PUT_OFF if is_passing else DigestState.REFUSED


def _settle(
    user: HostUser, week: Days, state: DigestState, trouble: AppError | None, services: Services
) -> None:
    with services.uow("digest.settle") as tx:
        error = trouble.sentence if trouble else None
        tx.digests.settle(week.first, user.id, state, at=services.clock(), error=error)
        tx.commit()
