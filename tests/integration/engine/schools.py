"""Schools that are killed at a point of their way."""

from collections.abc import Callable

from sqlalchemy import Engine as Database

from tests.integration.engine.harness import Engine

NewSchool = Callable[[str], Engine]
"""By the point where it is killed; `""` for nowhere."""


def schools(database: Database, url: str) -> NewSchool:
    """Makes them over one database, with the Mux columns in their tables."""

    def build(point: str) -> Engine:
        school = Engine(database, url, point=point)
        school.add_columns()
        return school

    return build
