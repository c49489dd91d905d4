"""What the browser asks while it uploads, and what it is answered. Whose upload it is, is asked each time."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import streamlit as st

from core import uploading
from core.access import Action
from core.errors import InvalidInput, StaleState, UnknownPrice
from core.estimate import estimate
from core.upload import FileFacts, FileKind, Opened, UploadOptions, check_file
from dashboard import access, formats
from dashboard.components.inbox import Answer, Message
from dashboard.costs import price_now
from dashboard.services import services
from dashboard.upload import goal, how

HEAD_BYTES = 4096
LONGEST_S = 12 * 3600
"""Mux takes no longer video; a browser that says more is wrong."""


def respond(message: Message) -> Answer | None:
    """The answer to one message of the uploader or the recorder. Raises `AppError`s with what to do."""
    if message.get("type") == "ask":
        return _ask(message)
    return ANSWERS.get(str(message.get("type")), _nothing)(message)


def _ask(message: Message) -> Answer:
    person = access.require(Action.SEE_UPLOADS)
    chosen = goal.find(str(message.get("target")))
    if chosen is None:
        raise StaleState("It is not known any more where this file goes.", hint="Choose the file again.")
    file = _facts(message)
    try:
        kind = check_file(file, max_bytes=services().settings.upload_max_bytes)
    except InvalidInput as error:  # another try of the same file would not help
        return {"error": str(error), "hint": error.hint, "final": True}
    lesson_id = goal.lesson_of(chosen, file=str(message["file"]), name=file.name, by=person)
    opened = uploading.open_upload(
        lesson_id, file, options=chosen.options, by=person, cors_origin=origin(), services=services()
    )
    told = {"cost": cost(message, chosen.options) if kind is FileKind.VIDEO else ""}
    return {**_opened(opened), **told}


def _facts(message: Message) -> FileFacts:
    try:
        head = base64.b64decode(str(message.get("head", "")), validate=True)[:HEAD_BYTES]
        size_bytes = int(message.get("size", 0))
    except (binascii.Error, TypeError, ValueError) as error:
        raise InvalidInput("The browser did not say what the file is.", hint="Choose it again.") from error
    name, mime = str(message.get("name", ""))[:255], str(message.get("mime", ""))[:255]
    return FileFacts(name=name, size_bytes=size_bytes, mime=mime, head=head)


def _opened(opened: Opened) -> dict[str, Any]:
    """The addresses go to the browser and nowhere else."""
    return {
        "upload": str(opened.upload.id),
        "via": opened.via.value,
        "url": opened.url,
        "part_bytes": opened.part_bytes,
        "parts": {str(number): url for number, url in opened.parts.items()},
        "notice": opened.notice or "",
        "arrived": not opened.url and not opened.parts,
    }


def _fall_back(message: Message) -> Answer:
    person = access.require(Action.SEE_UPLOADS)
    return _opened(uploading.fall_back(_upload(message), by=person, services=services()))


def _parts(message: Message) -> Answer:
    person = access.require(Action.SEE_UPLOADS)
    first, count = int(message.get("first", 1)), int(message.get("count", 1))
    urls = uploading.part_urls(_upload(message), first=first, count=count, by=person, services=services())
    return {"parts": {str(number): url for number, url in urls.items()}}


def _finished(message: Message) -> Answer:
    person = access.require(Action.SEE_UPLOADS)
    etags = [str(etag) for etag in message.get("etags") or ()]
    uploading.finish(_upload(message), etags=etags, by=person, services=services())
    return {}


def _cancelled(message: Message) -> Answer:
    """Answered, because the browser asks until it is: an upload left open keeps its lesson from any other."""
    uploading.cancel(_upload(message), by=access.require(Action.SEE_UPLOADS), services=services())
    return {}


def _nothing(_message: Message) -> None:
    """A failure that can be tried again changes nothing here; the sweep closes what nobody goes on with."""


ANSWERS = {"fallback": _fall_back, "parts": _parts, "finished": _finished, "cancelled": _cancelled}


def _upload(message: Message) -> UUID:
    try:
        return UUID(str(message.get("upload")))
    except ValueError as error:
        raise StaleState("There is no such upload (any more).", hint="Choose the file again.") from error


def cost(message: Mapping[str, Any], options: UploadOptions) -> str:
    """What the video costs, where the browser could tell its length; "" where it could not."""
    if options.test:
        return how.FREE
    length_s = message.get("length_s")
    if not isinstance(length_s, int | float) or not 0 < length_s <= LONGEST_S:
        return ""
    length = formats.clock(length_s)
    try:
        return f"{length} long · {_price(float(length_s), options)}"
    except UnknownPrice as error:
        return f"{length} long · {error.sentence}"


def _price(length_s: float, options: UploadOptions) -> str:
    usd = estimate(duration_s=length_s, size_bytes=0, quality=options.quality, cards=price_now.cards())
    once, monthly = formats.usd(usd.once_usd), formats.usd(usd.monthly_usd)
    return f"about {once} once, {monthly} a month"


def origin() -> str:
    """The page's origin as the browser has it: Mux answers no other."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}"
