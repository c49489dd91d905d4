"""What the sweep asks for again, in case its job was lost."""

from core import sweeping
from tests.integration.engine.harness import Engine

WAITING = "SELECT count(*) FROM mux_admin.procrastinate_jobs WHERE task_name = 'correct_lessons'"


def test_a_walk_through_the_lessons_that_was_begun_goes_on_once(school: Engine) -> None:
    sweeping.sweep(services=school.services)
    assert school.ask(WAITING) == [(0,)]
    with school.services.uow("test") as tx:
        tx.corrections.begin()
        tx.commit()
    for _ in range(2):
        sweeping.sweep(services=school.services)
    assert school.ask(WAITING) == [(1,)]
