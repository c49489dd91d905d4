"""Redaction: what opens something does not stay in words that are kept or shown."""

import re

QUERY = re.compile(r"(https?://[^\s?#\"'<>]+)[?#][^\s\"'<>]*", re.IGNORECASE)
USER = re.compile(r"(https?://)[^\s/@\"'<>]+@", re.IGNORECASE)


def scrubbed(text: str) -> str:
    """The text with the query, fragment and password of every URL taken out: they may be a signature or a
    token."""
    if "://" not in text:
        return text
    return USER.sub(r"\1", QUERY.sub(r"\1?…", text))
