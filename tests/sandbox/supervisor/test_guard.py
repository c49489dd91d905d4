"""The guard, whose parent is killed."""

import signal
import subprocess
import sys
import textwrap

import psutil
import pytest

from tests.sandbox.supervisor.stand_ins import gone

PARENT = """
    import signal, subprocess, sys
    from sandbox.guard import Guard
    guard = Guard()
    for source in {sources!r}:
        child = subprocess.Popen(
            [sys.executable, "-c", source], stdout=subprocess.PIPE, start_new_session=True
        )
        child.stdout.readline()
        guard.watch(child.pid)
        print(child.pid, flush=True)
    print("all", flush=True)
    signal.pause()
"""
POLITE = "import signal; print('ready', flush=True); signal.pause()"
DEAF = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\n"
    "while True: signal.pause()"
)


def parent_of(*sources: str) -> "tuple[subprocess.Popen[str], list[int]]":
    script = textwrap.dedent(PARENT.format(sources=sources))
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    children = []
    for line in parent.stdout:
        if line == "all\n":
            return parent, children
        children.append(int(line))
    raise AssertionError("the parent did not start")


def test_children_go_when_their_parent_is_killed():
    parent, children = parent_of(POLITE, POLITE)
    parent.kill()
    parent.wait()
    assert gone(*children, within_s=5)


@pytest.mark.slow
def test_a_child_that_ignores_the_request_is_killed_after_the_grace_period():
    parent, children = parent_of(DEAF)
    parent.kill()
    parent.wait()
    assert gone(*children, within_s=15)


def test_the_guard_outlives_a_ctrl_c_in_the_terminal():
    parent, children = parent_of(POLITE)
    [guard] = [child for child in psutil.Process(parent.pid).children() if child.pid not in children]
    guard.send_signal(signal.SIGINT)
    guard.send_signal(signal.SIGTERM)
    assert guard.is_running()
    parent.kill()
    parent.wait()
    assert gone(*children, guard.pid, within_s=5)
