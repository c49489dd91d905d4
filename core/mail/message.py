"""A letter as the bytes that mail servers and mail programs know."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from core.letter import Letter


def message_of(letter: Letter, *, sender: str) -> EmailMessage:
    """Text first, HTML for programs that prefer it. The same letter made again has the same Message-ID."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    if letter.to:
        made["To"] = letter.to
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = f"<lectern-{letter.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # so that no absence notice answers it
    made.set_content(letter.text)
    made.add_alternative(letter.html, subtype="html")
    return made
