"""Diagnosing one video: what the rows say, what Mux says, what S3 says, and which player follows from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.access import Action, Person, check
from core.asset import Asset
from core.asset_looking import agreement, asset_at_mux, openness, readiness
from core.diagnosis import Check, failed, ok, skipped, tried, warn
from core.errors import AppError, NotFound, Unavailable
from core.host_video import HostVideo
from core.playback import Provider, provider_of
from core.ports import Services
from core.source import Location, ObjectFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """A row in the school's own columns and in those that we add, waiting facts included."""

    table: str
    row_id: str
    title: str | None
    addresses: Mapping[str, str]
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoDiagnosis:
    """All that is known of one video; `checks` say in words what is wrong, and what to do."""

    stored: tuple[StoredRow, ...]
    player: Provider
    why: str
    known_asset: Asset | None
    """As we know it from Mux's events."""
    mux_asset: Asset | None
    """As Mux says now."""
    objects: tuple[ObjectFacts, ...]
    checks: tuple[Check, ...]


def diagnose(table: str, row_id: str, *, by: Person, services: Services) -> VideoDiagnosis:
    """Look at a row of `lessons` or `videos`, at the rows beside it, at Mux and at S3.

    Raises `NotFound`, `NotAllowed`. What does not answer is a finding, not an error.
    """
    check(by, Action.DIAGNOSE)
    stored, known = _stored(table, row_id, services)
    facts = _merged(stored)
    player, why = provider_of(facts)
    mux_asset, mux_checks = _at_mux(facts.get("mux_asset_id"), services)
    looks = [_at_s3(address, services) for address in sorted(_addresses(stored))]
    return VideoDiagnosis(
        stored=stored,
        player=player,
        why=why,
        known_asset=known,
        mux_asset=mux_asset,
        objects=tuple(found for found, _ in looks if found),
        checks=(
            _player_check(player, why),
            *mux_checks,
            *_playback_checks(facts, mux_asset, services),
            *(said for _, said in looks),
        ),
    )


def _stored(table: str, row_id: str, services: Services) -> tuple[tuple[StoredRow, ...], Asset | None]:
    with services.uow("diagnose.read") as tx:
        row = tx.videos.get(table, row_id)
        if row is None:
            raise NotFound(f"There is no row {row_id} in {table}.", hint="Look at its id.")
        other = "videos" if table == "lessons" else "lessons"
        beside = (tx.videos.get(other, other_id) for other_id in row.beside)
        stored = tuple(_row(one, tx.host.read(one.table, one.row_id)) for one in (row, *beside) if one)
        asset_id = _merged(stored).get("mux_asset_id")
        return stored, tx.assets.get(asset_id) if asset_id else None


def _row(row: HostVideo, ours: Mapping[str, Any] | None) -> StoredRow:
    said = {name: value for name, value in (ours or {}).items() if value is not None}
    return StoredRow(
        table=row.table, row_id=row.row_id, title=row.title, addresses=row.addresses, columns=said
    )


def _merged(stored: tuple[StoredRow, ...]) -> dict[str, Any]:
    """What the rows say together; the one that was asked for first."""
    facts: dict[str, Any] = {}
    for row in reversed(stored):
        facts |= dict(row.addresses) | dict(row.columns)
    return {"video_url": facts.get("s3_key"), **facts}


def _addresses(stored: tuple[StoredRow, ...]) -> set[str]:
    return {address for row in stored for address in row.addresses.values()}


def _player_check(player: Provider, why: str) -> Check:
    if player is Provider.NONE:
        return failed("player", why, "Upload a video for the lesson, or give its row an address.")
    return ok("player", why)


def _at_mux(asset_id: str | None, services: Services) -> tuple[Asset | None, list[Check]]:
    if not asset_id:
        return None, [skipped("mux", "The rows name no asset, so Mux was not asked.")]
    try:
        asset = asset_at_mux(asset_id, services)
    except AppError as error:
        return None, [failed("mux", str(error), error.hint)]
    try:
        return asset, [ok("mux", readiness(asset))]
    except Unavailable as error:
        return asset, [warn("mux", str(error), error.hint)]
    except AppError as error:
        return asset, [failed("mux", str(error), error.hint)]


def _playback_checks(facts: Mapping[str, Any], asset: Asset | None, services: Services) -> list[Check]:
    stored = facts.get("mux_playback_id")
    if asset is None or not stored:
        return []

    def look() -> Iterator[Check]:
        yield ok("playback id", agreement(stored, asset))
        yield ok("policy", openness(asset.policy, services))

    return tried("playback id", look)


def _at_s3(address: str, services: Services) -> tuple[ObjectFacts | None, Check]:
    where = services.settings.location_of(address)
    if where is None:
        hint = "If it is a domain before a bucket, name it in S3_DOMAINS."
        return None, warn("s3", f"{address} is no address of S3 that Lectern knows.", hint)
    try:
        found = services.store.head(where)
    except AppError as error:
        return None, failed("s3", str(error), error.hint)
    return found, _object_check(where, found)


def _object_check(where: Location, found: ObjectFacts) -> Check:
    if not found.size_bytes:
        return failed("s3", f"{where} has no bytes.", "Put the file there again.")
    return ok("s3", f"{where} is there: {found.size_bytes:,} bytes.")
