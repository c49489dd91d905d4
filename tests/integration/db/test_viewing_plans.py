"""How PostgreSQL reads what was watched of 200 lessons on 150 days: no look reads them all."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from core import lesson_comparing, viewing
from core.access import Person, Role
from core.db.engine import create_engine
from core.period import Period
from tests.conftest import copied
from tests.integration.playing.stage import Stage, person

ADMIN, TEACHER = person("ada", Role.ADMIN), person("t7", Role.TEACHER)
FILL = """
INSERT INTO public.lessons (title, course_id, creator_id, status)
    SELECT 'Lesson ' || n, 4, 't' || n % 40, 'published'
    FROM generate_series(1, 200) AS n;
INSERT INTO mux_admin.lesson_assets SELECT id::text, 'asset-' || id, '2020-01-01', NULL FROM public.lessons;
INSERT INTO mux_admin.lesson_days SELECT id::text, DATE '{last}' - d, 3, 3, 3, 3, 0, 0, 0, 3, 3, 'mux'
    FROM public.lessons, generate_series(0, 149) AS d WHERE id <= 190;
INSERT INTO mux_admin.figure_days SELECT DATE '{last}' - d, now() FROM generate_series(0, 365) AS d;
INSERT INTO mux_admin.asset_days SELECT 'asset-' || n, DATE '{last}' - d, 3, 2, 3, 3
    FROM generate_series(1, 2000) AS n, generate_series(0, 149) AS d;
INSERT INTO mux_admin.own_seen SELECT n::text, 'u' || u, 5, u % 3 = 0, '{last}', '{last}', '{last}'
    FROM generate_series(1, 2000) AS n, generate_series(1, 50) AS u;
"""
WHOLE = ("Seq Scan on own_seen", "Seq Scan on lesson_days", "Seq Scan on asset_days")
TABLES = ("own_seen", "lesson_days", "school_days", "asset_days")


@pytest.fixture(scope="module")
def school(server_url: str, template: str) -> Iterator[Stage]:
    for url in copied(server_url, template):
        engine = create_engine(url)
        stage = Stage(engine, url)
        last = stage.services.clock().date() - timedelta(days=1)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(FILL.format(last=last)))
            connection.execute(text("VACUUM ANALYZE"))
        yield stage
        engine.dispose()


def plans(engine: Engine, ask: Any) -> list[str]:
    """The plan of each question about lessons' days."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    about = [one for one in asked if any(table in one[0] for table in TABLES)]
    with engine.connect() as connection:
        return [
            "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())
            for statement, parameters in about
        ]


@pytest.mark.parametrize("by", [ADMIN, TEACHER], ids=["admin", "teacher"])
@pytest.mark.parametrize("period", [Period.FOUR_WEEKS, Period.YEAR])
def test_no_look_reads_the_days_of_all_lessons(school: Stage, by: Person, period: Period) -> None:
    found = plans(school.database, lambda: viewing.overview(period, by=by, services=school.services))
    assert len(found) == 5
    assert [plan for plan in found if any(whole in plan for whole in WHOLE)] == []


def test_how_often_viewers_come_is_read_from_the_index_alone(school: Stage) -> None:
    found = plans(
        school.database, lambda: viewing.overview(Period.YEAR, by=TEACHER, services=school.services)
    )
    assert ["Index Only Scan using asset_days_pkey" in plan for plan in found if "asset_days" in plan] == [
        True
    ]


def test_lessons_are_compared_by_their_own_days(school: Stage) -> None:
    found = plans(
        school.database,
        lambda: lesson_comparing.compare("12345", Period.YEAR, by=ADMIN, services=school.services),
    )
    assert len(found) >= 5
    assert [plan for plan in found if any(whole in plan for whole in WHOLE)] == []


def test_how_learners_walk_through_a_course_is_looked_up_by_its_lessons(school: Stage) -> None:
    (plan,) = plans(school.database, lambda: viewing.course_walk("4", by=ADMIN, services=school.services))
    assert "own_seen_pkey" in plan
    assert "Seq Scan on own_seen" not in plan


def test_sums_and_days_come_to_the_same(school: Stage) -> None:
    found = viewing.overview(Period.YEAR, by=ADMIN, services=school.services)
    assert (found.now.views, found.now.lessons) == (190 * 150 * 3, 190)
    assert found.unwatched == 10
