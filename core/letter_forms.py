"""The forms of settings about letters, as `core/forms.py` has those of the others."""

from core.forms import HIGHEST_PORT, WrongForm, one_of
from core.letter import Via, is_address


def read_digest(text: str) -> Via:
    """How the weekly digest leaves."""
    return Via(one_of(text, *Via))


def read_sender(text: str) -> str:
    """Whom letters come from."""
    if not is_address(text):
        raise WrongForm("one address, such as lectern@school.org")
    return text


def read_port(text: str) -> int:
    """Where a server listens."""
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_PORT:
        raise WrongForm(f"a port from 1 to {HIGHEST_PORT}")
    return int(text)


def read_tls(text: str) -> str:
    """How the connection to the mail server is made safe."""
    return one_of(text, "starttls", "tls", "off")
