"""What goes wrong while somebody watches: now and then with every film, often with a few of them in Safari
on phones and tablets."""

import random
from dataclasses import replace

from sandbox.mux.views.view import Fault, View

# In the words of Mux Player.
NETWORK = Fault(id=1, code="2", message="A network error caused the media download to fail.")
DECODING = Fault(id=2, code="3", message="A media error caused playback to be aborted.")
SOURCE = Fault(id=3, code="4", message="The server or network failed, or the format is not supported.")

TROUBLED_ONE_IN = 9
"""Films of which something in the copy is not to the taste of some browsers."""

WHERE = ("iOS", "iPadOS")
FAILS = 0.4
BREAKS_OFF = 0.3
"""Of these views: the others do not even start."""


def usual(chance: random.Random) -> Fault:
    """Of a view that failed as any may."""
    return chance.choices((NETWORK, DECODING, SOURCE), (6, 1, 3))[0]


def became(view: View, chance: random.Random) -> View:
    """What became of the view of a troubled film."""
    if view.fault or view.left_before_start or view.system not in WHERE or chance.random() >= FAILS:
        return view
    if chance.random() < BREAKS_OFF:
        return replace(view, fault=DECODING)
    return replace(
        view,
        fault=DECODING,
        watch_ms=view.startup_ms,
        end_at_s=view.start_at_s + view.startup_ms / 1000,
        playing_ms=0,
        reached_ms=0,
        rebuffer_count=0,
        rebuffer_ms=0,
    )
