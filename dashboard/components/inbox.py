"""Messages from a browser part, each taken once, and the answers that it waits for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from core.errors import AppError
from dashboard import errors

Message = Mapping[str, Any]
Answer = Mapping[str, Any]
Respond = Callable[[Message], Answer | None]
"""What is answered to one message; None: it is read, and no answer is needed."""

MOST_MESSAGES = 500


@dataclass(slots=True)
class Inbox:
    """What Python knows of a part's outbox. An answer may hold an address that opens something: it is kept no
    longer than until the browser says that it has it."""

    box: str = ""
    acked: int = 0
    answers: dict[int, Answer] = field(default_factory=dict, repr=False)

    def take(self, posted: Any, respond: Respond) -> None:
        """Read what was posted: `{box, messages: [{seq, …}], got: [seq, …]}`; else nothing."""
        if not isinstance(posted, Mapping):
            return
        self._forget(str(posted.get("box", "")), posted.get("got") or [])
        for message in sorted(_messages(posted), key=lambda one: int(one["seq"])):
            if message["seq"] > self.acked:
                self.acked = message["seq"]
                if (answer := respond(message)) is not None:
                    self.answers[message["seq"]] = answer

    def _forget(self, box: str, got: Any) -> None:
        """A page loaded anew counts from one again."""
        if box != self.box:
            self.box, self.acked, self.answers = box, 0, {}
        for seq in got:
            self.answers.pop(seq, None)

    def data(self) -> Mapping[str, Any]:
        """What the part is told with the next drawing."""
        return {"box": self.box, "acked": self.acked, "answers": {str(k): v for k, v in self.answers.items()}}


def _messages(posted: Mapping[str, Any]) -> list[Message]:
    said = posted.get("messages")
    found = said[:MOST_MESSAGES] if isinstance(said, list) else []
    return [one for one in found if isinstance(one, Mapping) and type(one.get("seq")) is int]


def inbox_of(key: str) -> Inbox:
    """The inbox of the part under this key, in this session."""
    inbox: Inbox = st.session_state.setdefault(f"{key}.inbox", Inbox())
    return inbox


def read(key: str, inbox: Inbox, respond: Respond) -> None:
    """What a part's `on_outbox_change` does."""
    inbox.take(getattr(st.session_state.get(key), "outbox", None), partial(safely, respond))


def safely(respond: Respond, message: Message) -> Answer | None:
    """An error becomes an answer: raised here, it would end the drawing of the whole page.

    `again` says that the same message may be answered otherwise later.
    """
    try:
        return respond(message)
    except AppError as error:
        return {"error": str(error), "hint": error.hint, "again": error.retryable}
    except Exception as error:
        return {"error": errors.unexpected(error), "hint": "", "again": True}
