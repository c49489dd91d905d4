"""Where the exceptions of smtplib end: translated once, without the password and the letter."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import Refused, Unavailable
from core.redaction import scrubbed

MOST_CHARACTERS = 200
SERVER = "Check DIGEST_SMTP_HOST, DIGEST_SMTP_PORT and DIGEST_SMTP_TLS, and whether the server is up."
LOGIN = "Check DIGEST_SMTP_USER and DIGEST_SMTP_PASSWORD."
SENDER = "Check DIGEST_FROM: the server has to take letters from it."
RECIPIENT = "Look at this person's address in the school's users."


@contextmanager
def connecting() -> Iterator[None]:
    """Whatever goes wrong before a letter was named is about all of them, and none was taken."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise refused(f"The mail server refused the sign-in: {_words(error)}", LOGIN) from None
    except smtplib.SMTPResponseException as error:
        raise refused(f"The mail server refused: {_words(error)}", SERVER) from None
    except ssl.SSLError as error:
        raise refused(f"No safe connection to the mail server ({error.reason}).", SERVER) from None
    except smtplib.SMTPException as error:
        raise refused(f"The mail server cannot be used: {_short(str(error)).rstrip('.')}.", SERVER) from None
    except OSError as error:
        raise refused(f"The mail server cannot be reached ({_why(error)}).", SERVER) from None


@contextmanager
def handing_over() -> Iterator[None]:
    """An answer of the server is definite; where the connection ends without one, nobody knows."""
    try:
        yield
    except smtplib.SMTPSenderRefused as error:
        raise refused(f"The mail server does not take letters from us: {_words(error)}", SENDER) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        said = f"The mail server does not take letters to this address: {_text(code, words)}"
        raise Refused(said, hint=RECIPIENT, status=code) from None
    except smtplib.SMTPResponseException as error:
        said = f"The mail server did not take the letter: {_words(error)}"
        raise Refused(said, hint=SERVER, status=error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        said = "The mail server takes no addresses with such letters."
        raise Refused(said, hint=RECIPIENT, status=553) from None
    except (smtplib.SMTPException, OSError):
        raise Unavailable("The connection to the mail server broke off while a letter was sent.") from None


def refused(said: str, hint: str) -> Refused:
    """No letter at all would be taken."""
    return Refused(said, hint=hint, account_wide=True)


def _words(error: smtplib.SMTPResponseException) -> str:
    return _text(error.smtp_code, error.smtp_error)


def _text(code: int, words: bytes | str) -> str:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {_short(said).rstrip('.')}."


def _short(text: str) -> str:
    return scrubbed(" ".join(text.split()))[:MOST_CHARACTERS]


def _why(error: OSError) -> str:
    return (
        "no answer in time" if isinstance(error, TimeoutError) else _short(error.strerror or "no connection")
    )
