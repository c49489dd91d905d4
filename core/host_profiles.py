"""The optional profiles of the host's schema, as a protocol that `core/db/` fills."""

from collections.abc import Sequence
from typing import Protocol

from core.profile import Change
from core.profile_found import ProfileFacts
from core.profile_trial import Trial


class HostProfiles(Protocol):
    """What the profiles depend on, their SQL, and what they would mean for each role."""

    def facts(self) -> ProfileFacts:
        """As the catalog has them at this moment."""

    def sql(self, change: Change) -> str:
        """The statement as it will be sent."""

    def try_out(self, changes: Sequence[Change]) -> Trial:
        """What each role reads and may change before and after these, tried and taken back at once.

        Gives way to whoever uses the table; what could not be tried is computed.
        """
