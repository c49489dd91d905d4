"""The words for what could be saved: what each piece of advice says, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.advice import Advice, Find, Kind
from core.advising import Row
from core.bill import cents
from core.price_card import AUDIO_ONLY
from core.usage import Sku, StorageClass, What
from dashboard import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A piece of advice in words; `one` and `more` are what it counts."""

    title: str
    one: str
    more: str
    why: str
    todo: str


TERMS: Mapping[Kind, Term] = {
    Kind.UNPLAYED: Term(
        title="Not played for 90 days",
        one="video",
        more="videos",
        why="Nobody has played them at Mux for 90 days or more, and keeping them costs.",
        todo="Delete their copies at Mux, in the library under Change: what lies in S3 plays from there "
        "again, and can be moved again.",
    ),
    Kind.LARGER: Term(
        title="Stored larger than watched",
        one="video",
        more="videos",
        why="95 % of what was watched of them in 90 days was smaller, or less fine, than they are stored.",
        todo="A smaller copy is another asset at Mux: move them anew from S3, or upload them in that size.",
    ),
    Kind.ORIGINALS: Term(
        title="Originals in S3 Standard",
        one="file",
        more="files",
        why="Their lessons play from Mux, so that hardly anybody reads the files. Standard-IA keeps them for "
        "about half, and charges for reading and for 30 days at least.",
        todo="Set a lifecycle rule in S3 that changes the class. Lectern never changes or deletes originals.",
    ),
    Kind.COPIES: Term(
        title="The same video more than once",
        one="copy",
        more="copies",
        why="Their bytes are equal (SHA-256); one copy at Mux would do for all lessons.",
        todo="Give their lessons the one file that is left, then delete the copies that nothing plays.",
    ),
    Kind.DOWNLOADS: Term(
        title="MP4s that nobody fetches",
        one="MP4",
        more="MP4s",
        why="Nobody has asked for them for 90 days; those that were not made here count where nothing of "
        "their video was played either.",
        todo="Delete them on the lesson's page, under Download; they can be made again.",
    ),
    Kind.PARTS: Term(
        title="Uploads to S3 that never ended",
        one="upload",
        more="uploads",
        why="Parts that were put more than seven days ago and belong to no object; S3 charges for them.",
        todo="Set a lifecycle rule in S3 that ends incomplete multipart uploads after 7 days.",
    ),
}


def counted(advice: Advice) -> str:
    """How many things it is about."""
    term = TERMS[advice.kind]
    return formats.counted(len(advice.finds), term.one, term.more)


def amount(advice: Advice) -> str:
    """What it saves a month."""
    if advice.saves_usd <= 0:
        return "nothing now"
    return f"{formats.price(cents(advice.saves_usd))} a month"


def now(find: Find) -> str:
    """How it is kept; of parts, since when, which may be years."""
    return f"parts since {find.begun_at:%-d %b %Y}" if find.begun_at else kept(find.sku)


def then(find: Find) -> str:
    """How it would be."""
    return kept(find.then) if find.then else "gone"


def kept(sku: Sku) -> str:
    """
    >>> kept(Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=StorageClass.COLD))
    'plus, 1080p, cold'
    """
    if sku.what is What.S3_STORAGE:
        return "Standard-IA" if sku.storage is StorageClass.S3_IA else "Standard"
    tier = "sound" if sku.tier == AUDIO_ONLY else sku.tier
    cold = {StorageClass.INFREQUENT: "infrequent", StorageClass.COLD: "cold"}
    words = [sku.quality, tier, cold.get(sku.storage, "") if sku.storage else ""]
    return ", ".join(word for word in words if word)


def size(row: Row) -> str:
    """Its length, or its size in S3."""
    quantity = float(row.find.quantity)
    if row.find.sku.what is What.S3_STORAGE:
        return formats.size(quantity * 10**9)
    return formats.duration(quantity * 60)
