"""A process that starts looks for garbage once it has loaded everything."""

import subprocess
import sys

STARTS = """
import gc
import core.loading
assert not gc.isenabled()
core.loading.done()
assert gc.isenabled()
print(gc.get_freeze_count())
"""
LATE = "import gc; gc.freeze(); import core.loading; assert gc.isenabled()"


def test_nothing_is_collected_until_all_is_loaded_and_none_of_that_afterwards() -> None:
    said = subprocess.run([sys.executable, "-c", STARTS], check=True, capture_output=True, text=True)
    assert int(said.stdout) > 0


def test_who_started_long_ago_goes_on_collecting() -> None:
    subprocess.run([sys.executable, "-c", LATE], check=True)
