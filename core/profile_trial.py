"""What a profile would mean for each role: what it reads and may write before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.profile_found import Command


class Basis(StrEnum):
    """Where a role's figures come from."""

    TRIED = "tried"
    """Asked as the role, in a transaction that was taken back."""

    COMPUTED = "computed"
    """From its grants and the rule: it could not be tried."""

    BYPASSES = "bypasses"
    """Policies do not hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLook:
    """One role, with nobody signed in. Figures are rows among those looked at; None: it has no right to."""

    role: str
    basis: Basis
    reads_before: int | None
    reads_after: int | None
    changes_before: int | None
    changes_after: int | None
    """Rows that it may UPDATE, or DELETE."""
    writes: tuple[Command, ...] = ()
    """What its grants let it write."""
    reads_all: bool = False
    """Whether a policy of the school's own lets it read every row."""
    error: str = ""
    """Why it could not read at all any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """All roles with rights on `lessons`. `looked_at` rows were counted; `all_rows`: there are no more."""

    roles: tuple[RoleLook, ...] = ()
    looked_at: int = 0
    all_rows: bool = True
    enabling: bool = True
    """Whether row-level security would be switched on by it."""


def losses(trial: Trial) -> tuple[str, ...]:
    """Who would lose what, each as a sentence with the way out; empty when nobody does."""
    return tuple(_losses(trial))


def _losses(trial: Trial) -> Iterable[str]:
    for look in trial.roles:
        if look.basis is Basis.BYPASSES:
            continue
        if look.error:
            yield f"{look.role} could not read lessons any more: {look.error}. Grant it that right first."
        elif look.writes and (lost := _lost(look, enabling=trial.enabling)):
            yield f"{look.role} would lose writes: {lost} {_way_out(look.role)}"


def _lost(look: RoleLook, *, enabling: bool) -> str:
    if fewer(look.changes_before, look.changes_after) or fewer(look.reads_before, look.reads_after):
        before = look.reads_before if look.changes_before is None else look.changes_before
        after = look.reads_after if look.changes_after is None else look.changes_after
        return (
            f"of {before} lessons it could change {after or 0}, for a role changes only rows that it reads."
        )
    # Before the first draft nothing is lost yet; then it could neither be written nor taken back.
    if enabling and look.reads_before is not None and not look.reads_all:
        return "it could not write a lesson that is not published, for a role writes only rows that it reads."
    return ""


def fewer(before: int | None, after: int | None) -> bool:
    """Whether something that was there is not there any more."""
    return before is not None and (after or 0) < before


def _way_out(role: str) -> str:
    return (
        "Take its writes away, give it BYPASSRLS, or let it read what it writes by a policy of the school's "
        f'own: CREATE POLICY … FOR SELECT TO "{role}" USING (true).'
    )
