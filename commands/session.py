"""What every command has in common: who acts, the services, `--json`, and errors as one sentence."""

import getpass
import json
import secrets
import traceback
from collections.abc import Callable, Mapping
from functools import cached_property
from tempfile import NamedTemporaryFile
from typing import Any, NoReturn

import click

from core import bootstrap
from core.access import Person, Role
from core.errors import AppError
from core.plain import plain
from core.ports import Services
from core.settings import Settings

OK, ERROR, USAGE, PENDING, SOME_FAILED, PAUSED, TIMEOUT, MISTAKE = range(8)
"""Exit codes; docs/cli.md says what each means. Click itself exits with 2 on a wrong command line."""


class Session:
    """One run of `cli.py`. Nothing is connected before a command asks for the services."""

    def __init__(self, make_services: Callable[[], Services] | None = None) -> None:
        self.as_json = False
        self._make_services = make_services or open_services

    @cached_property
    def services(self) -> Services:
        """Made at the first use; tables of ours that are missing are made then."""
        return self._make_services()

    @cached_property
    def person(self) -> Person:
        """Whoever has a shell where the secrets are may do what admin and ops may; audit rows name them."""
        return Person(subject=f"cli:{_os_user()}", email="", roles=frozenset({Role.ADMIN, Role.OPS}))

    def show(self, data: object, text: str | Callable[[], str]) -> None:
        """Print the answer: `data` as JSON with `--json`, else the text for people."""
        if self.as_json:
            click.echo(json.dumps(plain(data), ensure_ascii=False))
        else:
            click.echo(text if isinstance(text, str) else text())

    def fail(self, error: AppError) -> NoReturn:
        """Say what happened and what to do on stderr, and exit with 1."""
        self._complain({"error": str(error), "hint": error.hint}, ERROR)

    def fail_unforeseen(self, error: Exception) -> NoReturn:
        """A mistake of ours: kept in a file under an id that can be quoted; exit with 7."""
        error_id = secrets.token_hex(4)
        hint = f"Report it, and quote {error_id}. What happened stands in {_kept(error_id, error)}."
        self._complain({"error": "This is a mistake in Lectern.", "hint": hint, "id": error_id}, MISTAKE)

    def _complain(self, said: Mapping[str, str], code: int) -> NoReturn:
        words = f"{said['error']} {said['hint']}".strip()
        click.echo(json.dumps(said, ensure_ascii=False) if self.as_json else words, err=True)
        raise click.exceptions.Exit(code)


def open_services() -> Services:
    """The real services, with `mux_admin` current. Raises `AppError`."""
    services = bootstrap.build(Settings.from_env())
    bootstrap.prepare(services)
    return services


def _kept(error_id: str, error: Exception) -> str:
    """The path of a new file with the traceback, which only this user may read."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", prefix=f"lectern-{error_id}-", suffix=".log", delete=False
    ) as file:
        file.writelines(traceback.format_exception(error))
    return file.name


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return "unknown"


CLICKS_OWN = (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError)
"""How click ends a command; a pipe that was closed, as by `head`, is such an end too."""

pass_session = click.make_pass_decorator(Session, ensure=True)


class Command(click.Command):
    """A command with `--json`, whose `AppError`s are told in one sentence instead of a traceback."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = "Print JSON, for scripts."
        self.params.append(
            click.Option(["--json"], is_flag=True, expose_value=False, callback=_set_json, help=text)
        )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AppError as error:
            ctx.ensure_object(Session).fail(error)
        except CLICKS_OWN:
            raise
        except Exception as error:
            ctx.ensure_object(Session).fail_unforeseen(error)


class Group(click.Group):
    """A group whose commands are `Command`s."""

    command_class = Command


Group.group_class = Group


def _set_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:  # a group may have been told already
        ctx.ensure_object(Session).as_json = True
