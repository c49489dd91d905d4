"""Where the database's exceptions become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors as pg
from sqlalchemy import exc

from core.errors import AppError, ConfigError, InvalidInput, StaleState, Unavailable

AGAIN = (pg.SerializationFailure, pg.DeadlockDetected, pg.LockNotAvailable, pg.QueryCanceled)
"""The transaction lost a race; the same one may succeed in a moment."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise `AppError`s for what a database can do to us; anything else is a bug and passes through."""
    try:
        yield
    except exc.DBAPIError as error:
        if (meant := app_error(error.orig)) is None:
            raise
        raise meant from error
    except exc.TimeoutError as error:
        raise Unavailable("All database connections are busy.") from error
    except UnicodeEncodeError as error:  # half a surrogate pair, of an address that somebody made by hand
        raise _not_storable() from error
    except pg.Error as error:  # COPY goes to the driver directly
        if (meant := app_error(error)) is None:
            raise
        raise meant from error


def app_error(error: BaseException | None) -> AppError | None:
    """What the driver's error means; None for a statement that is simply wrong."""
    if isinstance(error, AGAIN):
        return Unavailable("The database was busy with the same rows.")
    if isinstance(error, pg.InsufficientPrivilege):
        return ConfigError(
            f"The database user may not do this: {error.diag.message_primary}.",
            hint="Grant it, or use another user in DATABASE_URL; docs/deployment.md lists the rights.",
        )
    if isinstance(error, pg.InvalidPassword | pg.InvalidAuthorizationSpecification | pg.InvalidCatalogName):
        return ConfigError("The database refuses the user, password or database name of DATABASE_URL.")
    if type(error) is pg.DataError and error.sqlstate is None:  # a NUL, which the driver does not even send
        return _not_storable()
    if isinstance(error, pg.UniqueViolation):
        return StaleState(f"Somebody was faster ({error.diag.constraint_name}).")
    if isinstance(error, pg.OperationalError | pg.InterfaceError):
        return Unavailable("The database does not answer.")
    return None


def _not_storable() -> InvalidInput:
    return InvalidInput("The text holds a character that no database can hold.", hint="Type it anew.")


def host_refusal(error: BaseException | None, table: str, user: str | None) -> AppError | None:
    """Why one of the school's own tables does not take a write: rights, constraints, triggers; None for
    anything else. The message alone is told: the detail would show the row's other values."""
    if isinstance(error, pg.InsufficientPrivilege):
        return ConfigError(
            f"The school's database does not let Lectern write: {error.diag.message_primary}.",
            hint=f"GRANT SELECT, UPDATE ON {table} TO {user or 'the user of DATABASE_URL'}; then retry.",
        )
    if isinstance(error, pg.DataError | pg.IntegrityError | pg.ProgrammingError):
        return InvalidInput(
            f"{table} does not take what was to be written: {error.diag.message_primary}.",
            hint="Look at the types, constraints and triggers of the table; then retry.",
        )
    return None
