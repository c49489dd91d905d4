"""The words for MP4s."""

from collections.abc import Mapping
from decimal import Decimal

from core.rendition import RenditionState, Resolution
from core.rendition_cost import MadeFile, cost_of
from core.rendition_looking import Choice, RenditionLine
from dashboard import formats
from dashboard.costs import price_now
from dashboard.words import Term

STATE: Mapping[RenditionState, Term] = {
    RenditionState.WAITING: Term("Waiting", "schedule", "gray", "Mux is asked in a moment."),
    RenditionState.PREPARING: Term("Waiting for Mux", "hourglass_top", "blue", "Mux makes the file."),
    RenditionState.READY: Term("Ready", "check_circle", "green"),
    RenditionState.SKIPPED: Term("Not made", "skip_next", "gray"),
    RenditionState.FAILED: Term("Failed", "error", "red"),
    RenditionState.DELETING: Term("Being deleted", "delete", "blue", "It goes at Mux. The video stays."),
}
NAMES: Mapping[str, str] = {
    Resolution.HIGHEST: "As good as the video is",
    Resolution.AUDIO: "Sound alone",
}
CENT = Decimal("0.01")


def name(resolution: str) -> str:
    """What somebody chooses: `As good as the video is`, `720p`."""
    return NAMES.get(resolution, formats.literal(resolution))


def choice(one: Choice) -> str:
    """Its name, and that it cannot be had at present."""
    return f"{name(one.resolution)}{' (not at present)' if one.obstacle else ''}"


def cost(made: MadeFile | None) -> str:
    """One line of what it is likely to cost."""
    if made is None:
        return "What it costs is not known, as the video's length is not."
    return price_now.or_why_not(lambda: _cost(made))


def _cost(made: MadeFile) -> str:
    found = cost_of(made, cards=price_now.cards())
    once = f"{_usd(found.once_usd)} to make" if found.once_usd else "free to make"
    kept = f"{_usd(found.monthly_usd)} a month to keep"
    said = formats.literal(f"Estimate: {once}, {kept}, by")
    return f"{said} {price_now.named()}. Downloads count as minutes played."


def _usd(amount: Decimal) -> str:
    return f"about {formats.usd(amount)}" if amount >= CENT else "less than $0.01"


def line(one: RenditionLine) -> str:
    """State, name, size and who wanted it, on one line of Markdown."""
    size = [formats.size(one.size_bytes)] if one.size_bytes else []
    by = f"made for {formats.literal(formats.actor(one.person))}" if one.person else "made at Mux itself"
    shown = formats.literal(one.name) if one.name else name(one.resolution)
    return f"{STATE[one.state].badge} **{shown}** · {' · '.join([*size, by])}"


def note(one: RenditionLine) -> str:
    """What else there is to say; "" where there is nothing."""
    if one.reason:
        return formats.literal(one.reason)
    if one.unused_until:
        until = formats.moment(one.unused_until, zone=formats.reader_zone()).partition(",")[0]
        return f"Deleted on {until}, unless somebody downloads it here before."
    if one.state is RenditionState.READY:
        return "It stays until somebody deletes it."
    return STATE[one.state].sentence
