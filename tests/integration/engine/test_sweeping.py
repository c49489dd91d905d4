"""What the sweep asks for again, in case its job was lost."""

from core import sweeping
from tests.integration.engine.harness import Engine


def walks(school: Engine) -> int:
    """How many jobs that go on with it wait, after two sweeps."""
    for _ in range(2):
        sweeping.sweep(services=school.services)
    return [job for job, *_ in school.waiting()].count("correct_lessons")


def test_a_walk_through_the_lessons_that_was_begun_goes_on(school: Engine) -> None:
    assert walks(school) == 0
    with school.services.uow("test") as tx:
        tx.corrections.begin()
        tx.commit()
    assert walks(school) == 1
