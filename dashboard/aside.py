"""What is kept for long, out of the way of the garbage collector."""

import gc


def set_aside() -> None:
    """Call once much was kept: Streamlit has all be looked at after every run, of every page, and with a year
    of ten thousand lessons that takes a third of a second. What was set aside before is looked at once more,
    so that nothing stays that nobody needs."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
