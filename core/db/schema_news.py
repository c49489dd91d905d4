"""News of the school's schema: told by the run that changes it, heard by every process that stays up.

`LISTEN` needs PostgreSQL itself: behind a proxy that shares connections it is accepted and nothing comes.
So a process believes that it is told only once it has heard its own word; else it goes on looking by itself.
"""

import logging
import threading
from typing import Any
from uuid import uuid4

from psycopg import Error
from sqlalchemy import Connection, Engine, exc, text

from core.db.known_columns import KnownColumns, known_columns

log = logging.getLogger("lectern.db")

CHANNEL = "lectern_schema"
TELL = text("SELECT pg_notify(:channel, :word)")
LISTEN = text(f"LISTEN {CHANNEL}")

OWN_WORD_S = 2.0
"""How long our own word may take to come back."""

AGAIN_S = 5.0
"""After a connection ended, until the next."""


def tell(connection: Connection, schema: str) -> None:
    """Tell every process that the tables in `schema` are not as they were; heard at the commit."""
    connection.execute(TELL, {"channel": CHANNEL, "word": schema})


def follow(engine: Engine, schema: str) -> None:
    """Hear of changes for as long as the process lives, in a thread and on a connection of its own."""
    threading.Thread(target=_follow, args=(engine, schema), name="schema-news", daemon=True).start()


def _follow(engine: Engine, schema: str) -> None:
    known, pause = known_columns(engine, schema), threading.Event()
    while True:
        try:
            listen(engine, schema, known)
        except (Error, exc.SQLAlchemyError) as error:
            log.debug("not told of schema changes for a while: %s", type(error).__name__)
        finally:
            known.is_told = False
        pause.wait(AGAIN_S)


def listen(engine: Engine, schema: str, known: KnownColumns) -> None:
    """Hear of changes until the connection ends; returns at once where nothing can be heard."""
    with engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # listening must not go back to the pool
        connection.execute(LISTEN)
        driver: Any = connection.connection.dbapi_connection
        if not _hears_itself(driver, engine):
            return
        known.forget()  # what happened before we listened
        known.is_told = True
        for news in driver.notifies():
            if news.payload == schema:
                known.forget()


def _hears_itself(driver: Any, engine: Engine) -> bool:
    word = uuid4().hex
    with engine.begin() as other:
        tell(other, word)
    return any(news.payload == word for news in driver.notifies(timeout=OWN_WORD_S))
