"""A letter by e-mail, and whatever takes it: a mail server or a folder.

Pure.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+")
LONGEST_ADDRESS = 254


class Via(StrEnum):
    """How letters leave."""

    OFF = "off"
    SMTP = "smtp"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is sent to one person. `id` is the same whenever the same letter is made again; `to` is '' where
    there is no address."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    at: datetime


class Post(Protocol):
    """Takes letters."""

    def reaches(self, address: str) -> bool:
        """Whether letters to this address could be taken."""

    def send(self, letter: Letter) -> None:
        """Hand it over.

        Raises `Refused` where it was certainly not taken: with a `status` from 400 to 499 it may be later,
        with `account_wide` no other one would be either. Raises `Unavailable` where nobody knows.
        """

    def check(self) -> str:
        """A sentence about where letters go, once it was seen to take them. Raises `Refused`."""


def is_address(text: str) -> bool:
    """Whether a letter can be sent to it: one plain address, and nothing that could add a header.

    >>> is_address("ada@school.test"), is_address("Ada <ada@school.test>"), is_address("ada@x\\nBcc: b@y")
    (True, False, False)
    """
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None
