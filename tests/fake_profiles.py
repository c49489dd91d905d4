"""The optional profiles in memory: the facts, and what a trial finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.profile import Change
from core.profile_found import ProfileFacts
from core.profile_trial import Trial


@dataclass(slots=True)
class FakeProfiles:
    """`HostProfiles`; `check` raises while the database is away."""

    check: Callable[[], None] = lambda: None
    state: ProfileFacts = ProfileFacts(schema="public", role="lectern")
    trial: Trial = field(default_factory=Trial)
    tried: list[tuple[str, ...]] = field(default_factory=list)

    def facts(self) -> ProfileFacts:
        self.check()
        return self.state

    def sql(self, change: Change) -> str:
        return f"{change.kind.upper()} {change.name}"

    def try_out(self, changes: Sequence[Change]) -> Trial:
        self.check()
        self.tried.append(tuple(change.name for change in changes))
        return self.trial
