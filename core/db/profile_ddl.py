"""Statements of the optional profiles in SQL: every name quoted, every value spelled by the dialect."""

from hashlib import md5
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler

from core.db.hosttext import Spelled
from core.profile import Change, Notice, Policy, Rule
from core.profile_found import PUBLIC, Command, Reader
from core.statement import Kind
from core.status_trigger import COLUMN, NAME
from core.tie import Tie

LESSON: sa.ColumnElement[Any] = sa.literal_column("lessons.id")
"""Within the policy's own subquery, where `purchases` may have an `id` too."""

READERS = {
    Reader.AUTH_UID: sa.cast(sa.func.auth.uid(), sa.Text),
    Reader.SETTING: sa.func.nullif(sa.func.current_setting("app.user_id", True), ""),
}


RULES = ("polqual", "polwithcheck")
"""USING and WITH CHECK, as `pg_policy` calls them."""


class ProfileStatement(sa.schema.ExecutableDDLElement):
    """One statement of a profile. What is made is made with its mark, in one go."""

    def __init__(self, change: Change, schema: str) -> None:
        self.change = change
        self.schema = schema


@compiles(ProfileStatement, "postgresql")
def _spelled(element: ProfileStatement, compiler: DDLCompiler, **_options: Any) -> str:
    return _Speller(compiler, element.schema).statement(element.change)


def row_rule(rule: Rule, schema: str) -> sa.ColumnElement[bool]:
    """Who may see a row, over `lessons` without its schema."""
    return sa.or_(*_clauses(rule, schema))


def _clauses(rule: Rule, schema: str) -> list[sa.ColumnElement[bool]]:
    """One for each tie. The reader is asked once per query."""
    reader = sa.select(READERS[rule.reader].label("reader")).scalar_subquery()
    purchases = sa.table("purchases", sa.column("lesson_id"), sa.column("user_id"), schema=schema)
    bought = purchases.alias("bought").c
    is_lesson = bought.lesson_id == LESSON
    if rule.lesson_as_text:
        is_lesson = sa.cast(bought.lesson_id, sa.Text) == sa.cast(LESSON, sa.Text)
    is_buyer = sa.cast(bought.user_id, sa.Text) == reader
    clauses = {
        Tie.CREATOR: sa.cast(sa.column("creator_id"), sa.Text) == reader,
        Tie.PUBLISHED: sa.cast(sa.column("status"), sa.Text) == "published",
        Tie.BUYER: sa.exists(sa.select(sa.literal_column("1")).where(is_lesson, is_buyer)),
    }
    return [clauses[tie] for tie in rule.ties]


def body_mark(body: str) -> str:
    """Stands in the function's comment for how its body read when it was made."""
    return md5(body.encode(), usedforsecurity=False).hexdigest()[:8]


def policy_mark(schema: str) -> str:
    """SQL over `pg_policy p`: stands in a policy's comment for how PostgreSQL spelled what it lets through.

    Without the schema's name, which it spells or not by the reader's search_path. It waits for whoever has
    locked the table.
    """
    own = f"quote_ident({schema}) || '.'"
    clauses = (
        f"replace(pg_get_expr({one}, p.polrelid), {own}, '')" for one in ("p.polqual", "p.polwithcheck")
    )
    said = f"concat_ws(' / ', {', '.join(clauses)})"
    return f"left(encode(sha256(convert_to({said}, 'UTF8')), 'hex'), 8)"


