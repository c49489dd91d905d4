"""A school with members, drafts and purchases, and the roles that its programs log in as."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from core.db.profile_catalog import read_facts
from core.profile_found import ProfileFacts
from tests.integration.hosts import SCHEMA

LESSONS = """
    CREATE TABLE lessons (id {type} PRIMARY KEY, title text, creator_id text, status text,
                          video_status text DEFAULT 'pending');
    INSERT INTO lessons (id, creator_id, status) VALUES
        ('{one}', 'ada', 'published'), ('{two}', 'ada', 'draft'), ('{three}', 'bob', 'draft')
"""
PURCHASES = """
    CREATE TABLE purchases (lesson_id {type}, user_id {user});
    INSERT INTO purchases VALUES ('{three}', '{who}')
"""

INTEGERS = {"type": "integer", "one": "1", "two": "2", "three": "3", "user": "text", "who": "cem"}
UUIDS = {
    "type": "uuid",
    "one": "00000000-0000-0000-0000-000000000001",
    "two": "00000000-0000-0000-0000-000000000002",
    "three": "00000000-0000-0000-0000-000000000003",
    "user": "uuid",
    "who": "00000000-0000-0000-0000-00000000000c",
}
SNAPSHOT = """
    SELECT (SELECT relrowsecurity FROM pg_class WHERE oid = 'school.lessons'::regclass),
           ARRAY(SELECT concat_ws('|', polname, polcmd, polpermissive, polroles, polqual, polwithcheck,
                                  obj_description(oid, 'pg_policy'))
                 FROM pg_policy ORDER BY 1),
           ARRAY(SELECT concat_ws('|', tgname, tgtype, tgenabled) FROM pg_trigger
                 WHERE NOT tgisinternal ORDER BY 1),
           ARRAY(SELECT concat_ws('|', proname, prosrc, obj_description(oid, 'pg_proc')) FROM pg_proc
                 WHERE pronamespace = 'school'::regnamespace ORDER BY 1)
"""


class Members:
    """The school's own side: its tables, its roles, and what they see."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.roles: list[str] = []
        self.run(f"CREATE SCHEMA {SCHEMA}")

    def run(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text("SELECT set_config('search_path', :schema, true)"), {"schema": SCHEMA})
            for statement in statements:
                connection.execute(text(statement))

    def lessons(self, *, purchases: bool = True, **values: str) -> None:
        values = INTEGERS | values
        self.run(LESSONS.format(**values), *([PURCHASES.format(**values)] if purchases else []))

    def role(self, name: str, rights: str, *, attributes: str = "LOGIN", purchases: bool = True) -> None:
        """A role with these rights on `lessons`, which may look into `purchases`."""
        self.run(f"CREATE ROLE {name} {attributes}", f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name}")
        self.roles.append(name)
        self.run(f"GRANT {rights} ON lessons TO {name}")
        if purchases:
            self.run(f"GRANT SELECT ON purchases TO {name}")

    def forget_roles(self) -> None:
        for name in self.roles:
            self.run(f"DROP OWNED BY {name} CASCADE", f"DROP ROLE {name}")

    @contextmanager
    def acting_as(self, role: str, reader: str | None = None) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            names = {"app.user_id": reader, "search_path": SCHEMA, "role": role}
            for name, value in names.items():
                if value is not None:
                    setting = text("SELECT set_config(:name, :value, true)")
                    connection.execute(setting, {"name": name, "value": value})
            yield connection

    def reads(self, role: str, reader: str | None = None) -> list[str]:
        with self.acting_as(role, reader) as connection:
            return list(connection.scalars(text("SELECT id::text FROM lessons ORDER BY 1")))

    def snapshot(self) -> tuple[object, ...]:
        """All that a profile may touch, as the catalog has it."""
        with self.engine.connect() as connection:
            return tuple(connection.execute(text(SNAPSHOT)).one())

    def facts(self) -> ProfileFacts:
        with self.engine.connect() as connection:
            return read_facts(connection, SCHEMA)
