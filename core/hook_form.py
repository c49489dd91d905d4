"""The form of an address that something is posted to, as `core/forms.py` has those of other settings."""

import re
from urllib.parse import urlsplit

from core.forms import HOST, Secret, WrongForm
from core.reach import is_private

HOOK_URL = re.compile(rf"https?://{HOST}(?::\d+)?(?:/[^\s#]*)?")


def read_hook(text: str) -> Secret:
    """Where something is posted to: it may hold a secret, so it is not sent in the clear to the internet."""
    url = urlsplit(text) if HOOK_URL.fullmatch(text) else None
    if url is None or (url.scheme != "https" and not is_private(url.hostname or "")):
        raise WrongForm("https://host/path; http:// for a host of your own network alone")
    return Secret(text)