class _Speller:
    def __init__(self, compiler: DDLCompiler, schema: str) -> None:
        self._compiler = compiler
        self._schema = schema
        self._lessons = self._full("lessons")
        self._function = f"{self._full(NAME)}()"

    def statement(self, change: Change) -> str:
        lessons, trigger = self._lessons, self._name(NAME)
        match change.kind, change.policy, change.notice:
            case Kind.CREATE_POLICY, Policy() as policy, _:
                return self._policy(policy)
            case Kind.DROP_POLICY, _, _:
                return f"DROP POLICY IF EXISTS {self._name(change.name)} ON {lessons}"
            case Kind.ENABLE_ROW_SECURITY, _, _:
                return f"ALTER TABLE {lessons} ENABLE ROW LEVEL SECURITY"
            case Kind.DISABLE_ROW_SECURITY, _, _:
                return f"ALTER TABLE {lessons} DISABLE ROW LEVEL SECURITY"
            case Kind.CREATE_FUNCTION, _, Notice() as notice:
                return self._create_function(notice)
            case Kind.DROP_FUNCTION, _, _:
                return f"DROP FUNCTION IF EXISTS {self._function}"
            case Kind.CREATE_TRIGGER, _, _:
                when = f"AFTER INSERT OR UPDATE OF {COLUMN} ON {lessons} FOR EACH ROW"
                return f"CREATE OR REPLACE TRIGGER {trigger} {when} EXECUTE FUNCTION {self._function}"
            case Kind.DROP_TRIGGER, _, _:
                return f"DROP TRIGGER IF EXISTS {trigger} ON {lessons}"
        raise ValueError(change.kind)

    def _policy(self, policy: Policy) -> str:
        on = f"{self._name(policy.name)} ON {self._lessons}"
        roles = ", ".join("PUBLIC" if role == PUBLIC else self._name(role) for role in policy.roles)
        created = f"CREATE POLICY {on} FOR {policy.command} TO {roles}\n  {self._rows(policy)}"
        return f"DROP POLICY IF EXISTS {on};\n{created};\n{self._remember(policy, on)}"

    def _remember(self, policy: Policy, on: str) -> str:
        """The policy's comment, at its end how PostgreSQL spells what it lets through."""
        comment, mark = self._text(f"COMMENT ON POLICY {on} IS "), self._text(f"{policy.mark}, ")
        spelled = policy_mark(self._text(self._schema))
        table, name = self._text(self._lessons), self._text(policy.name)
        return (
            f"DO $lectern$ BEGIN\n  EXECUTE {comment} || (SELECT quote_literal({mark} ||\n    {spelled})\n"  # noqa: S608
            f"  FROM pg_policy p WHERE p.polrelid = {table}::regclass AND p.polname = {name});\nEND $lectern$"
        )

    def _rows(self, policy: Policy) -> str:
        rule = [self._expression(one) for one in _clauses(policy.rule, self._schema)] if policy.rule else []
        which = "\n    OR ".join(" ".join(one.split()) for one in rule) or "true"
        clauses = {
            Command.SELECT: f"USING ({which})",
            Command.INSERT: f"WITH CHECK ({which})",
            Command.UPDATE: f"USING ({which}) WITH CHECK ({which})",
            Command.DELETE: f"USING ({which})",
        }
        return clauses[policy.command]

    def _create_function(self, notice: Notice) -> str:
        body = self._body(notice)
        returns = f"{self._function} RETURNS trigger LANGUAGE plpgsql AS $lectern${body}$lectern$"
        mark = f"{notice.mark}, {body_mark(body)}"
        comment = f"COMMENT ON FUNCTION {self._function} IS {self._text(mark)}"
        return f"CREATE OR REPLACE FUNCTION {returns};\n{comment}"

    def _body(self, notice: Notice) -> str:
        """The school's site writes this row: what goes wrong with a notice must not undo that."""
        return f"""
BEGIN
  IF NEW.{COLUMN} = 'ready' AND (TG_OP = 'INSERT' OR OLD.{COLUMN} IS DISTINCT FROM NEW.{COLUMN}) THEN
    BEGIN
      PERFORM {self._notice(notice)};
    EXCEPTION WHEN OTHERS THEN
      RAISE WARNING USING MESSAGE = 'The notice that a lesson is ready failed: ' || SQLERRM;
    END;
  END IF;
  RETURN NULL;
END
"""

    def _notice(self, notice: Notice) -> str:
        if not notice.types:
            told = f"'lesson_id', NEW.id, 'status', NEW.{COLUMN}"
            return f"pg_catalog.pg_notify('lesson_ready', pg_catalog.json_build_object({told})::text)"
        values = zip(("id", COLUMN), notice.types, strict=False)
        arguments = (f"CAST(NEW.{name} AS {Spelled(type_).get_col_spec()})" for name, type_ in values)
        return f"{self._full('notify_lesson_ready')}({', '.join(arguments)})"

    def _name(self, name: str) -> str:
        return self._compiler.preparer.quote(name)

    def _full(self, name: str) -> str:
        return f"{self._name(self._schema)}.{self._name(name)}"

    def _text(self, value: str) -> str:
        return self._compiler.sql_compiler.render_literal_value(value, sa.String())

    def _expression(self, expression: sa.ColumnElement[Any]) -> str:
        return self._compiler.sql_compiler.process(expression, literal_binds=True)
