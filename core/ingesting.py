"""Ingesting: webhook events, kept first and understood later."""

from collections.abc import Sequence
from uuid import UUID

from core import event as events
from core import mastering, rendition_hearing
from core.absorbing import absorb
from core.access import Action, Person, check
from core.asset import Asset, asset_from_json, deleted
from core.caption_hearing import hear
from core.errors import AppError, ConfigError, NotFound
from core.event import Event
from core.ports import Services, Tx
from core.records import Job
from core.upload_receiving import take_event
from core.verifying import verify

MOST_TRIES = 5
"""Failed tries after which an event is shown as failed and left alone until somebody replays it."""

UNEXPECTED = "A mistake in Lectern ({}). The worker's log has more; replay the event once it is mended."


def read(body: bytes, header: str | None, *, services: Services) -> Event:
    """Verify a delivery and read it. Raises `WebhookRejected`, `ConfigError`; nothing is kept yet."""
    secrets = services.settings.mux_webhook_secret
    if not secrets:
        raise ConfigError("MUX_WEBHOOK_SECRET is not set, so no event can be trusted.")
    return events.receive(body, header, secrets=secrets, now_s=services.clock().timestamp())


def keep(together: Sequence[Event], *, services: Services) -> frozenset[str]:
    """Keep events by their ids and enqueue what they wake, all or none; returns the ids that are new.

    Raises `Unavailable`: Mux will retry.
    """
    with services.uow("receive.one") as tx:
        return tx.receive(together, now=services.clock())


def ingest(event_id: str, *, services: Services) -> None:
    """Let one kept event change what follows from it, then verify what became ready by it.

    Killed in between, the item is verified by the sweep: that costs time, a job for each item costs more.
    """
    try:
        verify_id = _ingest(event_id, services)
    except Exception as error:
        _note_failure(event_id, error, services)
        raise
    if verify_id:
        verify(verify_id, services=services)


def _ingest(event_id: str, services: Services) -> UUID | None:
    with services.uow("ingest") as tx:
        event = tx.events.take(event_id)
        if event is None:
            return None
        verify_id = _apply(tx, event, services)
        tx.events.ingested(event_id, now=services.clock())
        tx.commit()
    return verify_id


def _note_failure(event_id: str, error: Exception, services: Services) -> None:
    """What passes by itself does not count; anything else is given up after some tries and shown."""
    if isinstance(error, AppError) and error.retryable:
        return
    words = error.sentence if isinstance(error, AppError) else UNEXPECTED.format(type(error).__name__)
    with services.uow("ingest.failed") as tx:
        tx.events.failed(event_id, error=words, most=MOST_TRIES)
        tx.commit()


def _apply(tx: Tx, event: Event, services: Services) -> UUID | None:
    if event.is_about_upload:
        take_event(tx, event, services=services)
    if event.is_about_rendition:
        rendition_hearing.hear(tx, event, services=services)
    if event.is_about_track:
        hear(tx, event, services=services)
    if event.is_about_master:
        mastering.hear(tx, event, services=services)
    asset = asset_of(event)
    return absorb(tx, asset, services=services) if asset else None


def asset_of(event: Event) -> Asset | None:
    """The asset an event speaks of; None for events about other things."""
    if not event.is_about_asset or "id" not in event.data:
        return None
    asset = asset_from_json(event.data, seen_at=event.created_at)
    return deleted(asset, at=event.created_at) if event.type == "video.asset.deleted" else asset


def replay(event_id: str, *, by: Person, services: Services) -> None:
    """Ingest a kept event once more."""
    check(by, Action.REPLAY_EVENTS)
    with services.uow("replay") as tx:
        if not tx.events.replay(event_id):
            raise NotFound(f"There is no event {event_id}.", hint="List the events and copy its id.")
        tx.audit(by, "replay event", f"event {event_id}")
        tx.enqueue(Job.INGEST, event_id=event_id)
        tx.commit()
