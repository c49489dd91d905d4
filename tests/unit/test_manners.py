"""How a change of the schema gives way: it tries again more rarely the longer somebody is in the way."""

from core.db.manners import Manners


def test_pauses_are_random_grow_and_have_an_end() -> None:
    manners = Manners(pause_s=(0.3, 1.0), longest_pause_s=5.0)
    first = [manners.pause_after(1) for _ in range(200)]
    tenth = [manners.pause_after(10) for _ in range(200)]
    assert 0.3 <= min(first) < max(first) <= 1.0
    assert max(first) < min(tenth)
    assert max(tenth) <= 5.0
    assert manners.pause_after(500) == 5.0
