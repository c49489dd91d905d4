"""A transaction that is one question."""

from dataclasses import dataclass

from core.playable import Playables


@dataclass(frozen=True, slots=True)
class OneQuestion:
    """All of a `Tx` that is asked one question alone, on every view of every lesson."""

    playables: Playables
