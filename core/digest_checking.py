"""Checking the weekly digest: whether letters can leave, and what became of those of the last week."""

from collections.abc import Iterable
from functools import partial

from core.diagnosis import Check, ok, skipped, tried, warn
from core.digest import DigestState, DigestWeek, last_week, name_of
from core.digest_sending import recipients
from core.letter import Post
from core.ports import Services

NOBODY = "The digest reaches nobody: the school's users name no admin, teacher or owner with an address."
NOBODY_HINT = "It goes to the `email` of `users` whose `role` is admin or teacher, or who own lessons."
LATER = "What may be taken later is tried again every hour."
LOST_HINT = (
    "They may have arrived, so they are not sent again; `cli.py analytics digest` writes them as files."
)


def check_digest(services: Services) -> list[Check]:
    """Every finding about the digest; none where it is off."""
    post = services.post
    if post is None:
        return []
    return [
        *tried("digest", lambda: [ok("digest", post.check())]),
        *tried("digest letters", partial(_letters, post, services)),
    ]


def _letters(post: Post, services: Services) -> Iterable[Check]:
    with services.uow("doctor.read") as tx:
        has_readers, newest = bool(recipients(post, tx=tx)), tx.digests.newest()
    week = last_week(services.clock(), services.settings.school_timezone)
    if not has_readers:
        yield warn("digest letters", NOBODY, NOBODY_HINT)
    elif newest is None or newest.week != week:
        waits = "the worker sends it once the figures of the whole week are there"
        yield skipped("digest letters", f"Week {name_of(week)} has not left yet; {waits}.")
    else:
        yield _told(newest)


def _told(newest: DigestWeek) -> Check:
    name, counts = "digest letters", {state: newest.counts.get(state, 0) for state in DigestState}
    said = f"Week {name_of(newest.week)}: {counts[DigestState.SENT]:,} sent"
    if waiting := counts[DigestState.PUT_OFF] + counts[DigestState.REFUSED]:
        return warn(name, f"{said}, {waiting:,} not taken. {newest.error}", LATER)
    if lost := counts[DigestState.SENDING]:
        return warn(name, f"{said}, of {lost:,} nobody knows whether they arrived.", LOST_HINT)
    return ok(name, f"{said}, {counts[DigestState.EMPTY]:,} had nothing to tell.")
