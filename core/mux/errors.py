"""Where mux-python's exceptions end: translated once, without bodies, headers or URLs."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mux_python.exceptions import ApiException
from urllib3.exceptions import HTTPError

from core.errors import AppError, NotFound, RateLimited, Refused, Unavailable
from core.redaction import scrubbed
from core.unanswered import why

MOST_CHARACTERS = 300

HINTS: dict[int, str] = {
    401: "Check MUX_TOKEN_ID and MUX_TOKEN_SECRET: Mux does not know this pair.",
    403: "The token behind MUX_TOKEN_ID lacks a permission: it needs Mux Video read and write, and "
    "Mux Data read for what was watched.",
}


@contextmanager
def translated(action: str) -> Iterator[None]:
    """Raise from the one error tree what mux-python and urllib3 raise inside; `action` completes
    "Mux refused to …". The original is left out of the traceback: it quotes bodies and URLs."""
    try:
        yield
    except ApiException as error:
        raise of_answer(action, error) from None
    except HTTPError as error:
        raise no_answer(action, error) from None
    except (AttributeError, UnicodeDecodeError) as error:
        # mux-python decodes every error's body: it stumbles over None (TLS errors) and over other charsets.
        if not isinstance(error.__context__, ApiException):
            raise
        raise of_answer(action, error.__context__) from None


def no_answer(action: str, error: HTTPError) -> Unavailable:
    """Whether the request took effect is unknown."""
    return Unavailable(f"Mux did not answer when asked to {action} ({why(error)}).")


def of_answer(action: str, error: ApiException) -> AppError:
    """The error that an answer's status means."""
    status = int(error.status or 0)
    if status == 429:
        return RateLimited("Mux asks to slow down.", retry_after_s=retry_after_s(error.headers))
    if status == 0 or status >= 500:
        return Unavailable(f"Mux could not {action} ({status or 'no connection'}).")
    words = reason(error.body)
    if status == 404:
        return NotFound(f"Mux cannot {action}: {words or 'there is no such thing'}.")
    message = f"Mux refused to {action} ({status}): {words or 'no reason given'}."
    return Refused(message, hint=HINTS.get(status), status=status, account_wide=status in HINTS)


def reason(body: str | bytes | None) -> str:
    """Mux's type and messages out of either shape of error body; '' for anything else, HTML included."""
    try:
        said = json.loads(body or "")
    except ValueError:
        return ""
    error = said.get("error") if isinstance(said, Mapping) else None
    if isinstance(error, Mapping):
        words = ": ".join(filter(None, [str(error.get("type") or ""), _joined(error.get("messages"))]))
    else:
        words = _joined(said.get("errors")) if isinstance(said, Mapping) else ""
    return scrubbed(words)[:MOST_CHARACTERS].rstrip(".")


def retry_after_s(headers: Mapping[str, str] | None) -> float | None:
    """Seconds, where the answer says them; a date is passed over."""
    value = (headers or {}).get("Retry-After", "")
    return float(value) if value.isdecimal() else None


def _joined(messages: Any) -> str:
    return "; ".join(str(message) for message in messages) if isinstance(messages, list) else ""
