"""Letters as files, for whoever sends them on, or looks at them first."""

import os
from pathlib import Path

from core.errors import Refused
from core.letter import Letter, Post
from core.mail.message import message_of

HINT = "Make the folder, and let the worker write to it."


class FolderPost(Post):
    """One `.eml` a letter; the same letter again takes the place of its file."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def reaches(self, address: str) -> bool:  # noqa: ARG002 - a file needs none
        return True

    def send(self, letter: Letter) -> None:
        path = self._folder / f"{letter.id}.eml"
        half = self._folder / f"{letter.id}.part"
        try:
            half.write_bytes(bytes(message_of(letter, sender=self._sender)))
            os.replace(half, path)
        except OSError as error:
            said = f"The folder for digests cannot be written to ({error.strerror})."
            raise Refused(said, hint=HINT, account_wide=True) from None

    def check(self) -> str:
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise Refused("The folder for digests cannot be used.", hint=HINT, account_wide=True)
        return "Letters are written into a folder."
