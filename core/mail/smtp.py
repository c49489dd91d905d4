"""Letters by a mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from core.forms import Secret
from core.letter import Letter, Post, is_address
from core.mail.errors import connecting, handing_over
from core.mail.message import message_of

PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """`tls` is `starttls`, `tls` from the first byte on, or `off`."""

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: Secret = Secret("")


class SmtpPost(Post):
    """One connection a letter."""

    def __init__(self, server: MailServer, *, sender: str) -> None:
        self._server, self._sender = server, sender

    def reaches(self, address: str) -> bool:
        return is_address(address)

    def send(self, letter: Letter) -> None:
        message = message_of(letter, sender=self._sender)
        with self._connected() as smtp, handing_over():
            smtp.send_message(message, self._sender, [letter.to])

    def check(self) -> str:
        with self._connected() as smtp, connecting():
            smtp.noop()
        return f"The mail server {self._server.host} can be used."

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        with connecting():
            smtp = self._connect()
        try:
            yield smtp
        finally:
            with suppress(OSError, smtplib.SMTPException):  # the letter was taken, or not, before
                smtp.quit()
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        if server.tls == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=PATIENCE_S, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_S)
        try:
            if server.tls == "starttls":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp
