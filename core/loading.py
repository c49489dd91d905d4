"""A process that starts. What it loads stays, so nobody looks for garbage among it: a fifth of the time
until it is ready. What is started imports this first."""

import gc

if not gc.get_freeze_count():  # else it started long ago, and this comes late
    gc.disable()


def done() -> None:
    """All is loaded: from now on there is garbage, and it is never looked for among what is there already."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
